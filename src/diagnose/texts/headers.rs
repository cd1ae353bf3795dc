//! Mistakes about headers and the host.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "header-block-end",
        [
            "between the header lines and SignedHeaders there is {how}",
            "头部行与 SignedHeaders 之间{how}",
        ],
        [
            "End every header line in a line feed and put one empty line before the list.",
            "每个头部行以换行结尾，列表前再空一行。",
        ],
    ),
    entry_of(
        "header-name-case",
        ["header names are not in lower case in {how}", "头部名称未转为小写（{how}）"],
        [
            "Write header names in lower case, in the lines and in the list.",
            "头部行和列表中的头部名称都写成小写。",
        ],
    ),
    entry_of(
        "header-colon-space",
        [
            "name and value of a header are joined in another way: {how}",
            "头部名称与值的连接方式错误：{how}",
        ],
        [
            "Write header lines as name:value, without a space behind the colon.",
            "头部行写成“名称:值”，冒号后没有空格。",
        ],
    ),
    entry_of(
        "header-spaces",
        [
            "white space in header values was treated in another way: {how}",
            "头部值的空格处理不同：{how}",
        ],
        [
            "Trim header values at both ends and keep what is inside.",
            "头部值只去掉首尾空格，中间的空格保持不变。",
        ],
    ),
    entry_of(
        "header-order",
        ["the order of the headers is not that of SignedHeaders: {what}", "头部顺序不一致：{what}"],
        [
            "Sort the header lines and SignedHeaders the same way, by name.",
            "头部行与 SignedHeaders 都按名称排序，顺序保持一致。",
        ],
    ),
    entry_of(
        "header-list-form",
        ["the list of signed headers is joined with {how}", "已签名头部列表的分隔方式错误：{how}"],
        [
            "Join the names with \";\", with nothing before, between or behind.",
            "名称之间只用“;”分隔，不加其他字符。",
        ],
    ),
    entry_of(
        "header-set",
        [
            "the signature covers other headers than SignedHeaders says: {what}",
            "实际签名的头部与 SignedHeaders 不一致：{what}",
        ],
        [
            "Use one list of headers for the lines, for the list and for SignedHeaders.",
            "头部行、列表和 SignedHeaders 使用同一份头部名单。",
        ],
    ),
    entry_of(
        "header-repeated",
        ["a repeated header was signed by {how}", "重复的头部签名时取{how}"],
        ["Send each signed header once.", "参与签名的头部只发送一次。"],
    ),
    entry_of(
        "content-type",
        [r#"signed as Content-Type "{content_type}""#, "签名时的 Content-Type 是“{content_type}”"],
        [
            "Set Content-Type before you sign, and send exactly this value.",
            "签名前设置好 Content-Type，并原样发送。",
        ],
    ),
    entry_of(
        "host-port",
        [r#"signed for host "{host}""#, "签名使用的主机是“{host}”"],
        [
            "Sign the host as it is sent, without the ports 80 and 443.",
            "按实际发送的 Host 签名，不带 80 和 443 端口。",
        ],
    ),
    entry_of(
        "host-other",
        [r#"signed for host "{host}""#, "签名使用的主机是“{host}”"],
        [
            "Sign for the host that the server sees: the Host header.",
            "按服务端收到的 Host 头签名。",
        ],
    ),
];
