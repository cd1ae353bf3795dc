//! Reads credentials from environment variables.
//!
//! There are three groups of variables. All values come from one group.

use std::env;

use zeroize::Zeroizing;

use super::Credentials;
use crate::error::Error;

/// The names of the variables for one pair of keys and its session token. If a value has two names,
/// the first variable that is set is used.
struct VariableGroup {
    access_key_id: &'static [&'static str],
    secret_access_key: &'static [&'static str],
    session_token: &'static str,
}

const VARIABLE_GROUPS: [VariableGroup; 3] = [
    VariableGroup {
        access_key_id: &["VOLCENGINE_ACCESS_KEY"],
        secret_access_key: &["VOLCENGINE_SECRET_KEY"],
        session_token: "VOLCENGINE_SESSION_TOKEN",
    },
    VariableGroup {
        access_key_id: &["VOLCSTACK_ACCESS_KEY_ID", "VOLCSTACK_ACCESS_KEY"],
        secret_access_key: &["VOLCSTACK_SECRET_ACCESS_KEY", "VOLCSTACK_SECRET_KEY"],
        session_token: "VOLCSTACK_SESSION_TOKEN",
    },
    VariableGroup {
        access_key_id: &["VOLC_ACCESSKEY"],
        secret_access_key: &["VOLC_SECRETKEY"],
        session_token: "VOLC_SESSIONTOKEN",
    },
];

impl Credentials {
    /// Reads the credentials from the environment.
    ///
    /// There are three groups of variables. The first group that has an access key id or a secret
    /// access key is used, and all values are read from it. An empty variable counts as not set.
    ///
    /// - `VOLCENGINE_ACCESS_KEY`, `VOLCENGINE_SECRET_KEY`, `VOLCENGINE_SESSION_TOKEN`
    /// - `VOLCSTACK_ACCESS_KEY_ID` or `VOLCSTACK_ACCESS_KEY`, `VOLCSTACK_SECRET_ACCESS_KEY` or
    ///   `VOLCSTACK_SECRET_KEY`, `VOLCSTACK_SESSION_TOKEN`
    /// - `VOLC_ACCESSKEY`, `VOLC_SECRETKEY`, `VOLC_SESSIONTOKEN`
    ///
    /// The session token may be absent.
    ///
    /// # Errors
    ///
    /// - [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable): no group has an
    ///   access key id or a secret access key.
    /// - [`InvalidCredentials`](crate::ErrorKind::InvalidCredentials): only one key of a pair is
    ///   set, a value is not Unicode, or [`Credentials::new`] or
    ///   [`Credentials::with_session_token`] refuses a value. The text contains the name of the
    ///   variable.
    pub fn from_env() -> Result<Self, Error> {
        for group in &VARIABLE_GROUPS {
            if let Some(credentials) = group.read()? {
                return Ok(credentials);
            }
        }
        Err(Error::no_credentials_in_environment("VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY"))
    }
}

impl VariableGroup {
    fn read(&self) -> Result<Option<Credentials>, Error> {
        let pair = (read_first(self.access_key_id)?, read_first(self.secret_access_key)?);
        let (id, secret) = match pair {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(None),
            (Some((set, _)), None) => return Err(missing_variable(set, self.secret_access_key)),
            (None, Some((set, _))) => return Err(missing_variable(set, self.access_key_id)),
        };
        let credentials = Credentials::from_named_values(id, secret)?;
        let credentials = match read_first(&[self.session_token])? {
            Some((name, token)) => credentials.with_named_token(name, token)?,
            None => credentials,
        };
        Ok(Some(credentials))
    }
}

/// The name and value of a variable.
type Variable = (&'static str, Zeroizing<String>);

/// Returns the first of the variables `names` that is set and not empty.
fn read_first(names: &[&'static str]) -> Result<Option<Variable>, Error> {
    for name in names {
        match env::var_os(name).unwrap_or_default().into_string() {
            Ok(value) if value.is_empty() => {}
            Ok(value) => return Ok(Some((name, Zeroizing::new(value)))),
            Err(value) => {
                drop(Zeroizing::new(value.into_encoded_bytes()));
                return Err(Error::not_unicode(name));
            }
        }
    }
    Ok(None)
}

fn missing_variable(set: &str, missing: &[&str]) -> Error {
    Error::missing_variable(set, &missing.join(" or "))
}
