//! The signer: our choices around the protocol's steps.
//!
//! Which headers are signed, which spelling of the URI is sent, what time it is, how long a key is
//! kept. A request is changed only once everything about its signature is known.

mod allowed_hosts;
mod clock_offset;
mod explanation;
mod key_cache;
mod presign;
mod signed_head;
mod steps;
mod uri_mode;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, Request, Uri, request};

use self::allowed_hosts::AllowedHosts;
use self::clock_offset::ClockOffset;
pub use self::explanation::Explanation;
use self::key_cache::KeyCache;
pub use self::presign::{PresignOptions, PresignedUrl};
pub use self::signed_head::{SignedHead, SignedHeadIter, unsign};
use self::steps::Head;
pub use self::uri_mode::UriMode;
use crate::clock::Clock;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::error::Error;
use crate::header_policy::HeaderPolicy;
use crate::payload::Payload;
use crate::protocol::canonical::Host;
use crate::protocol::scope::RegionAndService;
use crate::protocol::signature::Signature;
use crate::protocol::timestamp::XDate;

/// Signs requests for one region and service.
///
/// Make it once and share it: cloning is cheap, clones share the signing key of the day, and
/// signing takes `&self`.
///
/// It signs `host`, `x-date`, `x-content-sha256`, `x-security-token`, `content-type`, `content-md5`
/// and every other `x-*` header, except those that proxies may change. [`HeaderPolicy`] adds and
/// removes others. The body is always signed, through its hash.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, Signer};
///
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
/// let mut request = http::Request::get(url).body("")?;
/// signer.sign(&mut request)?;
/// assert!(request.headers().contains_key("authorization"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Signer {
    credentials: Arc<dyn ProvideCredentials>,
    allowed_hosts: Option<Arc<AllowedHosts>>,
    header_policy: Arc<HeaderPolicy>,
    uri_mode: UriMode,
    clock: Clock,
    clock_offset: Arc<ClockOffset>,
    key_cache: Arc<KeyCache>,
}

/// # Signing
impl Signer {
    /// Signs `request` in place.
    ///
    /// Replaces `Authorization`, `X-Date` and `X-Content-Sha256`, and `X-Security-Token` if the
    /// credentials have a session token; without one, a token from an earlier signing is removed.
    /// Under [`UriMode::Normalize`] the URI is rewritten to the spelling that clients send, where
    /// it has another. Signing a signed request again equals signing it once.
    ///
    /// What is signed must not change before the request arrives. What is not signed, such as
    /// `User-Agent`, may change.
    ///
    /// A body of type `()` has no bytes: call
    /// [`sign_with_payload(&mut request, ())`](Self::sign_with_payload).
    ///
    /// # Errors
    ///
    /// On error the request is unchanged. The kinds:
    ///
    /// - [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable), or another error of
    ///   the credential source; [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired).
    /// - [`InvalidTime`](crate::ErrorKind::InvalidTime), [`NoClock`](crate::ErrorKind::NoClock).
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): a target that the protocol cannot sign or
    ///   that clients would rewrite; [`MissingHost`](crate::ErrorKind::MissingHost);
    ///   [`AlreadyPresigned`](crate::ErrorKind::AlreadyPresigned).
    /// - [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed).
    /// - [`InvalidHeader`](crate::ErrorKind::InvalidHeader): a header to sign occurs twice.
    /// - [`TooManyHeaders`](crate::ErrorKind::TooManyHeaders).
    pub fn sign<B: AsRef<[u8]>>(&self, request: &mut Request<B>) -> Result<Signature, Error> {
        let payload = Payload::Bytes(request.body().as_ref());
        self.take_steps(Head::of(request), payload, |_| {})?.write_to(request)
    }

    /// Signs `request` for a body that is not in it: `()` for no body, the bytes, or what
    /// [`PayloadHasher::finish`](crate::PayloadHasher::finish) returns for a stream.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_with_payload<'a, B>(
        &self,
        request: &mut Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Signature, Error> {
        self.take_steps(Head::of(request), payload.into(), |_| {})?.write_to(request)
    }

    /// Signs the head of a request in place.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_parts<'a>(
        &self,
        parts: &mut request::Parts,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Signature, Error> {
        let head = Head { method: &parts.method, uri: &parts.uri, headers: &parts.headers };
        let steps = self.take_steps(head, payload.into(), |_| {})?;
        let signature = steps.signature.clone();
        let (values, uri) = steps.into_carried()?;
        values.insert_into(&mut parts.headers)?;
        if let Some(uri) = uri {
            parts.uri = uri;
        }
        Ok(signature)
    }

    /// Returns what [`sign`](Self::sign) would put on a request, for clients with a request type
    /// of their own: the headers, and the URI to send.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderMap, Method};
    /// use volcengine_sigv4::{Credentials, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
    /// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
    /// let uri = url.parse()?;
    /// let signed = signer.authorize(&Method::GET, &uri, &HeaderMap::new(), ())?;
    /// println!("GET {}", signed.uri());
    /// for (name, value) in signed {
    ///     println!("{name}: {}", value.to_str()?);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authorize<'a>(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        payload: impl Into<Payload<'a>>,
    ) -> Result<SignedHead, Error> {
        let steps = self.take_steps(Head { method, uri, headers }, payload.into(), |_| {})?;
        let (values, rewritten_uri) = steps.into_carried()?;
        Ok(SignedHead::new(rewritten_uri.unwrap_or_else(|| uri.clone()), values))
    }

    /// Returns each step that [`sign`](Self::sign) would take, and changes nothing.
    ///
    /// To explain a request that was signed before, fix the clock at its own `X-Date` with
    /// [`at`](Self::at).
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    ///
    /// # Examples
    ///
    /// ```
    /// use volcengine_sigv4::{Credentials, Signer, XDate};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "iam")?;
    /// let url = "https://iam.volcengineapi.com/?Action=ListUsers&Password=hunter2";
    /// let request = http::Request::get(url).header("x-date", "20210818T095729Z").body(())?;
    /// let x_date: XDate = request.headers()["x-date"].to_str()?.parse()?;
    /// let explanation = signer.at(x_date.into()).explain(&request, ())?;
    /// assert!(explanation.string_to_sign().starts_with("HMAC-SHA256\n20210818T095729Z\n"));
    /// assert!(explanation.to_string().contains("\nAction=ListUsers&Password=***\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain<'a, B>(
        &self,
        request: &Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Explanation, Error> {
        let steps = self.take_steps(Head::of(request), payload.into(), |form| form.to_head())?;
        Ok(Explanation::new(
            steps.inspected.finish(&steps.payload_hash),
            &steps.string_to_sign,
            steps.authorization,
            request.headers(),
        ))
    }
}

