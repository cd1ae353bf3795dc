//! The verifier: our choices when checking what others signed.
//!
//! In: the head of a request. Out: a [`Claim`], of which only the right key and payload make a
//! [`Verified`]. What needs no secret is checked here, in the order of its cost.

mod claim;
mod presented;
mod rejected;
mod replay;
mod verified;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, request};

use self::claim::ClaimedPayload;
pub use self::claim::{Authenticated, Claim};
use self::presented::{Place, Presented};
pub use self::rejected::{RejectReason, Rejected};
pub use self::replay::{MemoryReplayGuard, ReplayGuard};
use self::verified::Signed;
pub use self::verified::Verified;
use crate::clock::Clock;
use crate::error::Error;
use crate::header_policy::is_never_signed;
use crate::protocol::canonical::{CanonicalForm, Host, Query, RequestLine, SignedHeaders};
use crate::protocol::hex::Hex;
use crate::protocol::query_parameter::{self, LONGEST_LIFE, X_SIGNATURE, X_SIGNED_QUERIES};
use crate::protocol::scope::RegionAndService;
use crate::protocol::{X_CONTENT_SHA256, X_DATE, X_SECURITY_TOKEN};

/// Checks the signatures of requests to one region and service.
///
/// It reads no body and looks up no key: [`claim`](Self::claim) checks all that needs no secret and
/// says whose key is wanted; the [`Claim`] takes the key, then the payload.
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
/// let verified = claim.verify(&credentials, body)?;
/// assert_eq!(verified.query("Action").next().as_deref(), Some(&b"Greet"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    scope: RegionAndService,
    clock: Clock,
    max_skew: Duration,
    policy: VerifyPolicy,
    unsigned: Arc<HashSet<HeaderName>>,
}

/// How strict a [`Verifier`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyPolicy {
    /// All that a request means is signed.
    ///
    /// `SignedHeaders` is sorted and names `host`, `x-date`, `x-content-sha256`, `content-type` if
    /// there is one, and every other `x-*` but those that proxies add; a presigned URL signs its
    /// host and comes without a body.
    #[default]
    Strict,
    /// Takes, too, what official clients send.
    ///
    /// - An unsorted `SignedHeaders`, and unsigned `x-*` headers other than `X-Date`,
    ///   `X-Content-Sha256` and `X-Security-Token`.
    /// - No `X-Content-Sha256`; then the claim can only be [verified](Claim::verify) with the
    ///   payload, which is hashed before the signature is checked.
    /// - A presigned URL that does not sign its host, that comes with a body (which is not signed:
    ///   [`payload_is_signed`](Verified::payload_is_signed)), or whose `X-Security-Token` is not
    ///   signed, so that the look-up of the key must bind the token to the access key id.
    Compatible,
}

impl Verifier {
    /// Makes a verifier for what is signed for `region` and `service`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) for a region or service that is
    /// not 1 to 128 bytes of visible ASCII without `/` and `,`.
    pub fn new(region: &str, service: &str) -> Result<Self, Error> {
        Ok(Self {
            scope: RegionAndService::new(region, service)?,
            clock: Clock::default(),
            max_skew: Duration::from_secs(15 * 60),
            policy: VerifyPolicy::default(),
            unsigned: Arc::default(),
        })
    }

    /// Returns a verifier whose clock stands at `time`: for tests, for replays, and for platforms
    /// without a clock.
    pub fn at(&self, time: SystemTime) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// Sets how far `X-Date` may be from this clock, before and after: 15 minutes unless set, 7 days
    /// at most. It is the life, too, of a presigned URL that does not say one.
    pub fn with_max_skew(self, skew: Duration) -> Self {
        Self { max_skew: skew.min(Duration::from_secs(LONGEST_LIFE)), ..self }
    }

