//! The signer.
//!
//! It decides what the protocol leaves open: which headers are signed, in which spelling the URI is
//! sent, which time is used, and how long a signing key is cached. A request is not changed until
//! its signature has been computed.

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
use self::steps::RequestHead;
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
/// Make it once and share it. Cloning is cheap, and clones share the cached signing key. Signing
/// takes `&self`.
///
/// The signer always signs `host`, `x-date`, `x-content-sha256`, and `x-security-token` if the
/// credentials have a session token. It also signs `content-type`, `content-md5` and every other
/// `x-*` header of the request, except those that proxies may change. [`HeaderPolicy`] can include
/// and exclude headers. The body of a request is always signed through its hash.
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
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    allowed_hosts: Option<Arc<AllowedHosts>>,
    header_policy: Arc<HeaderPolicy>,
    uri_mode: UriMode,
    pub(crate) clock: Clock,
    pub(crate) clock_offset: Arc<ClockOffset>,
    pub(crate) key_cache: Arc<KeyCache>,
}

/// # Signing
impl Signer {
    /// Signs `request` in place.
    ///
    /// Replaces the headers `Authorization`, `X-Date` and `X-Content-Sha256`. It also replaces
    /// `X-Security-Token` if the credentials have a session token, and removes it if they do not.
    /// Under [`UriMode::Normalize`] it rewrites the URI if clients would send it in another
    /// spelling. A request can be signed again: the new signature replaces the old one.
    ///
    /// Do not change the signed parts of the request after signing. Parts that are not signed, such
    /// as `User-Agent`, may change.
    ///
    /// For a `Request<()>` this method does not compile, because `()` does not implement
    /// `AsRef<[u8]>`. Call [`sign_with_payload(&mut request, ())`](Self::sign_with_payload).
    ///
    /// # Errors
    ///
    /// On error the request is unchanged. The kinds:
    ///
    /// - [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable), or another error
    ///   that the credential source returned.
    /// - [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired).
    /// - [`InvalidTime`](crate::ErrorKind::InvalidTime): the time is outside the years 1970 to
    ///   9999.
    /// - [`NoClock`](crate::ErrorKind::NoClock).
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): the request target cannot be signed, or
    ///   clients would rewrite it.
    /// - [`MissingHost`](crate::ErrorKind::MissingHost).
    /// - [`AlreadyPresigned`](crate::ErrorKind::AlreadyPresigned).
    /// - [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed).
    /// - [`InvalidHeader`](crate::ErrorKind::InvalidHeader): a header to sign occurs twice.
    /// - [`TooManyHeaders`](crate::ErrorKind::TooManyHeaders).
    pub fn sign<B: AsRef<[u8]>>(&self, request: &mut Request<B>) -> Result<Signature, Error> {
        let payload = Payload::Bytes(request.body().as_ref());
        self.compute_signature(RequestHead::of(request), payload, |_| {})?.write_to(request)
    }

    /// Signs `request` with a payload that is passed separately.
    ///
    /// Pass `()` if there is no body, or the bytes of the body. For a stream, pass the result of
    /// [`PayloadHasher::finish`](crate::PayloadHasher::finish).
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_with_payload<'a, B>(
        &self,
        request: &mut Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Signature, Error> {
        self.compute_signature(RequestHead::of(request), payload.into(), |_| {})?.write_to(request)
    }

    /// Signs the head of a request in place, with a payload that is passed separately.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_parts<'a>(
        &self,
        parts: &mut request::Parts,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Signature, Error> {
        let head = RequestHead { method: &parts.method, uri: &parts.uri, headers: &parts.headers };
        let output = self.compute_signature(head, payload.into(), |_| {})?;
        let signature = output.signature.clone();
        let (values, uri) = output.into_headers_and_uri()?;
        values.insert_into(&mut parts.headers)?;
        if let Some(uri) = uri {
            parts.uri = uri;
        }
        Ok(signature)
    }

    /// Returns the headers and the URI that [`sign`](Self::sign) would write to a request. Use it
    /// for a client that has its own request type.
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
        let head = RequestHead { method, uri, headers };
        let output = self.compute_signature(head, payload.into(), |_| {})?;
        let (values, rewritten_uri) = output.into_headers_and_uri()?;
        Ok(SignedHead::new(rewritten_uri.unwrap_or_else(|| uri.clone()), values))
    }

    /// Returns the canonical request, the string to sign and the `Authorization` value that
    /// [`sign`](Self::sign) would compute. The request is not changed.
    ///
    /// To explain a request that was signed before, set the clock to its `X-Date` with
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
        let head = RequestHead::of(request);
        let output = self.compute_signature(head, payload.into(), |form| form.to_head())?;
        Ok(Explanation::new(
            output.inspection.finish(&output.payload_hash),
            &output.string_to_sign,
            output.authorization,
            request.headers(),
        ))
    }
}

