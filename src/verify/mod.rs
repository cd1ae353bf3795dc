//! The verifier: checks the signatures of requests that a server received.
//!
//! ```text
//! head ─claim─▶ Claim ─authenticate(key)─▶ Authenticated ─verify_payload(body)─▶ Verified
//!                 └──────────── verify(credentials, body) ───────────────────────────▲
//! ```
//!
//! In: the head of a request. Out: a [`Claim`], which becomes [`Verified`] only with the right key
//! and the right payload. This file makes the checks that need no secret, and decides what the
//! protocol leaves open: which headers must be signed and for how long a signature is valid.

mod claim;
mod dummy;
mod limits;
mod presented;
mod rejected;
mod replay;
mod verified;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, request};

use self::claim::ClaimedPayload;
pub use self::claim::{Authenticated, Claim};
use self::presented::{PresentedSignature, SignatureLocation};
pub use self::rejected::{RejectReason, Rejected};
pub use self::replay::{MemoryReplayGuard, ReplayGuard};
use self::verified::SignatureInfo;
pub use self::verified::Verified;
use crate::clock::Clock;
use crate::error::Error;
use crate::header_policy::{is_always_signed, is_never_signed};
use crate::protocol::canonical::{CanonicalForm, Host, Query, RequestLine, SignedHeaders};
use crate::protocol::hex::Hex;
use crate::protocol::scope::RegionAndService;
use crate::protocol::{header, query_parameter};

/// Checks the signatures of requests to one region and service.
///
/// Verifying has two parts. [`claim`](Self::claim) makes the checks that need neither a key nor the
/// body. The returned [`Claim`] contains the access key id. Your code looks up the credentials for
/// this id, and passes them and the body to [`Claim::verify`].
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, Signer, Verifier};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
/// let mut request = http::Request::post("http://localhost/?Action=Greet").body("hello")?;
/// Signer::new(credentials.clone(), "cn-beijing", "ecs")?.sign(&mut request)?;
///
/// let verifier = Verifier::new("cn-beijing", "ecs")?;
/// let (head, body) = request.into_parts();
/// let claim = verifier.claim(&head)?;
/// assert_eq!(claim.access_key_id(), "AKLTEXAMPLE");
/// let verified = claim.verify(Some(&credentials), body)?;
/// assert_eq!(verified.query_values("Action").next().as_deref(), Some(&b"Greet"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Verifier {
    scope: RegionAndService,
    clock: Clock,
    max_skew: Duration,
    policy: VerifyPolicy,
    /// The headers of [`allow_unsigned`](Self::allow_unsigned).
    allowed_unsigned: Arc<HashSet<HeaderName>>,
}

/// How strict a [`Verifier`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyPolicy {
    /// Every header that the protocol uses must be signed.
    ///
    /// With a header signature, `SignedHeaders` must be sorted. It must contain `host`, `x-date`
    /// and `x-content-sha256`. If the request has a `content-type` or other `x-*` headers, it must
    /// contain them, too, except the headers that proxies add. Other headers, such as `cookie` and
    /// `range`, may be unsigned. [`Verified`] does not contain them.
    ///
    /// A presigned URL must sign its host and its parameters, and must be sent without a body.
    /// Headers that `X-SignedHeaders` does not list are ignored.
    #[default]
    Strict,
    /// Also accepts requests that differ from `Strict` in one or more of these points. Some
    /// official clients send such requests:
    ///
    /// - `SignedHeaders` is not sorted.
    /// - An `x-*` header is not signed. `X-Date`, `X-Content-Sha256` and `X-Security-Token` must
    ///   still be signed.
    /// - The request has no `X-Content-Sha256`. It can only be checked with [`Claim::verify`],
    ///   which then hashes the payload before it checks the signature.
    /// - A presigned URL does not sign its host.
    /// - A presigned URL is sent with a body. The body is not signed, see
    ///   [`payload_is_signed`](Verified::payload_is_signed).
    /// - A presigned URL does not sign its `X-Security-Token`. If your look-up makes the
    ///   credentials from the token in the request, it must check that the token belongs to the
    ///   access key id. The signature does not prove that.
    ///
    /// Requests of these official clients are still refused, because an attacker could change the
    /// parts that they do not sign:
    ///
    /// - npm `@volcengine/openapi` does not sign `host`. Its presigned URLs have no
    ///   `X-SignedQueries`.
    /// - `signed_request` of veadk sends `x-content-sha256` and does not sign it.
    /// - `ve_request` of veadk does not sign the session token.
    /// - npm `@volcengine/sdk-core` does not sign `content-type`. To accept its requests, call
    ///   [`allow_unsigned`](Verifier::allow_unsigned) for this header.
    ///
    /// Some requests of `volcengine-python-sdk` are refused for another reason: it sorts the
    /// parameters by their escaped keys and not by their decoded keys. The order differs only if a
    /// key needs an escape.
    Compatible,
}

