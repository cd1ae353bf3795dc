//! The verifier: our choices when checking what others signed.
//!
//! ```text
//! head ─claim─▶ Claim ─authenticate(key)─▶ Authenticated ─verify_payload(body)─▶ Verified
//!                 └──────────── verify(credentials, body) ───────────────────────────▲
//! ```
//!
//! In: the head of a request. Out: a [`Claim`], which becomes [`Verified`] only with the right key
//! and the right payload. What needs no secret is checked here, the cheapest first.

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
use self::presented::{Place, Presented};
pub use self::rejected::{RejectReason, Rejected};
pub use self::replay::{MemoryReplayGuard, ReplayGuard};
use self::verified::Signing;
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
/// It reads no body and looks up no key. [`claim`](Self::claim) checks all that needs no secret and
/// names the key to look up. The [`Claim`] then takes the key and the payload.
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
    /// The headers that may be unsigned.
    unsigned: Arc<HashSet<HeaderName>>,
}

/// How strict a [`Verifier`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyPolicy {
    /// Requires all that the protocol signs. Other headers, such as `cookie` and `range`, may be
    /// unsigned; [`Verified`] does not contain them.
    ///
    /// `SignedHeaders` must be sorted and contain `host`, `x-date`, `x-content-sha256`,
    /// `content-type` if the request has one, and every other `x-*` header except those that
    /// proxies add. A presigned URL must sign its host and come without a body; its other headers
    /// are ignored.
    #[default]
    Strict,
    /// Also accepts what some official clients send:
    ///
    /// - An unsorted `SignedHeaders`, and unsigned `x-*` headers except `X-Date`,
    ///   `X-Content-Sha256` and `X-Security-Token`.
    /// - No `X-Content-Sha256`. Such a claim can only be [verified](Claim::verify) with the
    ///   payload, which is hashed before the signature is checked.
    /// - A presigned URL that does not sign its host, or that comes with a body, which is not
    ///   signed ([`payload_is_signed`](Verified::payload_is_signed)).
    /// - A presigned URL that does not sign its `X-Security-Token`. Your look-up of the key must
    ///   then check that the token belongs to the access key id.
    ///
    /// Some requests of official clients are still refused, because anybody could change what they
    /// leave unsigned:
    ///
    /// - npm `@volcengine/openapi`: it does not sign `host`, and its URLs do not list
    ///   `X-SignedQueries`.
    /// - veadk, `signed_request`: it sends `x-content-sha256` and does not sign it.
    /// - veadk, `ve_request`: it does not sign the session token.
    /// - npm `@volcengine/sdk-core`: it does not sign a `content-type`;
    ///   [`allow_unsigned`](Verifier::allow_unsigned) helps.
    /// - `volcengine-python-sdk`: it sorts parameters by their escaped keys. That is another order
    ///   if a key needs an escape.
    Compatible,
}

impl Verifier {
    /// Makes a verifier for requests that are signed for `region` and `service`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) for a region or service that is
    /// not 1 to 128 bytes of visible ASCII without `/` and `,`.
    pub fn new(region: &str, service: &str) -> Result<Self, Error> {
        Ok(Self {
            scope: RegionAndService::new(region, service)?,
            clock: Clock::default(),
            max_skew: WINDOW,
            policy: VerifyPolicy::default(),
            unsigned: Arc::default(),
        })
    }

