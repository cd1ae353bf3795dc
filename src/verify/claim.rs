//! Checks the signature of a request with the signing key, and then its payload.
//!
//! In: a [`Claim`], the signing key or credentials, and the payload. Out: [`Authenticated`] and
//! then [`Verified`]. This module does not read the clock. It uses the time at which the verifier
//! parsed the request.

use std::fmt;
use std::time::SystemTime;

use http::Method;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::dummy;
use super::rejected::{RejectReason, Rejected};
use super::verified::{SignatureInfo, SignedRequest, Verified};
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::protocol::canonical::CanonicalHead;
use crate::protocol::hex::Hex;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::string_to_sign::StringToSign;

/// A request whose signature has not been checked yet.
///
/// Everything that needs neither a key nor the body has been checked: the signature is well formed,
/// it is for the right region and service, and it has not expired.
///
/// Look up the credentials for [`access_key_id`](Self::access_key_id). The look-up may be `async`.
/// Then call [`verify`](Self::verify). Call [`authenticate`](Self::authenticate) instead if you
/// cache signing keys, or if you want to check the sender before you read the body.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier).
#[must_use = "a claim proves nothing until it is verified"]
pub struct Claim {
    pub(super) method: Method,
    pub(super) canonical_head: CanonicalHead,
    pub(super) signature_info: SignatureInfo,
    pub(super) session_token: Option<Zeroizing<String>>,
    pub(super) payload: ClaimedPayload,
    pub(super) announces_body: bool,
}

/// How the signature covers the payload.
#[derive(Clone, Copy)]
pub(super) enum ClaimedPayload {
    /// The signature covers this hash.
    Hash(Hex),
    /// The request has no `X-Content-Sha256`, which only `Compatible` accepts. The signed hash must
    /// be computed from the payload.
    HashAbsent,
    /// The request is a presigned URL, whose signature does not cover the payload.
    Unsigned { may_have_body: bool },
}

impl Claim {
    /// Returns the access key id in the request. Look up its credentials or signing key.
    pub fn access_key_id(&self) -> &str {
        &self.signature_info.access_key_id
    }

    /// Returns the session token in the request, or `None` if there is none.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref().map(String::as_str)
    }

    /// Returns the credential scope in the request. The signing key must be derived for this scope.
    pub fn scope(&self) -> &CredentialScope {
        &self.signature_info.scope
    }

    /// Derives the signing key for [`scope`](Self::scope), to pass to
    /// [`authenticate`](Self::authenticate).
    ///
    /// If the access key id is unknown, pass `None`. The method then returns `None`, but takes as
    /// long as with credentials. So an attacker cannot find out from the time which ids exist.
    pub fn derive_key(&self, credentials: Option<&Credentials>) -> Option<SigningKey> {
        let derive = |credentials| SigningKey::derive(credentials, self.scope());
        let key = credentials.or_else(dummy::credentials).map(derive);
        key.filter(|_| credentials.is_some())
    }

    /// Checks the signature with a signing key. The payload is not needed yet.
    ///
    /// `key` must be the key for [`access_key_id`](Self::access_key_id) and [`scope`](Self::scope).
    /// Take it from your cache, or derive it with [`derive_key`](Self::derive_key). If the access
    /// key id is unknown, pass `None`. The check then takes as long as for a wrong signature, so an
    /// attacker cannot find out which ids exist. If you cache keys, pass `None` for an unknown id
    /// without deriving a key for it.
    ///
    /// # Errors
    ///
    /// - [`UnknownAccessKey`](RejectReason::UnknownAccessKey): `key` is `None`.
    /// - [`KeyMismatch`](RejectReason::KeyMismatch): `key` is for another access key id or scope.
    /// - [`SignatureMismatch`](RejectReason::SignatureMismatch).
    /// - [`CredentialsExpired`](RejectReason::CredentialsExpired): the credentials from which the
    ///   key was derived have expired.
    /// - [`InvalidSessionToken`](RejectReason::InvalidSessionToken): the request does not have the
    ///   session token of these credentials.
    /// - [`InvalidPayloadHash`](RejectReason::InvalidPayloadHash): the request has no
    ///   `X-Content-Sha256`. Such a request can only be checked with [`verify`](Self::verify).
    pub fn authenticate(self, key: Option<&SigningKey>) -> Result<Authenticated, Rejected> {
        let payload_hash = match self.payload {
            ClaimedPayload::Hash(hash) => hash,
            ClaimedPayload::Unsigned { .. } => Hex::EMPTY_PAYLOAD_HASH,
            ClaimedPayload::HashAbsent => return Err(RejectReason::InvalidPayloadHash.into()),
        };
        let canonical_request = self.canonical_head.finish(&payload_hash);
        let SignatureInfo { x_date, scope, signature, .. } = &self.signature_info;
        let string_to_sign = StringToSign::new(x_date, scope, canonical_request.sha256())
            .map_err(|_| RejectReason::ScopeMismatch)?;
        // The HMAC is computed before `key` is checked, so that an unknown id takes as long as a
        // wrong signature.
        let signature_matches = key
            .or_else(dummy::signing_key)
            .is_some_and(|key| key.verifies(&string_to_sign, signature));
        let key = key.ok_or(RejectReason::UnknownAccessKey)?;
        check_scope(key, &self.signature_info)?;
        if !signature_matches {
            return Err(RejectReason::SignatureMismatch.into());
        }
        // After the signature: if the look-up ignores the case of ids, a sender without the secret
        // must not learn which ids exist.
        check_access_key_id(key, &self.signature_info)?;
        let credentials = key.credentials();
        check_expiration(credentials, self.signature_info.received_at)?;
        check_session_token(self.session_token.as_deref().map(String::as_str), credentials)?;
        let request = SignedRequest {
            method: self.method,
            canonical_request,
            signature_info: self.signature_info,
        };
        Ok(Authenticated { request, payload: self.payload, announces_body: self.announces_body })
    }

    /// Checks the signature and the payload in one call.
    ///
    /// `credentials` must be those of [`access_key_id`](Self::access_key_id). If the id is unknown,
    /// pass `None`. The check then takes as long as for a wrong signature.
    ///
    /// `payload` is the body as it was received, `()` if there is none, or the result of a
    /// [`PayloadHasher`](crate::PayloadHasher).
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
        if let ClaimedPayload::HashAbsent = self.payload {
            let hash = payload.sha256();
            self.payload = ClaimedPayload::Hash(Hex::new(&hash));
            // Pass on the hash, so that `verify_payload` does not hash the body again.
            if !matches!(payload, Payload::Empty) {
                payload = Payload::Sha256(hash);
            }
        }
        let key = self.derive_key(credentials);
        self.authenticate(key.as_ref())?.verify_payload(payload)
    }
}