impl Verifier {
    /// Makes a verifier for requests that are signed for `region` and `service`. Each has 1 to 128
    /// bytes of visible ASCII without `/` and `,`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) if the region or service breaks
    /// this rule.
    pub fn new(region: &str, service: &str) -> Result<Self, Error> {
        Ok(Self {
            scope: RegionAndService::new(region, service)?,
            clock: Clock::default(),
            max_skew: DEFAULT_MAX_SKEW,
            policy: VerifyPolicy::default(),
            allowed_unsigned: Arc::default(),
        })
    }

    /// Makes the checks that need neither a key nor the body. They cover the form of the signature,
    /// the signed headers and parameters, the credential scope and the time.
    ///
    /// Pass the head as the server received it. Over HTTP/1.1, the request target is a path and the
    /// host is in the `Host` header. Over HTTP/2, the request target contains the host. Both are
    /// accepted.
    ///
    /// # Errors
    ///
    /// A [`Rejected`]. Write its [`reason`](Rejected::reason) and [`detail`](Rejected::detail) to
    /// the log. A request is also refused if its `Authorization` header has more than 4 KiB, or if
    /// it has more than 64 signed headers or more than 1,024 parameters. Empty parameters count,
    /// too.
    pub fn claim(&self, head: &request::Parts) -> Result<Claim, Rejected> {
        let now = self.clock.now().map_err(|_| RejectReason::NoClock)?;
        limits::check_size(head)?;
        let mut request_line = RequestLine::new(&head.method, &head.uri)
            .map_err(|error| Rejected::new(RejectReason::InvalidUri, error.to_string()))?;
        let presented = PresentedSignature::parse(&head.headers, &request_line.query)?;
        self.check_scope(&presented)?;
        let expires_at = self.check_time(&presented, now)?;
        let announces_body = announces_body(&head.headers);
        let authority = request_line.authority;
        check_host(authority, &head.headers)?;
        let headers =
            SignedHeaders::from_names(authority, &head.headers, presented.signed_headers())
                .map_err(|error| {
                    Rejected::new(RejectReason::InvalidSignedHeaders, error.to_string())
                })?;
        self.check_signed_headers(&headers, &head.headers, presented.location)?;
        let payload = match presented.location {
            SignatureLocation::Header => self.claimed_payload(&headers)?,
            SignatureLocation::Query => {
                self.remove_unsigned_parameters(&mut request_line.query)?;
                let may_have_body = self.is_compatible();
                if announces_body && !may_have_body {
                    return Err(RejectReason::UnsignedPayload.into());
                }
                ClaimedPayload::Unsigned { may_have_body }
            }
        };
        Ok(Claim {
            method: head.method.clone(),
            canonical_head: CanonicalForm { request_line, headers: &headers }.to_head(),
            signature_info: SignatureInfo {
                access_key_id: presented.access_key_id,
                scope: presented.scope,
                x_date: presented.x_date,
                signature: presented.signature,
                expires_at,
                received_at: now,
            },
            session_token: presented.session_token,
            payload,
            announces_body,
        })
    }

    /// Returns a verifier that uses `time` instead of the clock. Use it in tests, to check an old
    /// request, and on platforms without a clock.
    pub fn at(&self, time: SystemTime) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// Sets by how much `X-Date` may differ from the time of the verifier, in the past or in the
    /// future: 0 seconds to 7 days. The default is 15 minutes.
    ///
    /// - A header signature expires when `X-Date` is further in the past. A valid `X-Expires` in
    ///   the query can only shorten this time, and an invalid one is ignored.
    /// - A presigned URL with `X-Expires` expires after that number of seconds. `skew` only limits
    ///   how far its `X-Date` may be in the future.
    /// - A presigned URL without `X-Expires` expires after `skew`, but after 15 minutes at the
    ///   latest.
    ///
    /// `X-Date` has no fractions of a second. Therefore 0 seconds refuses nearly every request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidVerifierOptions`](crate::ErrorKind::InvalidVerifierOptions) if `skew` is
    /// more than 7 days.
    pub fn with_max_skew(self, skew: Duration) -> Result<Self, Error> {
        if skew > Duration::from_secs(query_parameter::MAX_EXPIRES) {
            return Err(Error::max_skew_too_long());
        }
        Ok(Self { max_skew: skew, ..self })
    }

