//! The signer: our choices around the protocol's steps.
//!
//! Which headers are signed, which spelling of the URI is sent, what time it is, how long a key is
//! kept. The request is changed only once everything about its signature is known.

mod allowed_hosts;
mod authorization_headers;
mod clock_offset;
mod explanation;
mod key_cache;
mod presign;
mod uri_mode;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use http::header::HOST;
use http::{HeaderMap, Method, Request, Uri, request};

use self::allowed_hosts::AllowedHosts;
use self::authorization_headers::HeaderValues;
pub use self::authorization_headers::{AuthorizationHeaders, unsign};
use self::clock_offset::ClockOffset;
pub use self::explanation::Explanation;
use self::key_cache::KeyCache;
pub use self::presign::{PresignOptions, PresignedUrl};
pub use self::uri_mode::UriMode;
use crate::clock::Clock;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::error::Error;
use crate::header_policy::HeaderPolicy;
use crate::payload::Payload;
use crate::protocol::authorization::authorization_value;
use crate::protocol::canonical::{CanonicalForm, Host, RequestLine};
use crate::protocol::scope::RegionAndService;
use crate::protocol::signature::Signature;
use crate::protocol::string_to_sign::StringToSign;
use crate::protocol::timestamp::XDate;
use crate::protocol::{X_CONTENT_SHA256, X_DATE, X_SECURITY_TOKEN, query_parameter};

/// Signs requests for one region and service.
///
/// It is made once and shared: cloning is cheap, clones share the signing key of the day, and
/// signing takes `&self`.
///
/// Signed are `host`, `x-date`, `x-content-sha256`, `x-security-token`, `content-type`,
/// `content-md5` and every other `x-*` header, but for those that proxies on the way may change;
/// [`HeaderPolicy`] adds and removes others. The body is signed through its hash, always.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, Signer};
///
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let mut request = http::Request::post("https://open.volcengineapi.com/?Action=RunInstances&Version=2020-04-01")
///     .header("content-type", "application/json")
///     .body(r#"{"DryRun":true}"#)?;
/// signer.sign(&mut request)?;
/// assert!(request.headers().contains_key("authorization"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    allowed_hosts: Option<Arc<AllowedHosts>>,
    header_policy: Arc<HeaderPolicy>,
    uri_mode: UriMode,
    pub(crate) clock: Clock,
    pub(crate) clock_offset: Arc<ClockOffset>,
    pub(crate) key_cache: Arc<KeyCache>,
}

impl Signer {
    /// Makes a signer for `region` and `service`, each 1 to 128 bytes of visible ASCII without `/`
    /// and `,`, in the spelling that the service documents (`cn-beijing`, `ecs`, `rds_mysql`).
    ///
    /// `credentials` are [`Credentials`](crate::Credentials) or any source of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) for a region or service of
    /// another shape.
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

    /// Sets which headers are signed beyond the signer's own.
    pub fn with_header_policy(self, policy: HeaderPolicy) -> Self {
        Self { header_policy: Arc::new(policy), ..self }
    }

    /// Sets what happens to a URI that clients would send in another spelling.
    pub fn with_uri_mode(self, mode: UriMode) -> Self {
        Self { uri_mode: mode, ..self }
    }

    /// Lets signatures and session tokens go to these hosts only: `open.volcengineapi.com` is that
    /// host, `*.volcengineapi.com` every one below it, on any port.
    ///
    /// The host is that of the URI, which is where a client connects to, or of the `Host` header where
    /// the URI is a path only. Signing for any other, whoever gave the URL, is
    /// [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed). Without this, every host is allowed; with an
    /// empty list, none is; a second list replaces the first. What a client does with a signed request
    /// is its own: let it follow no redirects, since it takes the session token along.
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

