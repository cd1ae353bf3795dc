//! A server that accepts signed requests and answers all others as the Volcengine OpenAPI does.
//!
//! It sets no time limits and does not count connections: the proxy in front of it does.

use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use serde_json::json;
use volcengine_sigv4::{
    Credentials, MemoryReplayGuard, RejectReason, Rejected, Verified, Verifier,
};

/// The credentials that the server knows, by access key id, and how it checks requests.
pub(crate) struct Door {
    pub(crate) verifier: Verifier,
    pub(crate) known: HashMap<String, Credentials>,
    pub(crate) guard: MemoryReplayGuard,
}

/// Serves connections for as long as the program runs.
pub(crate) fn serve(listener: TcpListener, door: Door) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let app = Router::new()
        .fallback(any(greet))
        .layer(middleware::from_fn_with_state(Arc::new(door), let_through));
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await
    })
}

/// Uses only what was verified.
async fn greet(Extension(verified): Extension<Verified>) -> Response {
    let name = verified.query_values("Name").next().unwrap_or_default();
    let greeting = format!("Hello, {}!", String::from_utf8_lossy(&name));
    let envelope = json!({
        "ResponseMetadata": { "Service": verified.scope().service() },
        "Result": { "Greeting": greeting, "Caller": verified.access_key_id() },
    });
    ([(header::CONTENT_TYPE, "application/json")], envelope.to_string()).into_response()
}

async fn let_through(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    let (mut head, body) = request.into_parts();
    let claim = door.verifier.claim(&head).map_err(refuse)?;
    // A server with a database would await its answer here.
    let known = door.known.get(claim.access_key_id());
    let key = claim.derive_key(known);
    let authenticated = claim.authenticate(key.as_ref()).map_err(refuse)?;
    // Read the body only after the signature is known to be right.
    let body = body::to_bytes(body, MOST_BODY).await;
    let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let verified = authenticated.verify_payload(&body).map_err(refuse)?;
    head.extensions.insert(verified.check_replay(&door.guard).map_err(refuse)?);
    Ok(next.run(Request::from_parts(head, Body::from(body))).await)
}

const MOST_BODY: usize = 1 << 20;

/// Answers with the number, code and status of the service. Like the service, it answers differently
/// to an unknown access key id and to a wrong signature. Your own server may answer the same to both.
fn refuse(rejected: Rejected) -> Response {
    let (number, code, status, message) = match rejected.reason() {
        RejectReason::MissingAuthentication => (
            100003,
            "MissingAuthenticationToken",
            StatusCode::UNAUTHORIZED,
            "the request carries no authentication",
        ),
        RejectReason::MissingSignature => {
            (100005, "MissingSignature", StatusCode::UNAUTHORIZED, "the request has no signature")
        }
        RejectReason::InvalidTime
        | RejectReason::InvalidExpires
        | RejectReason::NotYetValid
        | RejectReason::Expired => (
            100006,
            "InvalidTimestamp",
            StatusCode::BAD_REQUEST,
            "the time of the signature is not acceptable",
        ),
        RejectReason::UnknownAccessKey => {
            (100009, "InvalidAccessKey", StatusCode::UNAUTHORIZED, "the access key is not valid")
        }
        RejectReason::ConflictingAuthentication
        | RejectReason::TooLarge
        | RejectReason::UnsupportedAlgorithm
        | RejectReason::MalformedAuthorization
        | RejectReason::InvalidSignedHeaders
        | RejectReason::UnsignedHeader
        | RejectReason::UnsignedParameter
        | RejectReason::RepeatedParameter
        | RejectReason::InvalidPayloadHash => (
            100024,
            "InvalidAuthorization",
            StatusCode::BAD_REQUEST,
            "the authorization is not well formed",
        ),
        RejectReason::MalformedCredential | RejectReason::ScopeMismatch => (
            100025,
            "InvalidCredential",
            StatusCode::BAD_REQUEST,
            "the credential is not for this service",
        ),
        RejectReason::InvalidSessionToken | RejectReason::CredentialsExpired => (
            100026,
            "InvalidSecretToken",
            StatusCode::UNAUTHORIZED,
            "the session token is not valid",
        ),
        RejectReason::KeyMismatch | RejectReason::ReplayGuardFailed | RejectReason::NoClock => {
            (100014, "InternalError", StatusCode::INTERNAL_SERVER_ERROR, "the server has an error")
        }
        _ => (
            100010,
            "SignatureDoesNotMatch",
            StatusCode::UNAUTHORIZED,
            "the signature does not match the request",
        ),
    };
    let envelope = json!({
        "ResponseMetadata": { "Error": { "CodeN": number, "Code": code, "Message": message } },
    });
    (status, [(header::CONTENT_TYPE, "application/json")], envelope.to_string()).into_response()
}