/// # Making a signer
impl Signer {
    /// Makes a signer for `region` and `service`, each 1 to 128 bytes of visible ASCII without `/`
    /// and `,`, in the spelling of the service's documentation (`cn-beijing`, `ecs`, `rds_mysql`).
    ///
    /// `credentials` are [`Credentials`](crate::Credentials) or any source of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) for a region or service that
    /// breaks these rules.
    pub fn new(
        credentials: impl ProvideCredentials + 'static,
        region: &str,
        service: &str,
    ) -> Result<Self, Error> {
        Ok(Self {
            credentials: Arc::new(credentials),
            allowed_hosts: None,
            header_policy: Arc::default(),
            uri_mode: UriMode::default(),
            clock: Clock::default(),
            clock_offset: Arc::default(),
            key_cache: Arc::new(KeyCache::new(RegionAndService::new(region, service)?)),
        })
    }

    /// Sets which headers are signed besides those that are always signed.
    pub fn with_header_policy(self, policy: HeaderPolicy) -> Self {
        Self { header_policy: Arc::new(policy), ..self }
    }

    /// Sets what happens to a URI that clients would send in another spelling.
    pub fn with_uri_mode(self, mode: UriMode) -> Self {
        Self { uri_mode: mode, ..self }
    }

    /// Allows only these hosts to get signatures and session tokens: `open.volcengineapi.com` is
    /// that host, `*.volcengineapi.com` is every host below it, on any port.
    ///
    /// Both the host of the URI, which a client connects to, and the `Host` header, if there is
    /// one, must be allowed. Signing for any other host is
    /// [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed). Without this method, every host is
    /// allowed; with an empty list, none is; a second list replaces the first. Also turn redirects
    /// off in the client: it would send the session token along to another host.
    ///
    /// # Errors
    ///
    /// [`InvalidAllowedHost`](crate::ErrorKind::InvalidAllowedHost) for another pattern.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use volcengine_sigv4::{Credentials, ErrorKind, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?
    ///     .with_allowed_hosts(["*.volcengineapi.com"])?;
    /// let mut request = Request::get("https://elsewhere.example/").body("").unwrap();
    /// assert_eq!(signer.sign(&mut request).unwrap_err().kind(), ErrorKind::HostNotAllowed);
    /// # Ok::<(), volcengine_sigv4::Error>(())
    /// ```
    pub fn with_allowed_hosts<S: AsRef<str>>(
        self,
        hosts: impl IntoIterator<Item = S>,
    ) -> Result<Self, Error> {
        Ok(Self { allowed_hosts: Some(Arc::new(AllowedHosts::new(hosts)?)), ..self })
    }

