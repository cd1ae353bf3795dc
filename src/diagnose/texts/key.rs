//! Mistakes about the secret and the derivation of the signing key.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "secret-prefix",
        [r#""{prefix}" was put before the secret"#, "密钥前多加了“{prefix}”"],
        [
            "Use the secret access key as it is, with no text before it.",
            "直接使用 Secret Access Key 原文，前面不要加任何文本。",
        ],
    ),
    entry_of(
        "secret-decoded",
        ["the secret was decoded ({what}) before it was used", "密钥使用前被解码（{what}）"],
        [
            "Use the secret access key as the console shows it. Do not decode it.",
            "直接使用控制台显示的 Secret Access Key，不要解码。",
        ],
    ),
    entry_of(
        "secret-encoded",
        ["the secret was encoded once more ({what})", "密钥被再次编码（{what}）"],
        [
            "Use the secret access key as the console shows it. Do not encode it again.",
            "直接使用控制台显示的 Secret Access Key，不要再次编码。",
        ],
    ),
    entry_of(
        "secret-white-space",
        ["the secret has {what}", "密钥{what}"],
        [
            "Trim the secret access key when you read it.",
            "读取 Secret Access Key 时去掉首尾空白字符。",
        ],
    ),
    entry_of(
        "secret-extra",
        ["the secret has something that is not part of it: {what}", "密钥带有多余字符：{what}"],
        [
            "Copy the secret access key again, without what is around it.",
            "重新复制 Secret Access Key，不要带上多余字符。",
        ],
    ),
    entry_of(
        "secret-cut",
        ["the secret lacks {what}", "密钥不完整，缺少{what}"],
        [
            r#"Copy the whole secret access key again: a double click stops at "=", "+" or "/"."#,
            "重新完整复制 Secret Access Key：双击选取会在“=”“+”“/”处中断。",
        ],
    ),
    entry_of(
        "secret-escaped",
        ["the secret was escaped or unescaped ({what})", "密钥被转义或反转义（{what}）"],
        [
            "Use the secret access key as it is, without any escaping.",
            "直接使用 Secret Access Key 原文，不要做任何转义。",
        ],
    ),
    entry_of(
        "secret-is-access-key-id",
        ["the access key id was used as the secret", "把访问密钥 ID 当作密钥使用"],
        [
            "Give the signer the secret access key, not the access key id.",
            "把 Secret Access Key 传给签名函数，而不是 Access Key ID。",
        ],
    ),
    entry_of(
        "terminator",
        [
            r#"the last part of scope or key is "{terminator}", not "request""#,
            "凭证范围或密钥派生的结尾是“{terminator}”，应为“request”",
        ],
        [
            r#"End the credential scope and the key derivation with "request"."#,
            "凭证范围和密钥派生都以“request”结尾。",
        ],
    ),
    entry_of(
        "chain-hex",
        [
            "hex digits, not bytes, keyed the next HMAC ({what})",
            "用十六进制文本而不是原始字节作为下一步 HMAC 的密钥（{what}）",
        ],
        [
            "Pass each HMAC result on as bytes. Only the signature is written in hex.",
            "每一步 HMAC 的结果以原始字节传给下一步，只有最终签名才转成十六进制。",
        ],
    ),
    entry_of(
        "chain-order",
        ["the key was derived in another order: {what}", "密钥派生顺序错误：{what}"],
        [
            "Derive the key over date, region, service and \"request\", in this order.",
            "按日期、区域、服务名、“request”的顺序派生密钥。",
        ],
    ),
    entry_of(
        "chain-step-missing",
        ["the key derivation lacks: {what}", "密钥派生缺少步骤：{what}"],
        [
            "Derive the key over date, region, service and \"request\": four HMACs.",
            "依次对日期、区域、服务名、“request”做四次 HMAC 来派生密钥。",
        ],
    ),
    entry_of(
        "chain-none",
        [
            "the secret signed with hardly any derivation (missing: {what})",
            "密钥几乎未经派生就用于签名（缺少：{what}）",
        ],
        [
            "Derive a signing key from the secret: HMAC over date, region, service, \"request\".",
            "先由密钥派生签名密钥：依次对日期、区域、服务名、“request”做 HMAC。",
        ],
    ),
    entry_of(
        "chain-arguments-swapped",
        ["key and text of the HMAC are swapped {what}", "HMAC 的密钥与内容参数颠倒（{what}）"],
        [
            "Swap the two arguments of HMAC: the result of the step before is the key.",
            "交换 HMAC 的两个参数：上一步的结果是密钥，新的文本是内容。",
        ],
    ),
];
