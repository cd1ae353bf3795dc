//! Credentials from the environment: three families of variables, never mixed.

use std::env;

use zeroize::Zeroizing;

use super::Credentials;
use crate::error::Error;

/// The variables that one family of tools reads. Of two names for one value, the first that is set
/// is used.
struct Family {
    access_key_id: &'static [&'static str],
    secret_access_key: &'static [&'static str],
    session_token: &'static str,
}

const FAMILIES: [Family; 3] = [
    Family {
        access_key_id: &["VOLCENGINE_ACCESS_KEY"],
        secret_access_key: &["VOLCENGINE_SECRET_KEY"],
        session_token: "VOLCENGINE_SESSION_TOKEN",
    },
    Family {
        access_key_id: &["VOLCSTACK_ACCESS_KEY_ID", "VOLCSTACK_ACCESS_KEY"],
        secret_access_key: &["VOLCSTACK_SECRET_ACCESS_KEY", "VOLCSTACK_SECRET_KEY"],
        session_token: "VOLCSTACK_SESSION_TOKEN",
    },
    Family {
        access_key_id: &["VOLC_ACCESSKEY"],
        secret_access_key: &["VOLC_SECRETKEY"],
        session_token: "VOLC_SESSIONTOKEN",
    },
];

impl Credentials {
    /// Reads the credentials from the environment.
    ///
    /// Uses the first family with a key set. Families are never mixed. An empty variable counts as
    /// not set.
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
    /// [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable) if no family is set;
    /// [`InvalidCredentials`](crate::ErrorKind::InvalidCredentials), with the name of the variable,
    /// if only one key of a pair is set, if a value is not Unicode, and if [`Credentials::new`] or
    /// [`Credentials::with_session_token`] refuses it.
    pub fn from_env() -> Result<Self, Error> {
        for family in &FAMILIES {
            if let Some(credentials) = family.read()? {
                return Ok(credentials);
            }
        }
        Err(Error::no_variables("VOLCENGINE_ACCESS_KEY"))
    }
}

impl Family {
    fn read(&self) -> Result<Option<Credentials>, Error> {
        let pair = (first_set(self.access_key_id)?, first_set(self.secret_access_key)?);
        let (id, secret) = match pair {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(None),
            (Some((set, _)), None) => return Err(half_a_pair(set, self.secret_access_key)),
            (None, Some((set, _))) => return Err(half_a_pair(set, self.access_key_id)),
        };
        let credentials = Credentials::named(id, secret)?;
        let credentials = match first_set(&[self.session_token])? {
            Some((name, token)) => credentials.with_named_token(name, token)?,
            None => credentials,
        };
        Ok(Some(credentials))
    }
}

type Variable = (&'static str, Zeroizing<String>);

fn first_set(names: &[&'static str]) -> Result<Option<Variable>, Error> {
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

fn half_a_pair(set: &str, missing: &[&str]) -> Error {
    Error::half_a_pair(set, &missing.join(" or "))
}
