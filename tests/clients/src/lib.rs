//! The tests are the crate. Its documentation is the READMEs, to compile their programs, and what
//! must not compile.

#[doc = include_str!(concat!(env!("OUT_DIR"), "/README.md"))]
pub mod english {}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/README.zh-CN.md"))]
pub mod chinese {}

/// Nobody else can implement the traits of the crate that are sealed:
///
/// ```compile_fail,E0277
/// use volcengine_sigv4::client::reqwest_0_13::SignRequest;
/// use volcengine_sigv4::{Error, Payload, Signer};
///
/// struct Own;
///
/// impl SignRequest for Own {
///     fn signed_by(self, _: &Signer) -> Result<Self, Error> {
///         Ok(self)
///     }
///
///     fn signed_by_with_payload<'a>(
///         self,
///         _: &Signer,
///         _: impl Into<Payload<'a>>,
///     ) -> Result<Self, Error> {
///         Ok(self)
///     }
/// }
/// ```
pub mod sealed {}
