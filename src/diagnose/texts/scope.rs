//! Mistakes about the credential scope and the time.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "region",
        [r#"signed for region "{region}""#, "签名使用的区域是“{region}”"],
        [
            r#"Sign for region "{wanted}", in the credential scope and in the key."#,
            "签名区域改为“{wanted}”，凭证范围和密钥派生要一致。",
        ],
    ),
    entry_of(
        "service",
        [r#"signed for service "{service}""#, "签名使用的服务名是“{service}”"],
        [
            r#"Sign for service "{wanted}", in the credential scope and in the key."#,
            "签名服务名改为“{wanted}”，凭证范围和密钥派生要一致，注意大小写。",
        ],
    ),
    entry_of(
        "region-service-swapped",
        ["region and service are in each other's place", "区域与服务名的位置颠倒"],
        ["Put the region before the service.", "区域在前，服务名在后。"],
    ),
    entry_of(
        "scope-date",
        ["signed for the day {day}, X-Date says {wanted}", "签名日期是 {day}，X-Date 是 {wanted}"],
        [
            "Take the day of the scope and of the key from X-Date, in UTC.",
            "凭证范围和密钥派生中的日期取自 X-Date（UTC）。",
        ],
    ),
    entry_of(
        "scope-date-form",
        [r#"the day of scope or key is written "{day}""#, "凭证范围或密钥派生中的日期写成“{day}”"],
        [
            "Write the day as YYYYMMDD: the first eight digits of X-Date.",
            "日期写成 YYYYMMDD，即 X-Date 的前八位数字。",
        ],
    ),
    entry_of(
        "scope-with-access-key",
        [
            "the scope line of the string to sign holds the access key id",
            "待签字符串的凭证范围行包含访问密钥 ID",
        ],
        [
            "Write the scope without the access key id: YYYYMMDD/region/service/request.",
            "凭证范围不含访问密钥 ID，格式为 YYYYMMDD/区域/服务名/request。",
        ],
    ),
    entry_of(
        "date-local",
        [
            "signed with a time that is {form} from X-Date: local time?",
            "签名使用的时间与 X-Date 相差 {form}，可能用了本地时间",
        ],
        ["Use UTC everywhere, and the same time as in X-Date.", "统一使用 UTC，并与 X-Date 一致。"],
    ),
    entry_of(
        "date-reread",
        ["the clock was read twice, {form} apart", "两次读取时钟，相差 {form}"],
        [
            "Read the clock once, and use this time for X-Date and the string to sign.",
            "只读取一次时钟，X-Date 和待签字符串使用同一个时间。",
        ],
    ),
    entry_of(
        "date-form",
        [
            "the date that was signed has another form than X-Date: {form}",
            "签名中的日期格式与 X-Date 不同：{form}",
        ],
        [
            "Write the date as YYYYMMDDTHHMMSSZ, the same in X-Date and in the string to sign.",
            "日期写成 YYYYMMDDTHHMMSSZ，X-Date 与待签字符串保持一致。",
        ],
    ),
];
