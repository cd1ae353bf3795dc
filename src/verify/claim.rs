//! From what a request claims to what is proven: first its signature, then its payload.
//!
//! In: a key, then the payload. Out: [`Authenticated`], then [`Verified`]. Reads no clock: the time
//! is that of the claim.

use std::fmt;
use std::time::SystemTime;

use http::Method;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::dummy;
use super::rejected::{RejectReason, Rejected};
use super::verified::{SignedRequest, Signing, Verified};
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::protocol::canonical::CanonicalHead;
use crate::protocol::hex::Hex;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::string_to_sign::StringToSign;

/// What a request claims: well formed, in scope and in time, but not proven.
///
/// It names the key to look up. You may await the look-up. Go on with [`verify`](Self::verify), or
/// with [`authenticate`](Self::authenticate) if you keep signing keys or want to know the sender
/// before you read a body.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier).
#[must_use = "a claim proves nothing until it is verified"]
pub struct Claim {
    pub(super) method: Method,
    pub(super) canonical_head: CanonicalHead,
    pub(super) signing: Signing,
    pub(super) session_token: Option<Zeroizing<String>>,
    pub(super) payload: ClaimedPayload,
    pub(super) announces_body: bool,
}

/// What a signature says about the payload.
#[derive(Clone, Copy)]
pub(super) enum ClaimedPayload {
    /// It signs this hash.
    Hash(Hex),
    /// The request has no `X-Content-Sha256`, which only `Compatible` accepts: the hash that was
    /// signed is computed from the payload.
    Unstated,
    /// The signature is that of a URL.
    Unsigned { may_have_body: bool },
}

impl Claim {
    /// Returns the access key id that the request claims: the id to look up.
    pub fn access_key_id(&self) -> &str {
        &self.signing.access_key_id
    }

    /// Returns the session token, as raw text, if the request has one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref().map(String::as_str)
    }

    /// Returns the credential scope: the one to derive a signing key for.
    pub fn scope(&self) -> &CredentialScope {
        &self.signing.scope
    }

    /// Derives the signing key for [`scope`](Self::scope). `None` returns `None` and takes as long
    /// as credentials do, so that nobody can find out which access key ids exist.
    pub fn derive_key(&self, credentials: Option<&Credentials>) -> Option<SigningKey> {
        let derive = |credentials| SigningKey::derive(credentials, self.scope());
        let key = credentials.or_else(dummy::credentials).map(derive);
        key.filter(|_| credentials.is_some())
    }

    /// Checks the signature with a signing key that is at hand. The payload is not read.
    ///
    /// `key` is the key for [`access_key_id`](Self::access_key_id) and [`scope`](Self::scope), or
    /// `None` if the id is unknown. `None` takes as long as a wrong signature, so that nobody can
    /// find out which ids exist. Use [`derive_key`](Self::derive_key) if you derive keys per
    /// request.
    ///
    /// # Errors
    ///
    /// - [`UnknownAccessKey`](RejectReason::UnknownAccessKey) for `None`.
    /// - [`SignatureMismatch`](RejectReason::SignatureMismatch).
    /// - [`KeyMismatch`](RejectReason::KeyMismatch): a key for another access key id or scope.
    /// - [`CredentialsExpired`](RejectReason::CredentialsExpired) and
    ///   [`InvalidSessionToken`](RejectReason::InvalidSessionToken), according to the credentials
    ///   that the key was derived from.
    /// - [`InvalidPayloadHash`](RejectReason::InvalidPayloadHash): the request has no
    ///   `X-Content-Sha256`. Only [`verify`](Self::verify) accepts that.
    pub fn authenticate(self, key: Option<&SigningKey>) -> Result<Authenticated, Rejected> {
        let payload_hash = match self.payload {
            ClaimedPayload::Hash(hash) => hash,
            ClaimedPayload::Unsigned { .. } => Hex::EMPTY_PAYLOAD_HASH,
            ClaimedPayload::Unstated => return Err(RejectReason::InvalidPayloadHash.into()),
        };
        let canonical_request = self.canonical_head.finish(&payload_hash);
        let Signing { x_date, scope, signature, .. } = &self.signing;
        let string_to_sign = StringToSign::new(x_date, scope, canonical_request.sha256())
            .map_err(|_| RejectReason::ScopeMismatch)?;
        // The MAC comes before any check of the key, so that an unknown id takes as long as a wrong
        // signature.
        let is_signed = key
            .or_else(dummy::signing_key)
            .is_some_and(|key| key.verifies(&string_to_sign, signature));
        let key = key.ok_or(RejectReason::UnknownAccessKey)?;
        check_key(key, &self.signing)?;
        if !is_signed {
            return Err(RejectReason::SignatureMismatch.into());
        }
        let credentials = key.credentials();
        if credentials.have_expired(self.signing.received_at) {
            return Err(expired(credentials, self.signing.received_at));
        }
        check_token(self.session_token.as_deref().map(String::as_str), credentials)?;
        let request =
            SignedRequest { method: self.method, canonical_request, signing: self.signing };
        Ok(Authenticated { request, payload: self.payload, announces_body: self.announces_body })
    }

    /// Checks signature and payload at once.
    ///
    /// `credentials` belong to [`access_key_id`](Self::access_key_id), or are `None` if the id is
    /// unknown. `None` takes as long as a wrong signature.
    ///
    /// # Errors
    ///
    /// As [`authenticate`](Self::authenticate) and
    /// [`verify_payload`](Authenticated::verify_payload).
    pub fn verify<'p>(
        mut self,
        credentials: Option<&Credentials>,
        payload: impl Into<Payload<'p>>,
    ) -> Result<Verified, Rejected> {
        let mut payload = payload.into();
        if let ClaimedPayload::Unstated = self.payload {
            let hash = payload.sha256();
            self.payload = ClaimedPayload::Hash(Hex::new(&hash));
            // So that it is not hashed again.
            if !matches!(payload, Payload::Empty) {
                payload = Payload::Sha256(hash);
            }
        }
        let key = self.derive_key(credentials);
        self.authenticate(key.as_ref())?.verify_payload(payload)
    }
}

