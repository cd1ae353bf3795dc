//! Adapter for [`reqwest` 0.13](https://docs.rs/reqwest/0.13): signs requests and builders, async
//! and blocking.

use super::error;
use super::sign_request::{Sealed, authorize, sign_request};
use crate::error::Error;
use crate::payload::Payload;
use crate::signer::Signer;

sign_request! {
    /// Signs a `Request` or `RequestBuilder` of `reqwest` 0.13. Feature `reqwest-0_13`.
    ///
    /// With the feature `reqwest-0_13-blocking`, this trait is also implemented for the types of
    /// `reqwest::blocking`. The calls are the same, without `await`.
    ///
    /// Turn off redirects: `reqwest` follows them and can send the session token to another host.
    ///
    /// Headers that the client adds when it sends the request, such as `default_headers`, are not
    /// signed. Servers refuse a request with an unsigned `content-type` or `x-*` header, so add
    /// these headers to the request itself.
    ///
    /// This trait is sealed: only this crate implements it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use reqwest_0_13 as reqwest;
    /// use reqwest::redirect::Policy;
    /// use volcengine_sigv4::client::reqwest_0_13::SignRequest;
    /// use volcengine_sigv4::{Credentials, Signer};
    ///
    /// # async fn call() -> Result<(), Box<dyn std::error::Error>> {
    /// let signer = Signer::new(Credentials::from_env()?, "cn-beijing", "ecs")?;
    /// let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
    /// let reply = client
    ///     .get("https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01")
    ///     .signed_by(&signer)?
    ///     .send()
    ///     .await?;
    /// println!("{}", reply.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    reqwest_0_13, blocking: "reqwest-0_13-blocking"
}