    /// Returns a signer with the same credentials and settings for another region and service.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn for_scope(&self, region: &str, service: &str) -> Result<Self, Error> {
        let scope = RegionAndService::new(region, service)?;
        Ok(Self { key_cache: Arc::new(KeyCache::new(scope)), ..self.clone() })
    }

    /// Returns a signer with the same settings for other credentials: those of one tenant, or those
    /// that a source gave which must be awaited.
    ///
    /// It shares the learnt time with this signer and keeps its own signing key. Keep one signer
    /// for each tenant: a new one derives its key again, unless the secret access key is the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use volcengine_sigv4::{Credentials, Signer};
    ///
    /// let ours = Signer::new(Credentials::new("AKLTOURS", "secret")?, "cn-beijing", "ecs")?;
    /// let theirs = ours.for_credentials(Credentials::new("AKLTTENANT", "another secret")?);
    /// let mut request = http::Request::get("https://open.volcengineapi.com/").body("").unwrap();
    /// theirs.sign(&mut request)?;
    /// let authorization = request.headers()["authorization"].to_str().unwrap();
    /// assert!(authorization.starts_with("HMAC-SHA256 Credential=AKLTTENANT/"));
    /// # Ok::<(), volcengine_sigv4::Error>(())
    /// ```
    pub fn for_credentials(&self, credentials: Credentials) -> Self {
        Self {
            key_cache: Arc::new(self.key_cache.for_credentials(&credentials)),
            credentials: Arc::new(credentials),
            ..self.clone()
        }
    }

    /// Returns a signer with a fixed clock: for tests, to explain an old request, and for platforms
    /// without a clock.
    pub fn at(&self, time: SystemTime) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// Returns the region.
    pub fn region(&self) -> &str {
        self.key_cache.scope().region()
    }

    /// Returns the service.
    pub fn service(&self) -> &str {
        self.key_cache.scope().service()
    }
}

/// # The time
impl Signer {
    /// Learns from a response how far the clock of this machine is from the server's. From then on,
    /// requests are signed with the server's time. A machine with a wrong clock recovers after one
    /// `InvalidTimestamp`.
    ///
    /// `response` are the headers of the response. `sent` and `received` are the times of this
    /// machine when the request was sent and the response arrived. Clones and signers made with
    /// [`for_scope`](Self::for_scope) and [`for_credentials`](Self::for_credentials) share what was
    /// learnt. A fixed clock ([`at`](Self::at)) is never corrected.
    ///
    /// A response is ignored if it has no `Date` in the form `Wed, 18 Aug 2021 09:57:29 GMT`, comes
    /// from a cache (`Age`) or took more than 10 seconds. A difference of less than a minute counts
    /// as none, and replaces what was learnt before.
    ///
    /// Learn from TLS connections only: whoever can forge a response can move the clock.
    /// Credentials count as expired only if they have expired by both clocks.
    pub fn learn_time(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        self.clock_offset.learn(response, sent, received);
    }

    /// Returns the learnt difference in milliseconds: server's time minus this machine's time. It
    /// is 0 if none was learnt.
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset.milliseconds()
    }

    /// Returns the time to sign with, and the credentials, which are valid at this time and for
    /// `life` from then on.
    fn x_date_and_credentials(&self, life: Duration) -> Result<(XDate, Credentials), Error> {
        let now = self.clock.now()?;
        let (x_date, time) = match self.clock.fixed_time {
            Some(_) => (XDate::try_from(now)?, now),
            None => self.clock_offset.correct(now)?,
        };
        let credentials = self.credentials.credentials()?;
        // They must have expired by both clocks: a forged `Date` must not stop a signer for ever.
        if credentials.have_expired(time) && credentials.have_expired(now) {
            return Err(Error::credentials_expired());
        }
        let outlive = |start: SystemTime| {
            let end = start.checked_add(life);
            credentials
                .expiration()
                .is_some_and(|expiration| end.is_none_or(|end| expiration < end))
        };
        if outlive(x_date.into()) && outlive(now) {
            return Err(Error::credentials_expire_before_url());
        }
        Ok((x_date, credentials))
    }

    fn check_host(&self, authority: Option<Host<'_>>, headers: &HeaderMap) -> Result<(), Error> {
        self.allowed_hosts.as_ref().map_or(Ok(()), |hosts| hosts.check(authority, headers))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("scope", self.key_cache.scope())
            .field("allowed_hosts", &self.allowed_hosts)
            .field("header_policy", &self.header_policy)
            .field("uri_mode", &self.uri_mode)
            .field("fixed_time", &self.clock.fixed_time)
            .field("clock_offset", &self.clock_offset())
            .finish_non_exhaustive()
    }
}