/// # Making a signer
impl Signer {
    /// Makes a signer for `region` and `service`.
    ///
    /// Write the region and service as in the documentation of the service, such as `cn-beijing`
    /// and `ecs` or `rds_mysql`. Each has 1 to 128 bytes of visible ASCII without `/` and `,`.
    ///
    /// `credentials` are [`Credentials`](crate::Credentials), or a source of credentials (see
    /// [`ProvideCredentials`]).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) if the region or service breaks
    /// this rule.
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

    /// Sets which headers are signed in addition to those that are always signed.
    pub fn with_header_policy(self, policy: HeaderPolicy) -> Self {
        Self { header_policy: Arc::new(policy), ..self }
    }

    /// Sets how the signer treats a URI that clients would change before sending it.
    pub fn with_uri_mode(self, mode: UriMode) -> Self {
        Self { uri_mode: mode, ..self }
    }

    /// Allows signing only for these hosts, so that no other host receives a signature or session
    /// token.
    ///
    /// The pattern `open.volcengineapi.com` allows that host. The pattern `*.volcengineapi.com`
    /// allows every subdomain of `volcengineapi.com`, but not `volcengineapi.com` itself. Every
    /// port is allowed.
    ///
    /// A client connects to the host of the URI and sends the `Host` header. If a request has both,
    /// both must be allowed. For any other host, signing returns the error
    /// [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed).
    ///
    /// Without this method, every host is allowed. An empty list allows no host. A second call
    /// replaces the list.
    ///
    /// Also turn off redirects in the client. A client that follows a redirect can send the session
    /// token to another host.
    ///
    /// # Errors
    ///
    /// [`InvalidAllowedHost`](crate::ErrorKind::InvalidAllowedHost) if a pattern is neither a host
    /// name without a port nor `*.` followed by a host name.
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

    /// Returns a signer with the same settings for other credentials, such as those of one tenant.
    /// Use it also for credentials that an `async` function returns.
    ///
    /// The new signer shares the learnt time with this signer, but has its own signing key. Keep
    /// one signer for each tenant: it derives its signing key once a day. A new signer derives the
    /// key again, unless this signer has the same secret access key.
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

    /// Returns a signer that uses `time` instead of the clock. Use it in tests, to explain an old
    /// request, and on platforms without a clock.
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
    /// Learns from a response the difference between the server's clock and this machine's clock.
    /// From then on, requests are signed with the server's time. If the clock of a machine is
    /// wrong, one request fails with `InvalidTimestamp` and the next ones are accepted.
    ///
    /// `response` contains the headers of the response. `sent` and `received` are the times of this
    /// machine when the request was sent and when the response arrived. Clones share the learnt
    /// difference, and so do signers made with [`for_scope`](Self::for_scope) and
    /// [`for_credentials`](Self::for_credentials). A time that is set with [`at`](Self::at) is
    /// never corrected.
    ///
    /// A response is ignored if it has no `Date` in the form `Wed, 18 Aug 2021 09:57:29 GMT`, if it
    /// comes from a cache (it has an `Age` header), or if it took more than 10 seconds. A
    /// difference of less than a minute counts as 0. Each response that is not ignored replaces the
    /// difference that was learnt before.
    ///
    /// Learn only from TLS connections. Anyone who can forge a response can change the learnt time.
    /// A forged `Date` cannot make credentials expire: they count as expired only if they have
    /// expired by the server's time and by this machine's clock.
    pub fn learn_time(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        self.clock_offset.learn(response, sent, received);
    }

    /// Returns the learnt difference in milliseconds: the server's time minus this machine's time.
    /// It is 0 if no difference was learnt.
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset.milliseconds()
    }

    /// Returns the time to sign with and the credentials. Checks that the credentials have not
    /// expired, and that they do not expire within `lifetime`.
    ///
    /// Each check fails only if it fails by the server's time and by this machine's clock.
    /// Otherwise a forged `Date` could stop a signer permanently.
    fn x_date_and_credentials(&self, lifetime: Duration) -> Result<(XDate, Credentials), Error> {
        let now = self.clock.now()?;
        let (x_date, server_time) = match self.clock.fixed_time {
            Some(_) => (XDate::try_from(now)?, now),
            None => self.clock_offset.server_time(now)?,
        };
        let credentials = self.credentials.credentials()?;
        if credentials.have_expired(server_time) && credentials.have_expired(now) {
            return Err(Error::credentials_expired());
        }
        let expire_too_soon = |start: SystemTime| {
            let end = start.checked_add(lifetime);
            credentials
                .expiration()
                .is_some_and(|expiration| end.is_none_or(|end| expiration < end))
        };
        if expire_too_soon(x_date.into()) && expire_too_soon(now) {
            return Err(Error::credentials_expire_before_url());
        }
        Ok((x_date, credentials))
    }

    pub(crate) fn check_host(
        &self,
        authority: Option<Host<'_>>,
        headers: &HeaderMap,
    ) -> Result<(), Error> {
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
