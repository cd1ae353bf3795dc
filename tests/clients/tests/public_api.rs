//! Each public item of `client`, used with its exact signature: what compiles here today compiles
//! tomorrow.

#![expect(clippy::type_complexity, reason = "a signature is as long as it is")]

use std::error::Error as StdError;
use std::fmt::Debug;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::{fs, path::Path};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use volcengine_sigv4::client::{reqwest_middleware_0_5, tower_0_3, ureq_3};
use volcengine_sigv4::{Error, Payload, Signer};

type Result<T> = std::result::Result<T, Error>;
type BoxError = Box<dyn StdError + Send + Sync>;

/// What holds for every public type: it may go to another thread, be shown and be cloned.
fn plain<T: Clone + Debug + Send + Sync + Unpin + 'static>() {}

/// Whether `$type` has `$trait`: the constant of the `impl` is found before that of the trait.
macro_rules! has {
    ($type:ty: $($trait:tt)+) => {{
        struct Probe<T: ?Sized>(PhantomData<T>);
        #[allow(dead_code, reason = "unused where the type has the trait")]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "unused where the type does not have the trait")]
        impl<T: ?Sized + $($trait)+> Probe<T> {
            const HAS: bool = true;
        }
        Probe::<$type>::HAS
    }};
}

#[test]
fn every_public_name_is_pinned_in_this_file() {
    let pinned = include_str!("public_api.rs");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<_> = pinned.split(|c| !is_word(c)).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/client");
    let mut names = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for item in text.lines().filter_map(|line| line.trim_start().strip_prefix("pub ")) {
            let name = item.split(|c| !is_word(c)).nth(1).unwrap();
            // The trait that seals others is in a private module.
            if name != "Sealed" {
                assert!(words.contains(&name), "{name} is not pinned");
                names += 1;
            }
        }
    }
    assert!(names > 10, "only {names} names found");
}

/// The trait `SignRequest` of one release, for the types of `$requests`.
macro_rules! sign_request {
    ($release:ident, $($requests:ident)::+) => {{
        use volcengine_sigv4::client::$release::SignRequest;
        use $($requests)::+::{Request, RequestBuilder};

        /// The whole trait, as a caller that is generic over it sees it.
        fn sign<'a, R: SignRequest>(request: R, signer: &Signer, payload: Payload<'a>) -> Result<R> {
            request.signed_by(signer)?.signed_by_with_payload(signer, payload)
        }

        let _: fn(Request, &Signer) -> Result<Request> = SignRequest::signed_by;
        let _: fn(RequestBuilder, &Signer) -> Result<RequestBuilder> = SignRequest::signed_by;
        let _: fn(Request, &Signer, ()) -> Result<Request> = SignRequest::signed_by_with_payload;
        let _: fn(RequestBuilder, &Signer, Vec<u8>) -> Result<RequestBuilder> = sign_owned;
        let _: fn(Request, &Signer, Payload<'static>) -> Result<Request> = sign;

        fn sign_owned(request: RequestBuilder, signer: &Signer, body: Vec<u8>)
            -> Result<RequestBuilder> {
            request.signed_by_with_payload(signer, &body)
        }
    }};
}

#[test]
fn requests_and_builders_of_each_release_of_reqwest_are_signed() {
    sign_request!(reqwest_0_12, reqwest_0_12);
    sign_request!(reqwest_0_12, reqwest_0_12::blocking);
    sign_request!(reqwest_0_13, reqwest);
    sign_request!(reqwest_0_13, reqwest::blocking);
}

#[test]
fn a_middleware_of_reqwest_middleware_is_made_of_a_signer() {
    use reqwest_middleware_0_5::SigningMiddleware;

    plain::<SigningMiddleware>();
    let _: fn(Signer) -> SigningMiddleware = SigningMiddleware::new;
    let _: fn(SigningMiddleware) -> SigningMiddleware = SigningMiddleware::with_time_learning;
    let _: fn(SigningMiddleware) -> Box<dyn reqwest_middleware::Middleware> =
        |middleware| Box::new(middleware);
    assert!(!has!(SigningMiddleware: ureq::middleware::Middleware));
}

#[test]
fn a_middleware_of_ureq_is_made_of_a_signer() {
    use ureq_3::SigningMiddleware;

    plain::<SigningMiddleware>();
    let _: fn(Signer) -> SigningMiddleware = SigningMiddleware::new;
    let _: fn(SigningMiddleware, usize) -> SigningMiddleware = SigningMiddleware::with_body_limit;
    let _: fn(SigningMiddleware) -> SigningMiddleware = SigningMiddleware::with_time_learning;
    let _: fn(SigningMiddleware) -> Box<dyn ureq::middleware::Middleware> =
        |middleware| Box::new(middleware);
    assert!(!has!(SigningMiddleware: reqwest_middleware::Middleware));
}

#[test]
fn a_layer_is_made_of_a_signer() {
    use tower_0_3::{SignLayer, SignService};

    plain::<SignLayer>();
    plain::<SignService<()>>();
    let _: fn(Signer) -> SignLayer = SignLayer::new;
    let _: fn(SignLayer, usize) -> SignLayer = SignLayer::with_body_limit;
    let _: fn(SignLayer) -> SignLayer = SignLayer::with_time_learning;
    let _: fn(&SignLayer, ()) -> SignService<()> = tower::Layer::layer;
}

#[test]
fn a_signing_service_returns_the_response_of_the_inner_one_and_boxed_errors() {
    type Inner = tower::util::BoxCloneService<Request<Full<Bytes>>, Response<u8>, std::fmt::Error>;
    type Service = tower_0_3::SignService<Inner>;
    type Answer = std::result::Result<Response<u8>, BoxError>;

    let _: fn(&mut Service, Request<Full<Bytes>>) -> Pin<Box<dyn Future<Output = Answer> + Send>> =
        tower::Service::call;
}

#[test]
fn a_service_is_as_portable_as_the_one_inside() {
    use tower_0_3::SignService;

    type Local = std::rc::Rc<()>;
    assert!(has!(SignService<()>: Send) && !has!(SignService<Local>: Send));
    assert!(has!(SignService<()>: Sync) && !has!(SignService<Local>: Sync));
    assert!(has!(SignService<()>: Clone) && !has!(SignService<Opaque>: Clone));
    assert!(has!(SignService<()>: Debug) && !has!(SignService<Opaque>: Debug));
}

/// A service that can neither be cloned nor shown.
struct Opaque;