fn check_scope(key: &SigningKey, info: &SignatureInfo) -> Result<(), Rejected> {
    if key.scope() != &info.scope {
        let detail = format!("the key is for the scope {}, expected {}", key.scope(), info.scope);
        return Err(Rejected::new(RejectReason::KeyMismatch, detail));
    }
    Ok(())
}

fn check_access_key_id(key: &SigningKey, info: &SignatureInfo) -> Result<(), Rejected> {
    if key.credentials().access_key_id() != info.access_key_id {
        let detail = "the key is for another access key id than that of the request";
        return Err(Rejected::new(RejectReason::KeyMismatch, detail));
    }
    Ok(())
}

fn check_expiration(credentials: &Credentials, now: SystemTime) -> Result<(), Rejected> {
    if !credentials.have_expired(now) {
        return Ok(());
    }
    let expiration = credentials.expiration();
    let age = expiration.and_then(|expiration| now.duration_since(expiration).ok());
    let seconds = age.unwrap_or_default().as_secs();
    let detail = format!("the credentials expired {seconds} seconds ago");
    Err(Rejected::new(RejectReason::CredentialsExpired, detail))
}

fn check_session_token(token: Option<&str>, credentials: &Credentials) -> Result<(), Rejected> {
    // Compare hashes and not the tokens: an attacker cannot choose the bytes of a hash, so the time
    // of the comparison does not help to guess the token.
    let hash = |token: Option<&str>| token.map(|token| <[u8; 32]>::from(Sha256::digest(token)));
    let expected = credentials.session_token();
    if hash(token) == hash(expected) {
        return Ok(());
    }
    let detail = match (token, expected) {
        (None, _) => "x-security-token is absent, but the credentials have a session token",
        (_, None) => "x-security-token is sent, but the credentials have no session token",
        _ => "x-security-token is not the session token of the credentials",
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

/// A request whose signature was checked. Its sender is known, but its payload is not checked yet.
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
/// // The signature is valid. Now read the body.
/// let verified = authenticated.verify_payload(body)?;
/// assert!(verified.payload_is_signed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the payload is not checked yet"]
pub struct Authenticated {
    request: SignedRequest,
    payload: ClaimedPayload,
    announces_body: bool,
}

impl Authenticated {
    /// Returns the access key id of the sender.
    pub fn access_key_id(&self) -> &str {
        &self.request.signature_info.access_key_id
    }

    /// Checks that `payload` is the payload that was signed.
    ///
    /// `payload` is the body as it was received, `()` if there is none, or the result of a
    /// [`PayloadHasher`](crate::PayloadHasher).
    ///
    /// # Errors
    ///
    /// - [`PayloadMismatch`](RejectReason::PayloadMismatch): `payload` is not the signed body, or
    ///   it is `()` although the headers announce a body.
    /// - [`UnsignedPayload`](RejectReason::UnsignedPayload): a presigned URL was sent with a body,
    ///   and the policy is not [`Compatible`](crate::VerifyPolicy::Compatible).
    pub fn verify_payload<'p>(self, payload: impl Into<Payload<'p>>) -> Result<Verified, Rejected> {
        let payload = payload.into();
        if self.announces_body && matches!(payload, Payload::Empty) {
            let detail = "the headers announce a body, but no body was passed";
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
            ClaimedPayload::Hash(_) | ClaimedPayload::HashAbsent => {
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
            .field("scope", &self.request.signature_info.scope)
            .finish_non_exhaustive()
    }
}