    /// Sets how strict the verifier is.
    pub fn with_policy(self, policy: VerifyPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Allows the header `name` to be unsigned. Use it for a header that a gateway adds to
    /// requests. [`Verified`] does not contain headers that are not signed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidVerifierOptions`](crate::ErrorKind::InvalidVerifierOptions) if `name` is
    /// `host`, `x-date`, `x-content-sha256` or `x-security-token`. These headers must be signed.
    pub fn allow_unsigned(mut self, name: HeaderName) -> Result<Self, Error> {
        if is_always_signed(&name) {
            return Err(Error::must_be_signed(name.as_str()));
        }
        Arc::make_mut(&mut self.allowed_unsigned).insert(name);
        Ok(self)
    }

    /// Checks that the scope is for the region and service of the verifier and the day of `X-Date`.
    fn check_scope(&self, presented: &PresentedSignature<'_>) -> Result<(), Rejected> {
        let PresentedSignature { scope, x_date, .. } = presented;
        if self.scope.matches(scope) && scope.has_same_date_as(x_date) {
            return Ok(());
        }
        let expected = self.scope.to_scope(x_date);
        let parts = [
            ("region", expected.region(), scope.region()),
            ("service", expected.service(), scope.service()),
            ("day", expected.date(), scope.date()),
        ];
        let differing = parts.iter().filter(|(_, expected, found)| expected != found);
        let details = differing.map(|(name, expected, found)| {
            format!("{name}: expected {expected:?}, found {found:?}")
        });
        let detail = details.collect::<Vec<_>>().join(", ");
        Err(Rejected::new(RejectReason::ScopeMismatch, detail))
    }

    /// Checks that the signature is valid at the time `now`, and returns when it expires.
    fn check_time(
        &self,
        presented: &PresentedSignature<'_>,
        now: SystemTime,
    ) -> Result<SystemTime, Rejected> {
        let signed_at = SystemTime::from(presented.x_date);
        let lifetime = match (presented.location, presented.expires_in) {
            (SignatureLocation::Header, Some(x_expires)) => x_expires.min(self.max_skew),
            (SignatureLocation::Header, None) => self.max_skew,
            (SignatureLocation::Query, Some(x_expires)) => x_expires,
            (SignatureLocation::Query, None) => self.max_skew.min(DEFAULT_MAX_SKEW),
        };
        let expires_at = signed_at.checked_add(lifetime).ok_or(RejectReason::InvalidTime)?;
        if let Some(ahead) = signed_at.duration_since(now).ok().filter(|d| *d > self.max_skew) {
            let detail = format!("x-date is {} seconds ahead of the clock", whole_seconds(ahead));
            return Err(Rejected::new(RejectReason::NotYetValid, detail));
        }
        if expires_at < now {
            let age = now.duration_since(signed_at).unwrap_or_default();
            let (age, max) = (whole_seconds(age), lifetime.as_secs());
            let detail =
                format!("x-date is {age} seconds behind the clock, expected at most {max}");
            return Err(Rejected::new(RejectReason::Expired, detail));
        }
        Ok(expires_at)
    }

    /// Checks that every header that must be signed is signed. Refuses a signed `authorization`
    /// header and, for a presigned URL, a signed `x-date` header.
    fn check_signed_headers(
        &self,
        signed: &SignedHeaders<'_>,
        headers: &HeaderMap,
        location: SignatureLocation,
    ) -> Result<(), Rejected> {
        let is_signed = |name: &str| signed.value(name).is_some();
        let refuse = |detail| Err(Rejected::new(RejectReason::InvalidSignedHeaders, detail));
        if is_signed(AUTHORIZATION.as_str()) {
            return refuse("SignedHeaders has authorization, which cannot sign itself");
        }
        // A presigned URL must not sign the header x-date. Header signatures and presigned URLs use
        // the same canonical form. For example, the URL of a request contains X-Expires=604800 and
        // the other parameters of presigning. The request has no body, and the client signs it with
        // the `Authorization` header. An attacker could move this signature into the URL, which
        // would then be valid for 7 days. A header signature always covers the header x-date, so
        // this check refuses such a URL.
        if location == SignatureLocation::Query && is_signed(header::X_DATE) {
            return refuse("SignedHeaders of a presigned url has x-date");
        }
        if !self.is_compatible() && !signed.is_sorted() {
            return refuse("SignedHeaders is not sorted");
        }
        let must_sign_host = location == SignatureLocation::Header || !self.is_compatible();
        let host = (must_sign_host && !is_signed(HOST.as_str())).then_some(HOST.as_str());
        let mut unsigned = headers.keys().filter(|name| {
            location == SignatureLocation::Header
                && self.must_be_signed(name)
                && !is_signed(name.as_str())
        });
        match host.or_else(|| unsigned.next().map(HeaderName::as_str)) {
            None => Ok(()),
            Some(name) => {
                let detail = format!("header \"{name}\" is not signed");
                Err(Rejected::new(RejectReason::UnsignedHeader, detail))
            }
        }
    }

    /// Returns whether a request that has the header `name` must sign it.
    fn must_be_signed(&self, name: &HeaderName) -> bool {
        match name.as_str() {
            header::X_DATE | header::X_CONTENT_SHA256 | header::X_SECURITY_TOKEN => true,
            "content-type" => !self.allowed_unsigned.contains(name),
            other => {
                other.starts_with("x-")
                    && !self.is_compatible()
                    && !is_never_signed(other)
                    && !self.allowed_unsigned.contains(name)
            }
        }
    }

    /// Returns how a header signature covers the payload.
    fn claimed_payload(&self, signed: &SignedHeaders<'_>) -> Result<ClaimedPayload, Rejected> {
        let name = header::X_CONTENT_SHA256;
        match signed.value(name).map(Hex::from_digits) {
            Some(Some(hash)) => Ok(ClaimedPayload::Hash(hash)),
            None if self.is_compatible() => Ok(ClaimedPayload::HashAbsent),
            Some(None) => {
                let detail = format!("{name} is malformed, expected 64 lower-case hex digits");
                Err(Rejected::new(RejectReason::InvalidPayloadHash, detail))
            }
            None => {
                let detail = format!("{name} is absent");
                Err(Rejected::new(RejectReason::InvalidPayloadHash, detail))
            }
        }
    }

    /// Removes the parameters of a presigned URL that its signature does not cover. These are
    /// `X-Signature` and, under `Compatible`, an `X-Security-Token` that is not listed. Checks that
    /// `X-SignedQueries` lists exactly the parameters that remain.
    fn remove_unsigned_parameters(&self, query: &mut Query<'_>) -> Result<(), Rejected> {
        if query.has_repeated_key() {
            return Err(RejectReason::RepeatedParameter.into());
        }
        query.remove(query_parameter::X_SIGNATURE);
        let reason = RejectReason::UnsignedParameter;
        let listed = query.values(query_parameter::X_SIGNED_QUERIES).next();
        let listed = listed.ok_or_else(|| Rejected::new(reason, "X-SignedQueries is absent"))?;
        let mut listed: Vec<_> = listed.split(|&byte| byte == b';').collect();
        listed.sort_unstable();
        // Some official clients do not list the token in X-SignedQueries.
        let token = query_parameter::X_SECURITY_TOKEN;
        if self.is_compatible() && listed.binary_search(&token.as_bytes()).is_err() {
            query.remove(token);
        }
        if query.keys().eq(listed.iter().copied()) {
            return Ok(());
        }
        // Do not show the keys. If a value contains a raw "&", a part of the value looks like a
        // key.
        let (listed, found) = (listed.len(), query.keys().count());
        let detail = format!(
            "X-SignedQueries lists other keys than the query has: {listed} in the list, {found} in \
             the query"
        );
        Err(Rejected::new(reason, detail))
    }

    fn is_compatible(&self) -> bool {
        self.policy == VerifyPolicy::Compatible
    }
}

/// Returns the duration in seconds, rounded up. So 900.5 seconds are shown as more than 900.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// Returns whether the headers announce a body, by the rules of HTTP/1.1.
fn announces_body(headers: &HeaderMap) -> bool {
    let is_zero = |length: &HeaderValue| length.as_bytes().iter().all(|&digit| digit == b'0');
    headers.contains_key(TRANSFER_ENCODING) || !headers.get_all(CONTENT_LENGTH).iter().all(is_zero)
}

/// Checks that the `Host` header, if there is one, has the same host as the request target.
fn check_host(authority: Option<Host<'_>>, headers: &HeaderMap) -> Result<(), Rejected> {
    let Some(authority) = authority else { return Ok(()) };
    match Host::of_request(Some(authority), headers) {
        Ok(host) if host.canonical().eq_ignore_ascii_case(authority.canonical()) => Ok(()),
        Ok(_) => Err(RejectReason::HostMismatch.into()),
        Err(error) => Err(Rejected::new(RejectReason::HostMismatch, error.to_string())),
    }
}

/// The default of `with_max_skew`. A presigned URL without X-Expires is never valid for longer.
const DEFAULT_MAX_SKEW: Duration = Duration::from_secs(15 * 60);