    /// Checks all about the signature of a request that needs neither key nor body: its form, that
    /// it covers what it must, its credential scope, its age.
    ///
    /// Takes a head as servers receive it: the target is a path and the host is in the `Host`
    /// header, or the target contains the host, as over HTTP/2.
    ///
    /// # Errors
    ///
    /// [`Rejected`]; its [`reason`](Rejected::reason) and [`detail`](Rejected::detail) are for the
    /// log. An authorization of more than 4 KiB, more than 64 signed headers and more than 1,024
    /// parameters, empty ones counted, are refused before anything is hashed.
    pub fn claim(&self, head: &request::Parts) -> Result<Claim, Rejected> {
        let now = self.clock.now().map_err(|_| RejectReason::NoClock)?;
        limits::check_size(head)?;
        let mut request_line = RequestLine::new(&head.method, &head.uri)
            .map_err(|error| Rejected::new(RejectReason::InvalidUri, error.to_string()))?;
        let presented = Presented::of(&head.headers, &request_line.query)?;
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
        self.check_signed_headers(&headers, &head.headers, presented.place)?;
        let payload = match presented.place {
            Place::Header => self.claimed_payload(&headers)?,
            Place::Query => {
                self.remove_unsigned(&mut request_line.query)?;
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
            signing: Signing {
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

    /// Returns a verifier with a fixed clock: for tests, to check old requests, and for platforms
    /// without a clock.
    pub fn at(&self, time: SystemTime) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// Sets how far `X-Date` may be from this clock, before and after it: 0 seconds to 7 days, 15
    /// minutes if not set.
    ///
    /// A presigned URL without `X-Expires` also ends after this time, and after at most 15 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidVerifierOptions`](crate::ErrorKind::InvalidVerifierOptions) for more
    /// than 7 days.
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

    /// Allows the header `name` to be unsigned, for a header that a gateway in between adds.
    /// [`Verified`] does not contain a header that is not signed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidVerifierOptions`](crate::ErrorKind::InvalidVerifierOptions) for `host`,
    /// `x-date`, `x-content-sha256` and `x-security-token`, which must be signed.
    pub fn allow_unsigned(mut self, name: HeaderName) -> Result<Self, Error> {
        if is_always_signed(&name) {
            return Err(Error::must_be_signed(name.as_str()));
        }
        Arc::make_mut(&mut self.unsigned).insert(name);
        Ok(self)
    }

    fn check_scope(&self, presented: &Presented<'_>) -> Result<(), Rejected> {
        let Presented { scope, x_date, .. } = presented;
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

    /// Returns when the signature expires.
    fn check_time(
        &self,
        presented: &Presented<'_>,
        now: SystemTime,
    ) -> Result<SystemTime, Rejected> {
        let signed_at = SystemTime::from(presented.x_date);
        let life = match (presented.place, presented.expires_in) {
            (Place::Header, life) => life.map_or(self.max_skew, |life| life.min(self.max_skew)),
            (Place::Query, life) => life.unwrap_or(self.max_skew.min(WINDOW)),
        };
        let expires_at = signed_at.checked_add(life).ok_or(RejectReason::InvalidTime)?;
        if let Some(ahead) = signed_at.duration_since(now).ok().filter(|d| *d > self.max_skew) {
            let detail = format!("x-date is {} seconds ahead of the clock", whole_seconds(ahead));
            return Err(Rejected::new(RejectReason::NotYetValid, detail));
        }
        if expires_at < now {
            let age = now.duration_since(signed_at).unwrap_or_default();
            let (age, life) = (whole_seconds(age), life.as_secs());
            let detail =
                format!("x-date is {age} seconds behind the clock, expected at most {life}");
            return Err(Rejected::new(RejectReason::Expired, detail));
        }
        Ok(expires_at)
    }

    fn check_signed_headers(
        &self,
        signed: &SignedHeaders<'_>,
        headers: &HeaderMap,
        place: Place,
    ) -> Result<(), Rejected> {
        let is_signed = |name: &str| signed.value(name).is_some();
        let refuse = |detail| Err(Rejected::new(RejectReason::InvalidSignedHeaders, detail));
        if is_signed(AUTHORIZATION.as_str()) {
            return refuse("SignedHeaders has authorization, which cannot sign itself");
        }
        // A URL must not sign the header x-date. Otherwise a header signature could be replayed as
        // a URL that lives for 7 days.
        if place == Place::Query && is_signed(header::X_DATE) {
            return refuse("SignedHeaders of a presigned url has x-date");
        }
        if !self.is_compatible() && !signed.is_sorted() {
            return refuse("SignedHeaders is not sorted");
        }
        let must_sign_host = place == Place::Header || !self.is_compatible();
        let host = (must_sign_host && !is_signed(HOST.as_str())).then_some(HOST.as_str());
        let mut others = headers.keys().filter(|name| {
            place == Place::Header && self.must_be_signed(name) && !is_signed(name.as_str())
        });
        match host.or_else(|| others.next().map(HeaderName::as_str)) {
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
            "content-type" => !self.unsigned.contains(name),
            other => {
                other.starts_with("x-")
                    && !self.is_compatible()
                    && !is_never_signed(other)
                    && !self.unsigned.contains(name)
            }
        }
    }

    fn claimed_payload(&self, signed: &SignedHeaders<'_>) -> Result<ClaimedPayload, Rejected> {
        let name = header::X_CONTENT_SHA256;
        match signed.value(name).map(Hex::from_digits) {
            Some(Some(hash)) => Ok(ClaimedPayload::Hash(hash)),
            None if self.is_compatible() => Ok(ClaimedPayload::Unstated),
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

    /// Removes the unsigned parameters from the query of a presigned URL.
    fn remove_unsigned(&self, query: &mut Query<'_>) -> Result<(), Rejected> {
        if query.has_repeated_key() {
            return Err(RejectReason::RepeatedParameter.into());
        }
        query.remove(query_parameter::X_SIGNATURE);
        let reason = RejectReason::UnsignedParameter;
        let listed = query.values(query_parameter::X_SIGNED_QUERIES).next();
        let listed = listed.ok_or_else(|| Rejected::new(reason, "X-SignedQueries is absent"))?;
        let mut listed: Vec<_> = listed.split(|&byte| byte == b';').collect();
        listed.sort_unstable();
        // Some official presigners do not list the token.
        let token = query_parameter::X_SECURITY_TOKEN;
        if self.is_compatible() && listed.binary_search(&token.as_bytes()).is_err() {
            query.remove(token);
        }
        if query.keys().eq(listed.iter().copied()) {
            return Ok(());
        }
        // The keys are not shown: a raw "&" in a value turns a part of it into a key.
        let (listed, found) = (listed.len(), query.keys().count());
        let detail = format!(
            "X-SignedQueries does not list the parameters: it has {listed}, the query has {found}"
        );
        Err(Rejected::new(reason, detail))
    }

    fn is_compatible(&self) -> bool {
        self.policy == VerifyPolicy::Compatible
    }
}

/// Rounds up, so that 900.5 seconds are told as more than 900.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// Returns whether a body follows, according to the headers of HTTP/1.1.
fn announces_body(headers: &HeaderMap) -> bool {
    let is_zero = |length: &HeaderValue| length.as_bytes().iter().all(|&digit| digit == b'0');
    headers.contains_key(TRANSFER_ENCODING) || !headers.get_all(CONTENT_LENGTH).iter().all(is_zero)
}

/// Checks that a host in the target is the host of the `Host` header.
fn check_host(authority: Option<Host<'_>>, headers: &HeaderMap) -> Result<(), Rejected> {
    let Some(authority) = authority else { return Ok(()) };
    match Host::of_request(Some(authority), headers) {
        Ok(host) if host.canonical().eq_ignore_ascii_case(authority.canonical()) => Ok(()),
        Ok(_) => Err(RejectReason::HostMismatch.into()),
        Err(error) => Err(Rejected::new(RejectReason::HostMismatch, error.to_string())),
    }
}

const WINDOW: Duration = Duration::from_secs(15 * 60);