    /// Sets how strict the verifier is.
    pub fn with_policy(self, policy: VerifyPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Lets the header `name` be there without being signed: one that a gateway on the way adds.
    /// Whatever is unsigned is not in [`Verified`].
    ///
    /// `host`, `x-date`, `x-content-sha256` and `x-security-token` stay wanted.
    pub fn with_unsigned(mut self, name: HeaderName) -> Self {
        Arc::make_mut(&mut self.unsigned).insert(name);
        self
    }

    /// Checks all about the signature of a request that needs neither key nor body: its form, that
    /// it covers what it must, its credential scope, its age.
    ///
    /// Takes a head as servers get it: the target is a path with the `Host` header beside it, or
    /// has the host in it as over HTTP/2.
    ///
    /// # Errors
    ///
    /// [`Rejected`], whose [`reason`](Rejected::reason) is for the log. What is refused before any
    /// work: an authorization of more than 4 KiB, more than 64 signed headers or 1,024 parameters.
    pub fn claim(&self, head: &request::Parts) -> Result<Claim, Rejected> {
        let now = self.clock.now().map_err(|_| RejectReason::NoClock)?;
        let query = head.uri.query().unwrap_or_default();
        let separators = || query.bytes().filter(|&byte| byte == b'&').count();
        if query.len() >= MOST_PARAMETERS && separators() >= MOST_PARAMETERS {
            return Err(RejectReason::TooLarge.into());
        }
        let mut request_line =
            RequestLine::new(&head.method, &head.uri).map_err(|_| RejectReason::InvalidTarget)?;
        let presented = Presented::of(&head.headers, &request_line.query)?;
        if !self.scope.are_those_of(&presented.scope)
            || !presented.scope.is_of_the_day_of(&presented.x_date)
        {
            return Err(RejectReason::ScopeMismatch.into());
        }
        let expires_at = self.check_time(&presented, now)?;
        let authority = request_line.authority;
        check_host(authority, &head.headers)?;
        let signed_headers =
            SignedHeaders::listed(authority, &head.headers, presented.signed_headers())
                .map_err(|_| RejectReason::InvalidSignedHeaders)?;
        self.check_signed_headers(&signed_headers, &head.headers, presented.place)?;
        let payload = match presented.place {
            Place::Header => self.claimed_payload(&signed_headers)?,
            Place::Query => {
                self.keep_signed(&mut request_line.query)?;
                ClaimedPayload::Unsigned { is_welcome: self.is_compatible() }
            }
        };

        let canonical_form = CanonicalForm {
            request_line,
            headers: &signed_headers,
            payload_hash: &payload.hash_to_hex(),
        };
        let signed = Signed {
            method: head.method.clone(),
            canonical_request: canonical_form.to_request(),
            access_key_id: presented.access_key_id.into_owned(),
            scope: presented.scope,
            x_date: presented.x_date,
            expires_at,
            signature: presented.signature,
        };
        Ok(Claim { signed, session_token: presented.session_token, payload, now })
    }

    /// Returns when the signature expires.
    fn check_time(
        &self,
        presented: &Presented<'_>,
        now: SystemTime,
    ) -> Result<SystemTime, RejectReason> {
        let signed_at = SystemTime::from(presented.x_date);
        let life = match (presented.place, presented.expires_in) {
            (_, None) => self.max_skew,
            (Place::Header, Some(life)) => life.min(self.max_skew),
            (Place::Query, Some(life)) => life,
        };
        let expires_at = signed_at.checked_add(life).ok_or(RejectReason::InvalidDate)?;
        if expires_at < now {
            return Err(RejectReason::Expired);
        }
        match signed_at.duration_since(now) {
            Ok(ahead) if ahead > self.max_skew => Err(RejectReason::NotYetValid),
            _ => Ok(expires_at),
        }
    }

    fn check_signed_headers(
        &self,
        signed_headers: &SignedHeaders<'_>,
        headers: &HeaderMap,
        place: Place,
    ) -> Result<(), RejectReason> {
        let is_signed = |name: &str| signed_headers.value(name).is_some();
        // A signature cannot sign itself.
        if is_signed(AUTHORIZATION.as_str())
            || !(self.is_compatible() || signed_headers.is_sorted())
        {
            return Err(RejectReason::InvalidSignedHeaders);
        }
        let is_covered = match place {
            Place::Header => {
                let is_fine =
                    |name: &HeaderName| !self.wants_signed(name) || is_signed(name.as_str());
                is_signed(HOST.as_str()) && headers.keys().all(is_fine)
            }
            Place::Query => self.is_compatible() || is_signed(HOST.as_str()),
        };
        if is_covered { Ok(()) } else { Err(RejectReason::UnsignedHeader) }
    }

    /// Whether a request that is signed in its headers must sign `name` if it has it.
    fn wants_signed(&self, name: &HeaderName) -> bool {
        match name.as_str() {
            X_DATE | X_CONTENT_SHA256 | X_SECURITY_TOKEN => true,
            "content-type" => !self.unsigned.contains(name),
            other => {
                other.starts_with("x-")
                    && !self.is_compatible()
                    && !is_never_signed(other)
                    && !self.unsigned.contains(name)
            }
        }
    }

    fn claimed_payload(
        &self,
        signed_headers: &SignedHeaders<'_>,
    ) -> Result<ClaimedPayload, RejectReason> {
        match signed_headers.value(X_CONTENT_SHA256) {
            Some(digits) => Hex::of_digits(digits).map(ClaimedPayload::Hash),
            None => self.is_compatible().then_some(ClaimedPayload::Unstated),
        }
        .ok_or(RejectReason::InvalidPayloadHash)
    }

    /// Leaves in the query of a presigned URL what is signed.
    fn keep_signed(&self, query: &mut Query<'_>) -> Result<(), RejectReason> {
        if query.has_repeated_key() {
            return Err(RejectReason::RepeatedParameter);
        }
        query.remove(X_SIGNATURE);
        let listed = query.value(X_SIGNED_QUERIES).unwrap_or_default();
        let mut listed: Vec<_> = listed.split(|&byte| byte == b';').collect();
        listed.sort_unstable();
        // As some official presigners leave it.
        let token = query_parameter::X_SECURITY_TOKEN;
        if self.is_compatible() && listed.binary_search(&token.as_bytes()).is_err() {
            query.remove(token);
        }
        if query.keys().eq(listed) { Ok(()) } else { Err(RejectReason::UnsignedParameter) }
    }

    fn is_compatible(&self) -> bool {
        self.policy == VerifyPolicy::Compatible
    }
}

/// Checks that a target that has a host in it goes where the `Host` header says.
fn check_host(authority: Option<Host<'_>>, headers: &HeaderMap) -> Result<(), RejectReason> {
    let Some(authority) = authority else { return Ok(()) };
    match Host::of_request(Some(authority), headers) {
        Ok(host) if host.canonical().eq_ignore_ascii_case(authority.canonical()) => Ok(()),
        _ => Err(RejectReason::HostMismatch),
    }
}

const MOST_PARAMETERS: usize = 1024;
