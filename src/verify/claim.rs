//! From what a request claims to what is proven: first its signature, then its payload.
//!
//! In: a key, then the payload. Out: [`Authenticated`], then [`Verified`]. Reads no clock: the time is
//! that of the claim.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::rejected::{RejectReason, Rejected};
use super::verified::{Particulars, Verified};
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::protocol::hex::Hex;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signing_key::SigningKey;

/// What a request claims: well formed, in scope and in time, but not proven.
///
/// It says whose key is wanted. Look that up, awaiting if you like, and go on with
/// [`verify`](Self::verify), or with [`authenticate`](Self::authenticate) where you keep signing
/// keys, or want to know the sender before you read a body.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier).
#[must_use = "a claim proves nothing until it is verified"]
pub struct Claim {
    pub(super) particulars: Particulars,
    pub(super) session_token: Option<Zeroizing<String>>,
    /// Nothing where the request does not say which payload it signs.
    pub(super) payload: Option<ClaimedPayload>,
    pub(super) announces_body: bool,
}

/// What a signature says about the payload.
#[derive(Clone, Copy)]
pub(super) enum ClaimedPayload {
    Hash(Hex),
    /// The signature is that of a URL.
    Unsigned {
        is_welcome: bool,
    },
}

impl Claim {
    /// Returns the access key id: whose secret access key is wanted.
    pub fn access_key_id(&self) -> &str {
        &self.particulars.access_key_id
    }

    /// Returns the session token, with its raw text, if the request has one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref().map(String::as_str)
    }

    /// Returns the credential scope: which signing key is wanted.
    pub fn scope(&self) -> &CredentialScope {
        &self.particulars.scope
    }

    /// Checks the signature. Nothing of the payload is read.
    ///
    /// `key` is that of [`access_key_id`](Self::access_key_id) and [`scope`](Self::scope). If the
    /// access key id is not known, end with [`unknown_access_key`](Self::unknown_access_key).
    ///
    /// # Errors
    ///
    /// - [`SignatureMismatch`](RejectReason::SignatureMismatch).
    /// - [`KeyMismatch`](RejectReason::KeyMismatch): a key of another access key id or scope.
    /// - [`CredentialsExpired`](RejectReason::CredentialsExpired) and
    ///   [`InvalidSessionToken`](RejectReason::InvalidSessionToken), by the credentials that the key
    ///   was derived from.
    /// - [`InvalidPayloadHash`](RejectReason::InvalidPayloadHash): the request does not say which
    ///   payload it signs, which only [`verify`](Self::verify) takes.
    pub fn authenticate(self, key: &SigningKey) -> Result<Authenticated, Rejected> {
        // First, so that every refusal has done the same work.
        let is_signed = self.particulars.are_signed_with(key);
        let credentials = key.credentials();
        if key.scope() != self.scope() || credentials.access_key_id() != self.access_key_id() {
            return Err(RejectReason::KeyMismatch.into());
        }
        let payload = self.payload.ok_or(RejectReason::InvalidPayloadHash)?;
        if !is_signed {
            return Err(RejectReason::SignatureMismatch.into());
        }
        if credentials.have_expired(self.particulars.seen_at) {
            return Err(RejectReason::CredentialsExpired.into());
        }
        if hash_of(self.session_token()) != hash_of(credentials.session_token()) {
            return Err(RejectReason::InvalidSessionToken.into());
        }
        let Self { particulars, announces_body, .. } = self;
        Ok(Authenticated { particulars, payload, announces_body })
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
        let mut payload = payload.into();
        if self.payload.is_none() {
            let hash = payload.sha256();
            let payload_hash = Hex::new(&hash);
            self.particulars.canonical_request.set_payload_hash(&payload_hash);
            self.payload = Some(ClaimedPayload::Hash(payload_hash));
            // It is not hashed once more.
            if !matches!(payload, Payload::Empty) {
                payload = Payload::Sha256(hash);
            }
        }
        let Some(credentials) = credentials.into() else {
            SigningKey::derive_for_nobody(self.scope());
            return Err(self.unknown_access_key());
        };
        let key = SigningKey::derive(credentials, self.scope());
        self.authenticate(&key)?.payload(payload)
    }

    /// Ends with a refusal that takes as long as one of [`authenticate`](Self::authenticate) with a
    /// key at hand, so that nobody can try out which access key ids exist.
    ///
    /// Who derives keys on the spot derives one for the unknown as well, or calls
    /// [`verify`](Self::verify) with `None`.
    pub fn unknown_access_key(self) -> Rejected {
        self.particulars.verify_for_nobody();
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
/// // Only now is the body worth reading.
/// let verified = authenticated.payload(body)?;
/// assert!(verified.payload_is_signed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the payload is not proven yet"]
pub struct Authenticated {
    particulars: Particulars,
    payload: ClaimedPayload,
    announces_body: bool,
}

impl Authenticated {
    /// Returns the access key id of the sender.
    pub fn access_key_id(&self) -> &str {
        &self.particulars.access_key_id
    }

    /// Checks that `payload` is the one that was signed: the body as it was received, or the
    /// [`PayloadHasher`](crate::PayloadHasher) it went through.
    ///
    /// # Errors
    ///
    /// [`PayloadMismatch`](RejectReason::PayloadMismatch) for another body, and for none where the
    /// head announces one; [`UnsignedPayload`](RejectReason::UnsignedPayload) for any body beside a
    /// presigned URL, unless the policy is [`Compatible`](crate::VerifyPolicy::Compatible).
    pub fn payload<'p>(self, payload: impl Into<Payload<'p>>) -> Result<Verified, Rejected> {
        let payload = payload.into();
        if self.announces_body && matches!(payload, Payload::Empty) {
            return Err(RejectReason::PayloadMismatch.into());
        }
        let hash = payload.hash_to_hex();
        let payload_is_signed = match self.payload {
            ClaimedPayload::Hash(signed) if hash == signed => true,
            ClaimedPayload::Hash(_) => return Err(RejectReason::PayloadMismatch.into()),
            ClaimedPayload::Unsigned { is_welcome } => {
                if !is_welcome && hash != Hex::EMPTY_PAYLOAD_HASH {
                    return Err(RejectReason::UnsignedPayload.into());
                }
                false
            }
        };
        Ok(Verified { particulars: self.particulars, payload_is_signed })
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.particulars.scope)
            .finish_non_exhaustive()
    }
}

/// Tokens are compared by their hashes: how far two of them agree, no time tells.
fn hash_of(session_token: Option<&str>) -> Option<[u8; 32]> {
    session_token.map(|token| Sha256::digest(token).into())
}
