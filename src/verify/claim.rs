//! From what a request claims to what is proven: first its signature, then its payload.

use std::fmt;
use std::hint::black_box;
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::rejected::{RejectReason, Rejected};
use super::verified::{Signed, Verified};
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::protocol::hex::Hex;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signing_key::SigningKey;

/// What a request claims: well formed, in scope and in time, but not proven.
///
/// It says whose key is wanted. Look that up, awaiting if you like, and go on with
/// [`verify`](Self::verify), or with [`authenticate`](Self::authenticate) where you keep signing
/// keys or want to know the sender before you read a body.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier).
pub struct Claim {
    pub(super) signed: Signed,
    pub(super) session_token: Option<Zeroizing<String>>,
    pub(super) payload: ClaimedPayload,
    pub(super) now: SystemTime,
}

/// What a signature says about the body.
#[derive(Clone, Copy)]
pub(super) enum ClaimedPayload {
    Hash(Hex),
    /// The signature covers the hash of a body, but the request does not say which.
    Unstated,
    /// The signature is that of a URL.
    Unsigned {
        is_welcome: bool,
    },
}

impl ClaimedPayload {
    pub(super) fn hash_to_hex(self) -> Hex {
        match self {
            Self::Hash(hash) => hash,
            Self::Unstated | Self::Unsigned { .. } => Hex::EMPTY_PAYLOAD_HASH,
        }
    }
}

impl Claim {
    /// Returns the access key id: whose secret access key is wanted.
    pub fn access_key_id(&self) -> &str {
        &self.signed.access_key_id
    }

    /// Returns the session token, with its raw text, if the request has one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref().map(String::as_str)
    }

    /// Returns the credential scope: which signing key is wanted.
    pub fn scope(&self) -> &CredentialScope {
        &self.signed.scope
    }

    /// Checks the signature. Nothing of the body is read.
    ///
    /// `key` is the sender's, derived now or before: that of [`access_key_id`](Self::access_key_id)
    /// and [`scope`](Self::scope). If the access key id is not known, end with
    /// [`unknown_access_key`](Self::unknown_access_key).
    ///
    /// # Errors
    ///
    /// - [`SignatureMismatch`](RejectReason::SignatureMismatch).
    /// - [`KeyMismatch`](RejectReason::KeyMismatch): a key of another access key id or scope.
    /// - [`CredentialsExpired`](RejectReason::CredentialsExpired) and
    ///   [`InvalidSessionToken`](RejectReason::InvalidSessionToken), by the credentials that the key
    ///   was derived from.
    /// - [`InvalidPayloadHash`](RejectReason::InvalidPayloadHash): the request does not say which body
    ///   it signs, which only [`verify`](Self::verify) takes.
    pub fn authenticate(self, key: &SigningKey) -> Result<Authenticated, Rejected> {
        if matches!(self.payload, ClaimedPayload::Unstated) {
            return Err(RejectReason::InvalidPayloadHash.into());
        }
        let credentials = key.credentials();
        if key.scope() != self.scope() || credentials.access_key_id() != self.access_key_id() {
            return Err(RejectReason::KeyMismatch.into());
        }
        if !self.signed.is_signed_with(key) {
            return Err(RejectReason::SignatureMismatch.into());
        }
        if credentials.have_expired(self.now) {
            return Err(RejectReason::CredentialsExpired.into());
        }
        if hash_of(self.session_token()) != hash_of(credentials.session_token()) {
            return Err(RejectReason::InvalidSessionToken.into());
        }
        Ok(Authenticated { signed: self.signed, payload: self.payload, now: self.now })
    }

    /// Checks signature and payload at once.
    ///
    /// `credentials` are those of [`access_key_id`](Self::access_key_id), or `None` if that is not
    /// known, which takes as long as a wrong signature.
    ///
    /// # Errors
    ///
    /// As [`authenticate`](Self::authenticate) and [`payload`](Authenticated::payload), and
    /// [`UnknownAccessKey`](RejectReason::UnknownAccessKey).
    pub fn verify<'c, 'p>(
        mut self,
        credentials: impl Into<Option<&'c Credentials>>,
        payload: impl Into<Payload<'p>>,
    ) -> Result<Verified, Rejected> {
        let payload = payload.into();
        if let ClaimedPayload::Unstated = self.payload {
            let payload_hash = payload.hash_to_hex();
            self.payload = ClaimedPayload::Hash(payload_hash);
            self.signed.canonical_request =
                self.signed.canonical_request.with_payload_hash(&payload_hash);
        }
        let Some(credentials) = credentials.into() else {
            black_box(SigningKey::derive(SigningKey::decoy().credentials(), self.scope()));
            return Err(self.unknown_access_key());
        };
        let key = SigningKey::derive(credentials, self.scope());
        self.authenticate(&key)?.payload(payload)
    }

    /// Ends with a refusal that takes as long as a wrong signature does in
    /// [`authenticate`](Self::authenticate), so that nobody can try out which access key ids exist.
    pub fn unknown_access_key(self) -> Rejected {
        black_box(self.signed.is_signed_with(SigningKey::decoy()));
        RejectReason::UnknownAccessKey.into()
    }
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

