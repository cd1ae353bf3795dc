//! No freed block of memory holds a copy of a secret access key, a session token or a keyed HMAC.
//!
//! The allocator of this program searches each block that a scene frees. A request or a presigned URL
//! belongs to the caller and may hold the token: it is freed after the scene.

#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::OsString;
use std::process::Command;
use std::slice;
use std::sync::LazyLock;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request, Uri, request};
use sha2::Sha256;
use sha2::block_api::compress256;
use support::{X_DATE, now, signer_of, verifier};
use volcengine_sigv4::{
    CredentialScope, Credentials, MemoryReplayGuard, PresignOptions, RotatingCredentials, Signer,
    SigningKey, UriMode, Verifier,
};

const SECRET: &str = "Kd8sWq2ZxT5uLb9YvN3e";
/// The part of the token that is the same raw and escaped.
const PLAIN_TOKEN: &str = "Hy7JmRf4PzXo6BtQc1Gw";
const TOKEN: &str = "Hy7JmRf4PzXo6BtQc1Gw+/==";
const ESCAPED_TOKEN: &str = "Hy7JmRf4PzXo6BtQc1Gw%2B%2f%3D%3D";

struct Needle {
    name: &'static str,
    bytes: Vec<u8>,
}

static NEEDLES: LazyLock<Vec<Needle>> = LazyLock::new(|| {
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()
    };
    let parts = ["20210818", "cn-beijing", "ecs", "request"];
    let signing_key =
        parts.iter().fold(SECRET.as_bytes().to_vec(), |key, part| mac(&key, part).to_vec());
    let needle = |name, bytes: &[u8]| Needle { name, bytes: bytes.to_vec() };
    vec![
        needle("secret", SECRET.as_bytes()),
        needle("token", PLAIN_TOKEN.as_bytes()),
        needle("keyed secret", &keyed(SECRET.as_bytes(), 0x36)),
        needle("keyed secret, outer", &keyed(SECRET.as_bytes(), 0x5c)),
        needle("signing key", &keyed(&signing_key, 0x36)),
        needle("signing key, outer", &keyed(&signing_key, 0x5c)),
    ]
});

/// Returns the state of SHA-256 after the first block of HMAC, which is made of the key.
fn keyed(key: &[u8], pad: u8) -> Vec<u8> {
    let mut block = [pad; 64];
    block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
        0x5be0cd19,
    ];
    compress256(&mut state, &[block]);
    state.iter().flat_map(|word: &u32| word.to_ne_bytes()).collect()
}

thread_local! {
    static IS_WATCHING: Cell<bool> = const { Cell::new(false) };
    static FOUND: Cell<[usize; 6]> = const { Cell::new([0; 6]) };
    /// Address and size of the blocks that are in use.
    static LIVE: Cell<[(usize, usize); 32]> = const { Cell::new([(0, 0); 32]) };
}

struct Scanner;

#[global_allocator]
static SCANNER: Scanner = Scanner;

// SAFETY: the allocator of the system does the work. Blocks are zeroed, so that every byte can be
// read. The default `realloc` allocates, copies and frees.
unsafe impl GlobalAlloc for Scanner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = unsafe { System.alloc_zeroed(layout) };
        if IS_WATCHING.get() {
            replace_live((0, 0), (block.addr(), layout.size()));
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if IS_WATCHING.get() {
            replace_live((block.addr(), layout.size()), (0, 0));
            scan(unsafe { slice::from_raw_parts(block, layout.size()) });
        }
        unsafe { System.dealloc(block, layout) }
    }
}

fn replace_live(old: (usize, usize), new: (usize, usize)) {
    let mut live = LIVE.get();
    if let Some(block) = live.iter_mut().find(|block| **block == old) {
        *block = new;
    }
    LIVE.set(live);
}

fn scan(block: &[u8]) {
    let mut found = FOUND.get();
    for (needle, found) in NEEDLES.iter().zip(&mut found) {
        let copies = block.windows(needle.bytes.len()).filter(|window| *window == needle.bytes);
        *found += copies.count();
    }
    FOUND.set(found);
}

fn watched<T>(scene: impl FnOnce() -> T) -> T {
    LazyLock::force(&NEEDLES);
    FOUND.set([0; 6]);
    LIVE.set([(0, 0); 32]);
    IS_WATCHING.set(true);
    let kept = scene();
    IS_WATCHING.set(false);
    kept
}

fn found() -> Vec<&'static str> {
    let names = NEEDLES.iter().map(|needle| needle.name);
    names.zip(FOUND.get()).filter(|&(_, count)| count > 0).map(|(name, _)| name).collect()
}