/// Checks that the server looked up the right key.
fn check_key(key: &SigningKey, signing: &Signing) -> Result<(), Rejected> {
    if key.scope() != &signing.scope {
        let detail = format!("scope: expected {}, the key has {}", signing.scope, key.scope());
        return Err(Rejected::new(RejectReason::KeyMismatch, detail));
    }
    if key.credentials().access_key_id() != signing.access_key_id {
        let detail = "access key id: the key has another than the request";
        return Err(Rejected::new(RejectReason::KeyMismatch, detail));
    }
    Ok(())
}

fn expired(credentials: &Credentials, now: SystemTime) -> Rejected {
    let expiration = credentials.expiration();
    let age = expiration.and_then(|expiration| now.duration_since(expiration).ok());
    let seconds = age.unwrap_or_default().as_secs();
    let detail = format!("the credentials expired {seconds} seconds ago");
    Rejected::new(RejectReason::CredentialsExpired, detail)
}

fn check_token(token: Option<&str>, credentials: &Credentials) -> Result<(), Rejected> {
    // Their hashes are compared: the time then says nothing about the tokens.
    let hash = |token: Option<&str>| token.map(|token| <[u8; 32]>::from(Sha256::digest(token)));
    let expected = credentials.session_token();
    if hash(token) == hash(expected) {
        return Ok(());
    }
    let detail = match (token, expected) {
        (None, _) => "x-security-token is absent, but the credentials have a session token",
        (_, None) => "x-security-token is sent, but the credentials have no session token",
        _ => "x-security-token is another than that of the credentials",
    };
    Err(Rejected::new(RejectReason::InvalidSessionToken, detail))
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope())
            .field("has_session_token", &self.session_token.is_some())
            .finish_non_exhaustive()
    }
}

/// A request whose signature is proven, and so its sender, but not yet its body.
///
/// # Examples
///
/// ```
/// # use volcengine_sigv4::{Credentials, Signer, Verifier};
/// # let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
/// # let mut request = http::Request::post("http://localhost/?Action=Greet").body("hello")?;
/// # Signer::new(credentials.clone(), "cn-beijing", "ecs")?.sign(&mut request)?;
/// # let verifier = Verifier::new("cn-beijing", "ecs")?;
/// # let (head, body) = request.into_parts();
/// let claim = verifier.claim(&head)?;
/// let key = claim.derive_key(Some(&credentials));
/// let authenticated = claim.authenticate(key.as_ref())?;
/// // The sender is known: now it is worth reading the body.
/// let verified = authenticated.verify_payload(body)?;
/// assert!(verified.payload_is_signed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the payload is not proven yet"]
pub struct Authenticated {
    request: SignedRequest,
    payload: ClaimedPayload,
    announces_body: bool,
}

impl Authenticated {
    /// Returns the access key id of the sender.
    pub fn access_key_id(&self) -> &str {
        &self.request.signing.access_key_id
    }

    /// Checks that `payload` is the one that was signed: the body as it was received, or the
    /// result of the [`PayloadHasher`](crate::PayloadHasher) that it went through.
    ///
    /// # Errors
    ///
    /// - [`PayloadMismatch`](RejectReason::PayloadMismatch) for another body, and for `()` if the
    ///   headers announce a body.
    /// - [`UnsignedPayload`](RejectReason::UnsignedPayload) for a body beside a presigned URL,
    ///   unless the policy is [`Compatible`](crate::VerifyPolicy::Compatible).
    pub fn verify_payload<'p>(self, payload: impl Into<Payload<'p>>) -> Result<Verified, Rejected> {
        let payload = payload.into();
        if self.announces_body && matches!(payload, Payload::Empty) {
            let detail = "the headers announce a body, but there is none";
            return Err(Rejected::new(RejectReason::PayloadMismatch, detail));
        }
        let hash = payload.hash_to_hex();
        let payload_is_signed = match self.payload {
            ClaimedPayload::Hash(signed) if hash == signed => true,
            ClaimedPayload::Unsigned { may_have_body }
                if may_have_body || hash == Hex::EMPTY_PAYLOAD_HASH =>
            {
                false
            }
            ClaimedPayload::Unsigned { .. } => return Err(RejectReason::UnsignedPayload.into()),
            ClaimedPayload::Hash(_) | ClaimedPayload::Unstated => {
                return Err(RejectReason::PayloadMismatch.into());
            }
        };
        Ok(Verified { request: self.request, payload_is_signed })
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.request.signing.scope)
            .finish_non_exhaustive()
    }
}