/// A request whose signature is proven, and so who sent it, but not yet its body.
///
/// # Examples
///
/// ```
/// # use volcengine_sigv4::{Credentials, Signer, SigningKey, Verifier};
/// # let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
/// # let mut request = http::Request::post("http://localhost/?Action=Greet").body("hello")?;
/// # Signer::new(credentials.clone(), "cn-beijing", "ecs")?.sign(&mut request)?;
/// # let verifier = Verifier::new("cn-beijing", "ecs")?;
/// # let (head, body) = request.into_parts();
/// let claim = verifier.claim(&head)?;
/// let key = SigningKey::derive(&credentials, claim.scope());
/// let authenticated = claim.authenticate(&key)?;
/// // Only now is it worth to read the body.
/// let verified = authenticated.payload(body)?;
/// assert!(verified.payload_is_signed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Authenticated {
    signed: Signed,
    payload: ClaimedPayload,
    now: SystemTime,
}

impl Authenticated {
    /// Returns the access key id of the sender.
    pub fn access_key_id(&self) -> &str {
        &self.signed.access_key_id
    }

    /// Checks that `payload` is the one that was signed: the body, or the
    /// [`PayloadHasher`](crate::PayloadHasher) it went through.
    ///
    /// # Errors
    ///
    /// [`PayloadMismatch`](RejectReason::PayloadMismatch) for another body, and
    /// [`UnsignedPayload`](RejectReason::UnsignedPayload) for any body beside a presigned URL, unless
    /// the policy is [`Compatible`](crate::VerifyPolicy::Compatible).
    pub fn payload<'p>(self, payload: impl Into<Payload<'p>>) -> Result<Verified, Rejected> {
        let payload = payload.into();
        let payload_is_signed = match self.payload {
            ClaimedPayload::Hash(hash) if payload.hash_to_hex() == hash => true,
            ClaimedPayload::Hash(_) | ClaimedPayload::Unstated => {
                return Err(RejectReason::PayloadMismatch.into());
            }
            ClaimedPayload::Unsigned { .. } if payload.hash_to_hex() == Hex::EMPTY_PAYLOAD_HASH => {
                true
            }
            ClaimedPayload::Unsigned { is_welcome: true } => false,
            ClaimedPayload::Unsigned { is_welcome: false } => {
                return Err(RejectReason::UnsignedPayload.into());
            }
        };
        Ok(Verified { signed: self.signed, payload_is_signed, seen_at: self.now })
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.signed.scope)
            .finish_non_exhaustive()
    }
}

/// Tokens are compared by their hashes: how far two of them agree, no time tells.
fn hash_of(session_token: Option<&str>) -> Option<[u8; 32]> {
    session_token.map(|token| Sha256::digest(token).into())
}
