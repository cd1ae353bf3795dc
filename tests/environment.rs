//! `Credentials::from_env` reads one family of variables, never two, and its errors name the variable.
//!
//! A process has one environment, so each case runs in a child process: this executable, which runs
//! only the test `child`, with only the variables of the case.

use std::ffi::OsStr;
use std::process::Command;

use volcengine_sigv4::{CredentialScope, Credentials, Error, SigningKey, StringToSign, XDate};

/// Returns what `from_env` yields in a process with `variables`.
#[track_caller]
fn found<V: AsRef<OsStr>>(variables: &[(&str, V)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env_clear()
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{report}");
    assert!(!report.is_empty(), "the child did not run");
    report
}

/// Writes to the standard error, because the test harness writes to the standard output.
#[test]
#[ignore = "the other tests run it, in a process with its own environment"]
fn child() {
    eprint!("{}", report(Credentials::from_env()));
}

/// Returns all about `result`. The secret access key shows in a signature only.
fn report(result: Result<Credentials, Error>) -> String {
    let credentials = match result {
        Ok(credentials) => credentials,
        Err(error) => return format!("{:?}: {error}", error.kind()),
    };
    let x_date: XDate = "20210818T095729Z".parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, [0; 32]).unwrap();
    let signature = SigningKey::derive(&credentials, &scope).sign(&string_to_sign);
    format!(
        "{} {:?} {:?} {signature}",
        credentials.access_key_id(),
        credentials.session_token(),
        credentials.expiration(),
    )
}

fn pair(id: &str, secret: &str) -> String {
    report(Credentials::new(id, secret))
}

fn triple(id: &str, secret: &str, token: &str) -> String {
    report(Credentials::new(id, secret).unwrap().with_session_token(token))
}

const VOLCENGINE: [(&str, &str); 3] = [
    ("VOLCENGINE_ACCESS_KEY", "id-1"),
    ("VOLCENGINE_SECRET_KEY", "secret-1"),
    ("VOLCENGINE_SESSION_TOKEN", "token-1"),
];

const VOLCSTACK: [(&str, &str); 3] = [
    ("VOLCSTACK_ACCESS_KEY_ID", "id-2"),
    ("VOLCSTACK_SECRET_ACCESS_KEY", "secret-2"),
    ("VOLCSTACK_SESSION_TOKEN", "token-2"),
];

const VOLC: [(&str, &str); 3] =
    [("VOLC_ACCESSKEY", "id-3"), ("VOLC_SECRETKEY", "secret-3"), ("VOLC_SESSIONTOKEN", "token-3")];

#[test]
fn each_family_of_variables_is_read() {
    assert_eq!(found(&VOLCENGINE), triple("id-1", "secret-1", "token-1"));
    assert_eq!(found(&VOLCSTACK), triple("id-2", "secret-2", "token-2"));
    assert_eq!(found(&VOLC), triple("id-3", "secret-3", "token-3"));
}

#[test]
fn a_session_token_is_optional() {
    assert_eq!(found(&VOLCENGINE[..2]), pair("id-1", "secret-1"));
    assert_eq!(found(&VOLCSTACK[..2]), pair("id-2", "secret-2"));
    assert_eq!(found(&VOLC[..2]), pair("id-3", "secret-3"));
}

#[test]
fn the_first_family_that_is_set_is_used() {
    let all = [VOLC, VOLCSTACK, VOLCENGINE].concat();
    assert_eq!(found(&all), triple("id-1", "secret-1", "token-1"));
    let later = [VOLC, VOLCSTACK].concat();
    assert_eq!(found(&later), triple("id-2", "secret-2", "token-2"));
}

#[test]
fn families_are_never_mixed() {
    let with_token_of_another = [&VOLCENGINE[..2], &VOLCSTACK[2..], &VOLC].concat();
    assert_eq!(found(&with_token_of_another), pair("id-1", "secret-1"));
    let token_alone = [&VOLCENGINE[2..], &VOLC[..2]].concat();
    assert_eq!(found(&token_alone), pair("id-3", "secret-3"));
    let half_before_a_whole = [&VOLCENGINE[..1], &VOLCSTACK].concat();
    assert_eq!(
        found(&half_before_a_whole),
        "InvalidCredentials: VOLCENGINE_ACCESS_KEY is set, but VOLCENGINE_SECRET_KEY is not"
    );
    let halves_of_two = [VOLCENGINE[0], VOLC[1]];
    assert_eq!(
        found(&halves_of_two),
        "InvalidCredentials: VOLCENGINE_ACCESS_KEY is set, but VOLCENGINE_SECRET_KEY is not"
    );
    let broken_behind_a_whole = [&VOLCENGINE[..2], &[("VOLC_ACCESSKEY", "id\n")]].concat();
    assert_eq!(found(&broken_behind_a_whole), pair("id-1", "secret-1"));
}

#[test]
fn an_empty_environment_has_no_credentials() {
    let text = "CredentialsUnavailable: the environment has no credentials, expected \
                VOLCENGINE_ACCESS_KEY and VOLCENGINE_SECRET_KEY or another supported pair";
    assert_eq!(found::<&str>(&[]), text);
    assert_eq!(found(&[VOLCENGINE[2], VOLCSTACK[2], VOLC[2]]), text);
    let near_misses = [
        ("VOLC_ACCESS_KEY", "id"),
        ("VOLCENGINE_ACCESS_KEY_ID", "id"),
        ("AWS_ACCESS_KEY_ID", "id"),
    ];
    assert_eq!(found(&near_misses), text);
}

