//! Mistakes about the string to sign, the digits of the signature, and whole protocols.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "algorithm",
        [
            r#"the first line of the string to sign is "{algorithm}""#,
            "待签字符串首行的算法是“{algorithm}”",
        ],
        [r#"Write "HMAC-SHA256" as the algorithm."#, "算法写成“HMAC-SHA256”。"],
    ),
    entry_of(
        "canonical-hash-form",
        [
            "the string to sign has the canonical request in another form: {form}",
            "待签字符串中规范请求的形式错误：{form}",
        ],
        [
            "Put the SHA-256 of the canonical request there, as hex in lower case.",
            "写规范请求的 SHA-256，使用小写十六进制。",
        ],
    ),
    entry_of(
        "canonical-line-missing",
        ["the canonical request lacks a line: {line}", "规范请求缺少一行：{line}"],
        [
            "Write every line of the canonical request, an empty one too.",
            "规范请求的每一行都要写，空行也不能省略。",
        ],
    ),
    entry_of(
        "line-ends",
        ["the line ends are wrong: {what}", "换行符错误：{what}"],
        [
            "Separate the lines by one line feed (byte 0A), with none behind the last line.",
            "行与行之间用一个换行符（0x0A）分隔，最后一行之后不加换行。",
        ],
    ),
    entry_of(
        "string-line-missing",
        ["the string to sign lacks: {line}", "待签字符串缺少：{line}"],
        [
            "Write four lines: algorithm, X-Date, credential scope, hash.",
            "写四行：算法、X-Date、凭证范围、哈希。",
        ],
    ),
    entry_of(
        "string-line-order",
        [
            "the lines of the string to sign are in another order: {line}",
            "待签字符串的行序错误：{line}",
        ],
        [
            "Keep the order: algorithm, X-Date, credential scope, hash.",
            "按算法、X-Date、凭证范围、哈希的顺序写。",
        ],
    ),
    entry_of(
        "signature-form",
        ["the signature is written as {form}", "签名的写法是{form}"],
        ["Write the signature as 64 hex digits in lower case.", "签名写成 64 位小写十六进制。"],
    ),
    entry_of(
        "protocol-aws4",
        ["this is the signature of AWS (AWS4-HMAC-SHA256)", "这是 AWS 的签名（AWS4-HMAC-SHA256）"],
        [
            "Use this protocol: HMAC-SHA256, the secret without \"AWS4\", \"request\" at the end.",
            "改用本协议：算法 HMAC-SHA256，密钥前不加“AWS4”，以“request”结尾。",
        ],
    ),
    entry_of(
        "protocol-tc3",
        [
            "this is the signature of Tencent Cloud (TC3-HMAC-SHA256)",
            "这是腾讯云的签名（TC3-HMAC-SHA256）",
        ],
        [
            "Use this protocol: HMAC-SHA256, the secret without \"TC3\", region and X-Date signed.",
            "改用本协议：算法 HMAC-SHA256，密钥前不加“TC3”，并签入区域和 X-Date。",
        ],
    ),
    entry_of(
        "protocol-acs3",
        [
            "this is the signature of Alibaba Cloud (ACS3-HMAC-SHA256)",
            "这是阿里云的签名（ACS3-HMAC-SHA256）",
        ],
        [
            "Use this protocol: four lines in the string to sign, and a key derived in four steps.",
            "改用本协议：待签字符串共四行，密钥经四步派生。",
        ],
    ),
    entry_of(
        "protocol-tos4",
        [
            "this is the signature of TOS (TOS4-HMAC-SHA256)",
            "这是对象存储 TOS 的签名（TOS4-HMAC-SHA256）",
        ],
        [
            "Use HMAC-SHA256 and the hash of the body; TOS4 is for the object storage only.",
            "使用 HMAC-SHA256 和请求体哈希；TOS4 仅用于对象存储。",
        ],
    ),
    entry_of(
        "protocol-volc4",
        [
            "this is AWS's signature with other names ({algorithm} and its kin)",
            "这是改了名的 AWS 签名（{algorithm} 等）",
        ],
        [
            "Use the bare secret, \"HMAC-SHA256\" as the algorithm, and \"request\" at the end.",
            "密钥不加前缀，算法写“HMAC-SHA256”，以“request”结尾。",
        ],
    ),
];
