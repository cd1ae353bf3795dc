//! Mistakes about the body and its hash.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "payload-empty",
        ["an empty body was signed", "签名时使用了空的请求体"],
        ["Give the signer the body that is sent.", "把实际发送的请求体传给签名函数。"],
    ),
    entry_of(
        "payload-serialised",
        ["the body was signed in another spelling: {what}", "签名时请求体的序列化方式不同：{what}"],
        [
            "Serialise the body once, and sign and send the same bytes.",
            "请求体只序列化一次，签名和发送使用同一份字节。",
        ],
    ),
    entry_of(
        "payload-line-ends",
        ["the body was signed {how}", "签名时的请求体{how}"],
        [
            "Sign and send the same bytes. With curl, use --data-binary.",
            "签名和发送相同的字节；使用 curl 时用 --data-binary。",
        ],
    ),
    entry_of(
        "body-changed",
        [
            "the signature is right for X-Content-Sha256, but the body is another",
            "签名与 X-Content-Sha256 相符，但请求体已被改变",
        ],
        [
            "Sign last: change nothing of the body after signing.",
            "最后再签名：签名之后不要改动请求体。",
        ],
    ),
    entry_of(
        "payload-unsigned",
        [r#"the last line is "{text}", not a hash"#, "最后一行是“{text}”，而不是哈希"],
        [
            "Sign the hex SHA-256 of the body: this protocol has no unsigned payload.",
            "使用请求体的 SHA-256（十六进制）：本协议不支持不签名的请求体。",
        ],
    ),
    entry_of(
        "payload-raw",
        ["the last line is the body itself, not its hash", "最后一行是请求体原文，而不是哈希"],
        [
            "Put the hex SHA-256 of the body into the last line.",
            "最后一行写请求体的 SHA-256（十六进制）。",
        ],
    ),
    entry_of(
        "payload-missing",
        ["the line of the body's hash is {how}", "请求体哈希行{how}"],
        [
            "Put the hex SHA-256 of the body into the last line, of an empty body too.",
            "最后一行写请求体的 SHA-256（十六进制），请求体为空时也一样。",
        ],
    ),
    entry_of(
        "payload-placeholder",
        [r#"the body was signed as "{text}""#, "签名时请求体被当作“{text}”"],
        [
            "Sign the body that is sent: no body is zero bytes.",
            "按实际发送的请求体签名：没有请求体就是零字节。",
        ],
    ),
    entry_of(
        "payload-query",
        [
            "the query was signed in the place of the body ({what})",
            "把查询字符串当作请求体签名（{what}）",
        ],
        [
            "Hash the body, not the query. Without a body, hash zero bytes.",
            "对请求体做哈希，而不是查询字符串；没有请求体时对零字节做哈希。",
        ],
    ),
    entry_of(
        "payload-hash-form",
        ["the body's hash is written {form}", "请求体哈希的写法错误：{form}"],
        ["Write the hash as 64 hex digits in lower case.", "哈希写成 64 位小写十六进制。"],
    ),
];