#[test]
fn an_empty_variable_is_unset() {
    let empty = [VOLCENGINE, VOLCSTACK].concat();
    let empty: Vec<_> = empty.into_iter().map(|(name, _)| (name, "")).collect();
    assert_eq!(found(&[&empty, &VOLC[..]].concat()), triple("id-3", "secret-3", "token-3"));

    let no_token = [&VOLCENGINE[..2], &[("VOLCENGINE_SESSION_TOKEN", "")]].concat();
    assert_eq!(found(&no_token), pair("id-1", "secret-1"));

    let half = [VOLCENGINE[0], ("VOLCENGINE_SECRET_KEY", "")];
    assert_eq!(
        found(&half),
        "InvalidCredentials: VOLCENGINE_ACCESS_KEY is set, but VOLCENGINE_SECRET_KEY is not"
    );
}

#[test]
fn an_error_about_half_a_pair_names_every_variable_of_the_other_half() {
    for (half, text) in [
        (VOLCENGINE[0], "VOLCENGINE_ACCESS_KEY is set, but VOLCENGINE_SECRET_KEY is not"),
        (VOLCENGINE[1], "VOLCENGINE_SECRET_KEY is set, but VOLCENGINE_ACCESS_KEY is not"),
        (
            ("VOLCSTACK_ACCESS_KEY", "id"),
            "VOLCSTACK_ACCESS_KEY is set, \
             but VOLCSTACK_SECRET_ACCESS_KEY or VOLCSTACK_SECRET_KEY is not",
        ),
        (
            ("VOLCSTACK_SECRET_KEY", "secret"),
            "VOLCSTACK_SECRET_KEY is set, \
             but VOLCSTACK_ACCESS_KEY_ID or VOLCSTACK_ACCESS_KEY is not",
        ),
        (VOLC[0], "VOLC_ACCESSKEY is set, but VOLC_SECRETKEY is not"),
        (VOLC[1], "VOLC_SECRETKEY is set, but VOLC_ACCESSKEY is not"),
    ] {
        assert_eq!(found(&[half]), format!("InvalidCredentials: {text}"));
    }
}

#[test]
fn of_two_names_for_one_value_the_first_that_is_set_is_used() {
    let others = [("VOLCSTACK_ACCESS_KEY", "other-id"), ("VOLCSTACK_SECRET_KEY", "other-secret")];
    assert_eq!(found(&others), pair("other-id", "other-secret"));
    assert_eq!(found(&[VOLCSTACK[0], others[1]]), pair("id-2", "other-secret"));
    assert_eq!(found(&[others[0], VOLCSTACK[1]]), pair("other-id", "secret-2"));
    assert_eq!(found(&[&others, &VOLCSTACK[..2]].concat()), pair("id-2", "secret-2"));
    let empty = [("VOLCSTACK_ACCESS_KEY_ID", ""), ("VOLCSTACK_SECRET_ACCESS_KEY", "")];
    assert_eq!(found(&[others, empty].concat()), pair("other-id", "other-secret"));
}

#[test]
fn an_error_about_white_space_or_a_line_break_names_variable_and_offset() {
    let id = "visible ASCII or inner spaces, without \"/\" and \",\"";
    let secret = "no line break and no white space at either end";
    let token = "visible ASCII";
    for (family, expected) in [VOLCENGINE, VOLCSTACK, VOLC].iter().zip([[id, secret, token]; 3]) {
        for (index, expected) in expected.into_iter().enumerate() {
            for (value, offset) in [(" value", 0), ("value ", 5), ("value\n", 5), ("val\nue", 3)] {
                let mut variables = *family;
                variables[index].1 = value;
                let name = variables[index].0;
                assert_eq!(
                    found(&variables),
                    format!(
                        "InvalidCredentials: {name} has an invalid byte at offset {offset}, \
                         expected {expected}"
                    )
                );
            }
        }
    }
}

#[test]
fn an_error_about_a_value_that_is_too_long_names_the_variable() {
    for (index, most) in [(0, 128), (1, 1024), (2, 8192)] {
        let value = "v".repeat(most + 1);
        let mut variables = VOLC;
        variables[index].1 = &value;
        let (name, found) = (variables[index].0, found(&variables));
        let length = most + 1;
        assert_eq!(
            found,
            format!("InvalidCredentials: {name} has {length} bytes, expected 1 to {most}")
        );
    }
}

#[test]
#[cfg(unix)]
fn an_error_about_a_value_that_is_not_unicode_names_the_variable() {
    use std::os::unix::ffi::OsStrExt;

    for family in [VOLCENGINE, VOLCSTACK, VOLC] {
        for (name, _) in family {
            let mut variables = family.map(|(name, value)| (name, OsStr::new(value)));
            let variable = variables.iter_mut().find(|variable| variable.0 == name).unwrap();
            variable.1 = OsStr::from_bytes(b"value\xff");
            let text = format!("InvalidCredentials: {name} is not valid unicode");
            assert_eq!(found(&variables), text);
        }
    }
}