/// Returns the needles in the blocks that `scene` frees. Its result is dropped later.
fn freed<T>(scene: impl FnOnce() -> T) -> Vec<&'static str> {
    let kept = watched(scene);
    let found = found();
    drop(kept);
    found
}

/// Returns the needles in the blocks of the value that `scene` returns.
fn live<T>(scene: impl FnOnce() -> T) -> Vec<&'static str> {
    let value = watched(scene);
    for (address, size) in LIVE.get() {
        if size > 0 {
            // SAFETY: the block was not freed, since the value is still here.
            scan(unsafe {
                slice::from_raw_parts(std::ptr::with_exposed_provenance(address), size)
            });
        }
    }
    drop(value);
    found()
}

#[track_caller]
fn clean<T>(scene: impl FnOnce() -> T) {
    assert_eq!(freed(scene), [""; 0]);
}

#[test]
fn a_copy_in_a_freed_block_would_be_found() {
    assert_eq!(freed(|| drop(format!("a {SECRET} b"))), ["secret"]);
    assert_eq!(freed(|| drop(TOKEN.to_owned() + SECRET)), ["secret", "token"]);
}

#[test]
fn a_live_signing_key_holds_secret_token_and_hmac_states() {
    let key = || Box::new(SigningKey::derive(&credentials(), &scope()));
    let names: Vec<_> = NEEDLES.iter().map(|needle| needle.name).collect();
    assert_eq!(live(key), names);
}

fn scope() -> CredentialScope {
    CredentialScope::new(&X_DATE.parse().unwrap(), "cn-beijing", "ecs").unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", SECRET).unwrap().with_session_token(TOKEN).unwrap()
}

fn signer() -> Signer {
    signer_of(credentials())
}

fn post() -> Request<&'static str> {
    Request::post("https://open.volcengineapi.com/?Action=RunInstances&Name=a%20b")
        .header("content-type", "application/json")
        .body("{}")
        .unwrap()
}

#[test]
fn dropping_credentials_leaves_nothing() {
    clean(|| drop(credentials()));
}

#[test]
fn dropping_a_clone_of_credentials_leaves_nothing() {
    clean(|| {
        let credentials = credentials();
        drop(credentials.clone());
        drop(credentials);
    });
}

#[test]
fn a_token_for_a_shared_copy_of_credentials_leaves_nothing() {
    clean(|| {
        let credentials = credentials();
        let other = credentials.clone().with_session_token(TOKEN.repeat(2)).unwrap();
        drop((credentials, other));
    });
}

#[test]
fn an_expiration_for_a_shared_copy_of_credentials_leaves_nothing() {
    clean(|| {
        let credentials = credentials();
        let other = credentials.clone().with_expiration(now());
        drop((credentials, other));
    });
}

#[test]
fn a_secret_that_is_refused_leaves_nothing() {
    for secret in [format!("{SECRET}\n"), SECRET.repeat(60)] {
        clean(|| Credentials::new("AKLTEXAMPLE", secret).unwrap_err());
    }
    clean(|| Credentials::new("an/id", SECRET).unwrap_err());
    let in_place_of_the_id = format!("{SECRET}/");
    clean(|| Credentials::new(in_place_of_the_id, "AKLTEXAMPLE").unwrap_err());
}

#[test]
fn a_token_that_is_refused_leaves_nothing() {
    let token = format!("{TOKEN} ");
    clean(|| credentials().with_session_token(token).unwrap_err());
}

#[test]
fn credentials_that_are_rotated_leave_nothing() {
    clean(|| {
        let cell = RotatingCredentials::new(credentials());
        let signer = signer_of(cell.clone());
        let mut request = post();
        signer.sign(&mut request).unwrap();
        cell.set(Credentials::new("AKLTEXAMPLE", "another").unwrap());
        signer.sign(&mut post()).unwrap();
        request
    });
}

#[test]
fn a_signer_that_is_dropped_leaves_nothing() {
    clean(|| {
        let mut request = post();
        signer().sign(&mut request).unwrap();
        request
    });
}

#[test]
fn the_key_of_yesterday_leaves_nothing() {
    clean(|| {
        let (signer, mut requests) = (signer(), [post(), post()]);
        signer.sign(&mut requests[0]).unwrap();
        let tomorrow = signer.at(now() + Duration::from_secs(24 * 60 * 60));
        tomorrow.sign(&mut requests[1]).unwrap();
        drop((signer, tomorrow));
        requests
    });
}

#[test]
fn a_signer_for_another_scope_leaves_nothing() {
    clean(|| {
        let mut request = post();
        signer().for_scope("cn-north-1", "iam").unwrap().sign(&mut request).unwrap();
        request
    });
}