    /// Returns a signer with the same credentials and choices for another region and service.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_scope(&self, region: &str, service: &str) -> Result<Self, Error> {
        Ok(Self {
            key_cache: Arc::new(KeyCache::new(RegionAndService::new(region, service)?)),
            ..self.clone()
        })
    }

    /// Returns a signer whose clock stands at `time`: for tests, for replays, and for platforms
    /// without a clock.
    pub fn at(&self, time: SystemTime) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// Learns from an answer how far the clock of this machine is from the server's, so that requests
    /// are signed with the server's time from then on: for machines whose clock may be wrong, which
    /// then recover after one `InvalidTimestamp`.
    ///
    /// `response` are the headers of the answer, `sent` and `received` the times of this machine when
    /// the request went out and the answer came in. Clones and signers made with
    /// [`with_scope`](Self::with_scope) share what was learnt; a clock that stands
    /// ([`at`](Self::at)) stays. An answer says nothing if it has no `Date`, comes from a cache
    /// (`Age`) or took more than 10 seconds. A difference of less than a minute counts as
    /// none, and undoes what was learnt before. Whoever can forge answers can move the clock, so learn from TLS only; credentials
    /// count as expired only if they are by both clocks.
    pub fn observe(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        self.clock_offset.learn(response, sent, received);
    }

    /// Signs `request` in place.
    ///
    /// Replaces `Authorization`, `X-Date` and `X-Content-Sha256`, and `X-Security-Token` if the
    /// credentials have a session token; without one, a token from an earlier signing goes. Under
    /// [`UriMode::Normalize`] the URI is brought to the spelling that clients send, where it has
    /// another. Signing a signed request again equals signing it once.
    ///
    /// Nothing that is signed may change between here and the server; what is not signed, such as
    /// `User-Agent`, may.
    ///
    /// # Errors
    ///
    /// On error the request is unchanged. The kinds:
    ///
    /// - [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable) or whatever else the
    ///   credential source returned; [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired).
    /// - [`InvalidTime`](crate::ErrorKind::InvalidTime), [`NoClock`](crate::ErrorKind::NoClock).
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): a target that the protocol cannot sign or
    ///   that clients would rewrite; [`MissingHost`](crate::ErrorKind::MissingHost);
    ///   [`AlreadyPresigned`](crate::ErrorKind::AlreadyPresigned).
    /// - [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed).
    /// - [`InvalidHeader`](crate::ErrorKind::InvalidHeader): a header to sign occurs twice.
    /// - [`TooManyHeaders`](crate::ErrorKind::TooManyHeaders).
    pub fn sign<B: AsRef<[u8]>>(&self, request: &mut Request<B>) -> Result<Signature, Error> {
        let payload = Payload::Bytes(request.body().as_ref());
        self.seal(Head::of(request), payload, |_| {})?.commit(request)
    }

    /// Signs `request` for a body that is not in it: `()` for none, bytes, or the
    /// [`PayloadHasher`](crate::PayloadHasher) of a stream.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_with_payload<'a, B>(
        &self,
        request: &mut Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Signature, Error> {
        self.seal(Head::of(request), payload.into(), |_| {})?.commit(request)
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
        let sealed = self.seal(head, payload.into(), |_| {})?;
        sealed.headers.insert_into(&mut parts.headers)?;
        if let Some(uri) = sealed.uri {
            parts.uri = uri;
        }
        Ok(sealed.signature)
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
    /// use http::{HeaderMap, Method, Uri};
    /// use volcengine_sigv4::{Credentials, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
    /// let uri = Uri::from_static("https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01");
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
    ) -> Result<AuthorizationHeaders, Error> {
        let sealed = self.seal(Head { method, uri, headers }, payload.into(), |_| {})?;
        Ok(AuthorizationHeaders::new(sealed.uri.unwrap_or_else(|| uri.clone()), sealed.headers))
    }

    /// Returns each step that [`sign`](Self::sign) would take.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    ///
    /// # Examples
    ///
    /// ```
    /// use volcengine_sigv4::{Credentials, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
    /// let request = http::Request::get("https://open.volcengineapi.com/?Password=hunter2").body(())?;
    /// let explanation = signer.explain(&request, ())?;
    /// assert!(explanation.canonical_request().starts_with(b"GET\n/\nPassword=hunter2\nhost:"));
    /// assert!(explanation.to_string().contains("Password=***"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain<'a, B>(
        &self,
        request: &Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Explanation, Error> {
        let sealed = self.seal(Head::of(request), payload.into(), |form| form.to_request())?;
        Ok(Explanation::new(
            sealed.inspected,
            &sealed.string_to_sign,
            &sealed.headers.authorization,
            request.headers(),
        ))
    }

    /// Takes all five steps and changes nothing; `inspect` sees the canonical form on the way.
    fn seal<T>(
        &self,
        Head { method, uri, headers }: Head<'_>,
        payload: Payload<'_>,
        inspect: impl FnOnce(&CanonicalForm<'_>) -> T,
    ) -> Result<Sealed<T>, Error> {
        let (x_date, credentials) = self.x_date_and_credentials()?;
        // Read in the caller's spelling, which has the same canonical form as the one that is sent
        // and is the one that errors speak of.
        let request_line = RequestLine::new(method, uri)?;
        self.check_host(request_line.authority, headers)?;
        if request_line.query.has_key(query_parameter::X_SIGNATURE) {
            return Err(Error::already_presigned());
        }
        let rewritten = self.uri_mode.rewrite(uri, &request_line)?;
        let authority = rewritten.as_ref().map_or(Ok(request_line.authority), Host::of_uri)?;
        let host = Host::of_request(authority, headers)?.canonical();
        let payload_hash = payload.hash_to_hex();

        let mut signed_headers = self.header_policy.select(headers);
        signed_headers.push(HOST.as_str(), host.as_bytes());
        signed_headers.push(X_CONTENT_SHA256, payload_hash.as_bytes());
        signed_headers.push(X_DATE, x_date.as_bytes());
        if let Some(token) = credentials.session_token() {
            signed_headers.push(X_SECURITY_TOKEN, token.as_bytes());
        }
        signed_headers.sort()?;

        let canonical_form =
            CanonicalForm { request_line, headers: &signed_headers, payload_hash: &payload_hash };
        let inspected = inspect(&canonical_form);
        let key = self.key_cache.key(&credentials, &x_date);
        let string_to_sign = StringToSign::new(&x_date, key.scope(), canonical_form.sha256())?;
        let signature = key.sign(&string_to_sign);
        let authorization = authorization_value(
            credentials.access_key_id(),
            key.scope(),
            signed_headers.names(),
            &signature,
        );
        let headers =
            HeaderValues::new(&x_date, &payload_hash, credentials.session_token(), authorization)?;
        Ok(Sealed { uri: rewritten, headers, string_to_sign, signature, inspected })
    }

    pub(crate) fn check_host(
        &self,
        authority: Option<Host<'_>>,
        headers: &HeaderMap,
    ) -> Result<(), Error> {
        self.allowed_hosts.as_ref().map_or(Ok(()), |hosts| hosts.check(authority, headers))
    }

    fn x_date_and_credentials(&self) -> Result<(XDate, Credentials), Error> {
        let now = self.clock.now()?;
        let (x_date, time) = match self.clock.fixed_time {
            Some(_) => (XDate::try_from(now)?, now),
            None => self.clock_offset.correct(now)?,
        };
        let credentials = self.credentials.credentials()?;
        // By both clocks: no answer that lies can stop a signer, which then would hear no other.
        if credentials.have_expired(time) && credentials.have_expired(now) {
            return Err(Error::expired());
        }
        Ok((x_date, credentials))
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
            .finish_non_exhaustive()
    }
}

/// What of a request is signed, its body aside.
struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    fn of<B>(request: &'a Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }
}

/// A signature with all that goes onto the request.
struct Sealed<T> {
    /// The URI to send, where it is another than the request's.
    uri: Option<Uri>,
    headers: HeaderValues,
    string_to_sign: StringToSign,
    signature: Signature,
    inspected: T,
}

impl<T> Sealed<T> {
    fn commit<B>(self, request: &mut Request<B>) -> Result<Signature, Error> {
        self.headers.insert_into(request.headers_mut())?;
        if let Some(uri) = self.uri {
            *request.uri_mut() = uri;
        }
        Ok(self.signature)
    }
}
