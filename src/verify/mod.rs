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

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, request};

use self::claim::ClaimedPayload;
pub use self::claim::{Authenticated, Claim};
use self::presented::{Place, Presented};
pub use self::rejected::{RejectReason, Rejected};
pub use self::replay::{MemoryReplayGuard, ReplayGuard};
use self::verified::Particulars;
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
    /// Wants signed what the protocol signs. Other headers, such as `cookie` and `range`, may be there
    /// unsigned, and are then not in [`Verified`].
    ///
    /// `SignedHeaders` is sorted and names `host`, `x-date`, `x-content-sha256`, `content-type` if
    /// there is one, and every other `x-*` but those that proxies add. A presigned URL signs its
    /// host and comes without a body; its other headers are not looked at.
    #[default]
    Strict,
    /// Takes, too, what some official clients send.
    ///
    /// - An unsorted `SignedHeaders`, and unsigned `x-*` headers other than `X-Date`,
    ///   `X-Content-Sha256` and `X-Security-Token`.
    /// - No `X-Content-Sha256`; then the claim can only be [verified](Claim::verify) with the
    ///   payload, which is hashed before the signature is checked.
    /// - A presigned URL that does not sign its host, that comes with a body (which is not signed:
    ///   [`payload_is_signed`](Verified::payload_is_signed)), or whose `X-Security-Token` is not
    ///   signed, so that the look-up of the key must bind the token to the access key id.
    ///
    /// Some requests of official clients are refused all the same, since what they leave unsigned
    /// could be changed by anybody on the way:
    ///
    /// | client | what is refused |
    /// |---|---|
    /// | `@volcengine/openapi` (npm) | `host` is not signed; its URLs do not list `X-SignedQueries` |
    /// | veadk, `signed_request` | `x-content-sha256` is sent and not signed |
    /// | veadk, `ve_request` | the session token is not signed |
    /// | `@volcengine/sdk-core` (npm) | a `content-type` is not signed: allow it with [`with_unsigned`](Verifier::with_unsigned) |
    /// | `volcengine-python-sdk` | parameters are sorted by their escaped keys: refused where a key needs an escape |
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
            max_skew: WINDOW,
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
    /// at most. A presigned URL without `X-Expires` ends with this window too, and after 15 minutes at
    /// most.
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
    /// [`Rejected`], whose [`reason`](Rejected::reason) is for the log. Refused before
    /// anything is hashed: an authorization of more than 4 KiB, more than 64 signed headers, or 1,024 parameters,
    /// empty ones counted.
    pub fn claim(&self, head: &request::Parts) -> Result<Claim, Rejected> {
        let now = self.clock.now().map_err(|_| RejectReason::NoClock)?;
        check_size(head)?;
        let mut request_line =
            RequestLine::new(&head.method, &head.uri).map_err(|_| RejectReason::InvalidTarget)?;
        let presented = Presented::of(&head.headers, &request_line.query)?;
        if !self.scope.are_those_of(&presented.scope)
            || !presented.scope.is_of_the_day_of(&presented.x_date)
        {
            return Err(RejectReason::ScopeMismatch.into());
        }
        let expires_at = self.check_time(&presented, now)?;
        let announces_body = announces_body(&head.headers);
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
                if announces_body && !self.is_compatible() {
                    return Err(RejectReason::UnsignedPayload.into());
                }
                Some(ClaimedPayload::Unsigned { is_welcome: self.is_compatible() })
            }
        };

        let canonical_form = CanonicalForm {
            request_line,
            headers: &signed_headers,
            payload_hash: &match payload {
                Some(ClaimedPayload::Hash(hash)) => hash,
                Some(ClaimedPayload::Unsigned { .. }) | None => Hex::EMPTY_PAYLOAD_HASH,
            },
        };
        let particulars = Particulars {
            method: head.method.clone(),
            canonical_request: canonical_form.to_request(),
            access_key_id: presented.access_key_id,
            scope: presented.scope,
            x_date: presented.x_date,
            expires_at,
            seen_at: now,
            signature: presented.signature,
        };
        let session_token = presented.session_token;
        Ok(Claim { particulars, session_token, payload, announces_body })
    }

    /// Returns when the signature expires.
    fn check_time(
        &self,
        presented: &Presented<'_>,
        now: SystemTime,
    ) -> Result<SystemTime, RejectReason> {
        let signed_at = SystemTime::from(presented.x_date);
        let life = match (presented.place, presented.expires_in) {
            (Place::Header, life) => life.map_or(self.max_skew, |life| life.min(self.max_skew)),
            (Place::Query, life) => life.unwrap_or(self.max_skew.min(WINDOW)),
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
        // A signature cannot sign itself. Only one in the headers signs the header x-date: none of
        // them can become that of a URL, which may live longer.
        if is_signed(AUTHORIZATION.as_str())
            || (place == Place::Query && is_signed(X_DATE))
            || !(self.is_compatible() || signed_headers.is_sorted())
        {
            return Err(RejectReason::InvalidSignedHeaders);
        }
        let is_covered = match place {
            Place::Header => {
                let mut wanted = headers.keys().filter(|name| self.wants_signed(name));
                is_signed(HOST.as_str()) && wanted.all(|name| is_signed(name.as_str()))
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
    ) -> Result<Option<ClaimedPayload>, RejectReason> {
        match signed_headers.value(X_CONTENT_SHA256).map(Hex::of_digits) {
            Some(Some(hash)) => Ok(Some(ClaimedPayload::Hash(hash))),
            None if self.is_compatible() => Ok(None),
            _ => Err(RejectReason::InvalidPayloadHash),
        }
    }

    /// Leaves in the query of a presigned URL what is signed.
    fn keep_signed(&self, query: &mut Query<'_>) -> Result<(), RejectReason> {
        if query.has_repeated_key() {
            return Err(RejectReason::RepeatedParameter);
        }
        query.remove(X_SIGNATURE);
        let listed = query.values(X_SIGNED_QUERIES).next().unwrap_or_default();
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

/// Refuses what it takes much work to read.
fn check_size(head: &request::Parts) -> Result<(), RejectReason> {
    let is_long = |authorization: &HeaderValue| authorization.len() > LONGEST_AUTHORIZATION;
    let query = head.uri.query().unwrap_or_default();
    if has_more(MOST_PARAMETERS, b'&', query)
        || head.headers.get_all(AUTHORIZATION).iter().any(is_long)
    {
        return Err(RejectReason::TooLarge);
    }
    Ok(())
}

/// Whether a body is to follow, as far as HTTP/1.1 says so.
fn announces_body(headers: &HeaderMap) -> bool {
    let is_zero = |length: &HeaderValue| length.as_bytes().iter().all(|&digit| digit == b'0');
    headers.contains_key(TRANSFER_ENCODING) || !headers.get_all(CONTENT_LENGTH).iter().all(is_zero)
}

/// Checks that a target that has a host in it goes where the `Host` header says.
fn check_host(authority: Option<Host<'_>>, headers: &HeaderMap) -> Result<(), RejectReason> {
    let Some(authority) = authority else { return Ok(()) };
    match Host::of_request(Some(authority), headers) {
        Ok(host) if host.canonical().eq_ignore_ascii_case(authority.canonical()) => Ok(()),
        _ => Err(RejectReason::HostMismatch),
    }
}

/// Whether a list has more than `most` items, empty ones counted.
fn has_more(most: usize, separator: u8, list: &str) -> bool {
    list.len() >= most && list.bytes().filter(|&byte| byte == separator).count() >= most
}

const LONGEST_AUTHORIZATION: usize = 4096;
const MOST_SIGNED_HEADERS: usize = 64;
const MOST_PARAMETERS: usize = 1024;

const WINDOW: Duration = Duration::from_secs(15 * 60);