#[test]
fn explaining_leaves_nothing() {
    clean(|| {
        let explanation = signer().explain(&post(), "{}").unwrap();
        format!("{explanation} {explanation:?}")
    });
}

#[test]
fn presigning_leaves_nothing() {
    for mode in [UriMode::Normalize, UriMode::Preserve] {
        clean(|| {
            let uri = Uri::from_static("https://h.example/?Action=GetPlayInfo&Name=a+b");
            let signer = signer().with_uri_mode(mode);
            signer.presign(&Method::GET, &uri, &PresignOptions::default()).unwrap()
        });
    }
}

#[test]
fn presigning_a_url_that_is_too_long_leaves_nothing() {
    let uri = format!("https://h.example/?a={}", "b".repeat(65_300)).parse().unwrap();
    clean(|| signer().presign(&Method::GET, &uri, &PresignOptions::default()).unwrap_err());
}

#[test]
fn a_signing_key_leaves_nothing() {
    clean(|| {
        let key = SigningKey::derive(&credentials(), &scope());
        let shared = Box::new(key.clone());
        drop((key, shared));
    });
}

fn signed() -> request::Parts {
    let mut request = post();
    signer().sign(&mut request).unwrap();
    request.into_parts().0
}

/// The head of a presigned request whose token is not in the canonical spelling.
fn presigned() -> request::Parts {
    let uri = Uri::from_static("https://h.example/?Action=GetPlayInfo");
    let url = signer().presign(&Method::GET, &uri, &PresignOptions::default()).unwrap();
    let url = url.as_str().replace(&format!("{PLAIN_TOKEN}%2B%2F%3D%3D"), ESCAPED_TOKEN);
    assert!(url.contains(ESCAPED_TOKEN));
    Request::get(url).body(()).unwrap().into_parts().0
}

#[test]
fn verifying_leaves_nothing() {
    for (head, body) in [(signed(), "{}"), (presigned(), "")] {
        clean(|| {
            let verified =
                verifier().claim(&head).unwrap().verify(Some(&credentials()), body).unwrap();
            drop(verified.check_replay(&MemoryReplayGuard::new(1)).unwrap());
        });
    }
}

#[test]
fn refusing_leaves_nothing() {
    for head in [signed(), presigned()] {
        clean(|| verifier().claim(&head).unwrap().verify(None, "{}").unwrap_err());
        clean(|| {
            verifier().claim(&head).unwrap().verify(Some(&credentials()), "other").unwrap_err()
        });
        clean(|| Verifier::new("cn-north-1", "ecs").unwrap().at(now()).claim(&head).unwrap_err());
        clean(|| drop(verifier().claim(&head).unwrap()));
    }
}

#[test]
fn refusing_a_malformed_presigned_url_leaves_nothing() {
    let token = format!("Token={ESCAPED_TOKEN}");
    for (from, to) in [
        ("X-Date=2", "X-Date=x"),
        ("X-Date=2", "Y-Date=2"),
        ("X-Date=2", "X-Date=%ff2"),
        ("X-NotSignBody=", "X-Expires=0"),
        ("X-NotSignBody=", "X-Expires=%ff"),
        ("X-Signature=", "X-Signature=%ff"),
        ("X-Signature=", "X-Signature=Z"),
        (&*token, &*format!("{token}%ff")),
    ] {
        let mut head = presigned();
        let uri = head.uri.to_string();
        assert!(uri.contains(from), "{from} is not in {uri}");
        head.uri = uri.replace(from, to).parse().unwrap();
        clean(|| verifier().claim(&head).unwrap_err());
    }
}

#[test]
fn reading_the_environment_leaves_nothing() {
    for secret in [SECRET, &format!("{SECRET}\n"), ""] {
        child(secret.into());
    }
}

#[test]
#[cfg(unix)]
fn an_environment_variable_that_is_not_unicode_leaves_nothing() {
    use std::os::unix::ffi::OsStringExt;

    child(OsString::from_vec([SECRET.as_bytes(), b"\xff"].concat()));
}

/// Reads `secret` from the environment, in a child process.
#[track_caller]
fn child(secret: OsString) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "from_env", "--ignored"])
        .env("VOLCENGINE_ACCESS_KEY", "AKLTEXAMPLE")
        .env("VOLCENGINE_SECRET_KEY", secret)
        .env("VOLCENGINE_SESSION_TOKEN", TOKEN)
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && report.contains("1 passed"), "{report}");
}

#[test]
#[ignore = "the other tests run it, in a process with its own environment"]
fn from_env() {
    clean(|| drop(Credentials::from_env()));
}
