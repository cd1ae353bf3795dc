//! What is seen in a request without any signature being computed.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "secret-in-request",
        [
            "the secret access key itself is in the request ({place})",
            "密钥原文出现在请求中（{place}）",
        ],
        [
            "Replace this key now: whoever saw the request has it. Never send the secret.",
            "请立即更换该密钥：看到该请求的人都能获得它。切勿发送密钥。",
        ],
    ),
    entry_of(
        "secret-shape",
        [
            "the secret does not look like a secret access key: {what}",
            "密钥的形式不像 Secret Access Key：{what}",
        ],
        [
            "Check what was configured as the secret: copy it again from the console.",
            "检查配置的密钥，从控制台重新复制。",
        ],
    ),
    entry_of(
        "credentials-expired",
        ["the credentials have expired", "凭证已过期"],
        ["Get new temporary credentials and sign again.", "获取新的临时凭证后重新签名。"],
    ),
    entry_of(
        "clock-skew",
        ["X-Date is {distance} the clock", "X-Date 比当前时间{distance}"],
        [
            "Set the clock, sign in UTC, and sign each attempt anew.",
            "校准时钟，使用 UTC，每次重试都重新签名。",
        ],
    ),
    entry_of(
        "clock-local-time",
        ["X-Date looks like the local time of {zone}", "X-Date 疑似 {zone} 的本地时间"],
        ["Write X-Date in UTC.", "X-Date 使用 UTC 时间。"],
    ),
    entry_of(
        "url-expired",
        ["the presigned URL has expired", "预签名 URL 已过期"],
        [
            "Make a new URL, with a longer X-Expires if need be.",
            "重新生成 URL，必要时增大 X-Expires。",
        ],
    ),
    entry_of(
        "x-date-missing",
        ["there is no X-Date", "缺少 X-Date"],
        ["Send X-Date, and sign it.", "发送 X-Date 并参与签名。"],
    ),
    entry_of(
        "x-date-malformed",
        ["X-Date is not written as YYYYMMDDTHHMMSSZ", "X-Date 的格式不是 YYYYMMDDTHHMMSSZ"],
        ["Write X-Date as YYYYMMDDTHHMMSSZ, in UTC.", "X-Date 写成 YYYYMMDDTHHMMSSZ（UTC）。"],
    ),
    entry_of(
        "header-unsigned",
        ["sent and not signed: {names}", "已发送但未签名的头部：{names}"],
        [
            "Sign last, after all headers are set, and list these in SignedHeaders.",
            "设置完所有头部后再签名，并把它们列入 SignedHeaders。",
        ],
    ),
    entry_of(
        "header-listed-absent",
        ["signed and not sent: {names}", "已签名但未发送的头部：{names}"],
        [
            "Send every header that SignedHeaders lists, or do not sign it.",
            "SignedHeaders 列出的头部都要发送，否则不要签名。",
        ],
    ),
    entry_of(
        "header-sent-twice",
        ["signed and sent more than once: {names}", "已签名的头部被重复发送：{names}"],
        ["Send each signed header once.", "参与签名的头部只发送一次。"],
    ),
    entry_of(
        "access-key-differs",
        ["the Credential names another access key id", "Credential 中的访问密钥 ID 不是预期的"],
        ["Use the access key id that belongs to the secret.", "使用与密钥配对的 Access Key ID。"],
    ),
    entry_of(
        "token-missing",
        ["temporary credentials without X-Security-Token", "临时凭证缺少 X-Security-Token"],
        [
            "Send the session token as X-Security-Token, and sign it.",
            "把会话令牌作为 X-Security-Token 发送并参与签名。",
        ],
    ),
    entry_of(
        "token-unsigned",
        ["X-Security-Token is sent and not signed", "X-Security-Token 已发送但未签名"],
        ["Add X-Security-Token before signing.", "签名前添加 X-Security-Token。"],
    ),
    entry_of(
        "token-differs",
        ["X-Security-Token is not the one of these credentials", "X-Security-Token 不属于该凭证"],
        [
            "Use id, secret and token of one and the same set of temporary credentials.",
            "ID、密钥和令牌要来自同一组临时凭证。",
        ],
    ),
    entry_of(
        "host-missing",
        ["neither the Host header nor the URL names a host", "Host 头和 URL 都没有主机名"],
        ["Send a Host header, and sign it.", "发送 Host 头并参与签名。"],
    ),
    entry_of(
        "host-not-allowed",
        [
            "the host is not among the hosts that this signer may sign for",
            "该主机不在允许签名的主机之列",
        ],
        ["Check the URL, or allow the host.", "检查 URL，或将该主机加入允许列表。"],
    ),
    entry_of(
        "host-differs",
        ["the Host header names another host than the URL", "Host 头与 URL 的主机不一致"],
        [
            "Sign for the host that the server sees; let proxies keep the Host header.",
            "按服务端看到的主机签名，并让代理保留 Host 头。",
        ],
    ),
    entry_of(
        "host-other-protocol",
        ["this host takes {what}, not this signature", "该主机使用{what}，不使用本签名"],
        [
            "Use what the host takes, or call the OpenAPI host of the service.",
            "改用该主机要求的方式，或调用该服务的 OpenAPI 主机。",
        ],
    ),
    entry_of(
        "region-against-host",
        [
            r#"the host says region "{found}", the scope "{wanted}""#,
            "主机中的区域是“{found}”，凭证范围是“{wanted}”",
        ],
        [
            "Sign for the region of the host, or call the host of the region.",
            "按主机所在区域签名，或改用该区域的主机。",
        ],
    ),
    entry_of(
        "service-against-host",
        [
            r#"the host says service "{found}", the scope "{wanted}""#,
            "主机中的服务名是“{found}”，凭证范围是“{wanted}”",
        ],
        [
            "Sign for the service that the documentation names for this host.",
            "使用文档中该主机对应的服务名签名，注意大小写。",
        ],
    ),
    entry_of(
        "body-hash-differs",
        [
            "the body is not the one that X-Content-Sha256 is the hash of",
            "请求体与 X-Content-Sha256 不符",
        ],
        [
            "Hash and send the same bytes. Change nothing of the body after signing.",
            "对实际发送的字节做哈希，签名之后不要改动请求体。",
        ],
    ),
    entry_of(
        "content-sha256-malformed",
        [
            "X-Content-Sha256 is not 64 hex digits in lower case",
            "X-Content-Sha256 不是 64 位小写十六进制",
        ],
        [
            "Write X-Content-Sha256 as 64 hex digits in lower case.",
            "X-Content-Sha256 写成 64 位小写十六进制。",
        ],
    ),
    entry_of(
        "content-encoded",
        [
            "the request has a Content-Encoding: compressed after signing?",
            "请求带有 Content-Encoding，可能签名后才压缩",
        ],
        ["Compress first, then sign the compressed bytes.", "先压缩，再对压缩后的字节签名。"],
    ),
    entry_of(
        "action-missing",
        ["not in the query: {what}", "查询参数缺少 {what}"],
        [
            "Put Action and Version into the query of the URL, of a POST too.",
            "把 Action 和 Version 放在 URL 的查询参数中，POST 也一样。",
        ],
    ),
    entry_of(
        "scope-differs",
        ["the credential scope is another: {what}", "凭证范围不符：{what}"],
        ["Sign for {wanted}.", "按 {wanted} 签名。"],
    ),
    entry_of(
        "authorization-missing",
        ["the request has no signature", "请求没有签名"],
        ["Sign the request: add the Authorization header.", "对请求签名，添加 Authorization 头。"],
    ),
    entry_of(
        "authorization-malformed",
        ["the Authorization cannot be read: {what}", "Authorization 无法解析：{what}"],
        [
            "Write HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…",
            "写成 HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…",
        ],
    ),
    entry_of(
        "authorization-twice",
        ["the request carries two signatures", "请求带有两个签名"],
        [
            "Send one signature: in the Authorization header or in the URL.",
            "只保留一个签名：放在 Authorization 头或 URL 中。",
        ],
    ),
    entry_of(
        "bearer-token",
        ["an API key is sent where a signature is wanted", "这里需要签名，发送的却是 API Key"],
        [
            "Sign with an access key (AK/SK): this API takes no Bearer key.",
            "使用访问密钥（AK/SK）签名：该 API 不接受 Bearer Key。",
        ],
    ),
    entry_of(
        "algorithm-unknown",
        [
            r#"the Authorization names the algorithm "{algorithm}""#,
            "Authorization 中的算法是“{algorithm}”",
        ],
        [r#"Write "HMAC-SHA256" as the algorithm."#, "算法写成“HMAC-SHA256”。"],
    ),
    entry_of(
        "signature-shape",
        ["the signature has {length} characters{what}", "签名有 {length} 个字符{what}"],
        [
            "Write the HMAC-SHA256 as 64 hex digits in lower case.",
            "把 HMAC-SHA256 的结果写成 64 位小写十六进制。",
        ],
    ),
    entry_of(
        "query-raw-plus",
        [
            "the query holds a raw +, which servers read as a space",
            "查询中有未编码的“+”，服务端会当作空格",
        ],
        ["Send a space as %20 and a plus as %2B.", "空格发送为 %20，加号发送为 %2B。"],
    ),
    entry_of(
        "query-malformed-escape",
        ["the query holds a % that begins no escape", "查询中有不完整的“%”编码"],
        ["Write a percent sign as %25.", "百分号写成 %25。"],
    ),
    entry_of(
        "query-not-utf8",
        ["the query is not UTF-8: GBK?", "查询参数不是 UTF-8，可能是 GBK"],
        ["Escape the bytes of the text in UTF-8.", "对文本的 UTF-8 字节进行编码。"],
    ),
    entry_of(
        "path-ambiguous",
        ["clients, proxies and signers read the path differently: {what}", "路径存在歧义：{what}"],
        [
            "Use a path without dot segments, escaped slashes and backslashes.",
            "路径中避免“.”“..”段、编码的斜杠和反斜杠。",
        ],
    ),
    entry_of(
        "target-unsignable",
        ["the request target cannot be signed: {what}", "请求目标无法签名：{what}"],
        [
            "Send a path, without user info in the URL.",
            "使用路径形式的目标，URL 中不要带用户信息。",
        ],
    ),
];
