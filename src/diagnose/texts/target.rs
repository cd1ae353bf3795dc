//! Mistakes about method, path and query.

use super::{Entry, entry_of};

pub(super) const ENTRIES: &[Entry] = &[
    entry_of(
        "method",
        [r#"signed as method "{method}""#, "签名使用的请求方法是“{method}”"],
        [
            "Sign the method that is sent: {wanted}, in upper case.",
            "按实际发送的方法签名：{wanted}（大写）。",
        ],
    ),
    entry_of(
        "path-empty",
        ["the path was signed as nothing", "路径签成了空"],
        ["Sign the path that is sent; an empty path is \"/\".", "按实际路径签名；空路径写成“/”。"],
    ),
    entry_of(
        "path-slash-only",
        ["the path was signed as \"/\"", "路径签成了“/”"],
        ["Sign the whole path that is sent, not \"/\".", "按实际发送的完整路径签名，而不是“/”。"],
    ),
    entry_of(
        "path-unencoded",
        ["the path was signed {how}", "路径签名时的写法：{how}"],
        [
            "Escape every byte of the path but A-Z a-z 0-9 - _ . ~ and \"/\".",
            "路径中除 A-Z a-z 0-9 - _ . ~ 和“/”外的字节都要编码。",
        ],
    ),
    entry_of(
        "path-encoded-twice",
        ["the path was escaped twice", "路径被编码两次"],
        ["Escape the path once.", "路径只编码一次。"],
    ),
    entry_of(
        "path-lower-hex",
        ["the path was signed with escapes in lower case", "路径编码使用了小写十六进制"],
        [
            "Write escapes of the path in upper case: %E4, not %e4.",
            "路径编码使用大写十六进制：写 %E4，不写 %e4。",
        ],
    ),
    entry_of(
        "path-slash-escaped",
        ["the slashes of the path were escaped", "路径中的“/”被编码"],
        ["Keep \"/\" in the path as it is.", "路径中的“/”保持原样。"],
    ),
    entry_of(
        "path-form-encoded",
        ["the path was signed with + for a space", "路径中的空格写成了“+”"],
        ["Write a space of the path as %20.", "路径中的空格写成 %20。"],
    ),
    entry_of(
        "path-over-encoded",
        ["unreserved characters of the path were escaped", "路径中无需编码的字符被编码"],
        [
            "Do not escape A-Z a-z 0-9 - _ . ~ in the path.",
            "路径中的 A-Z a-z 0-9 - _ . ~ 不要编码。",
        ],
    ),
    entry_of(
        "path-whole-url",
        ["{what} stood in the place of the path", "把{what}当作路径签名"],
        [
            "Sign only the path in the second line; the query has a line of its own.",
            "第二行只放路径，查询参数单独占一行。",
        ],
    ),
    entry_of(
        "path-trailing-slash",
        ["the path was signed {how}", "路径签名时{how}"],
        [
            "Sign the path exactly as it is sent, its last slash included.",
            "按实际发送的路径签名，末尾斜杠要一致。",
        ],
    ),
    entry_of(
        "path-normalised",
        ["the path was signed with {how}", "路径签名时做了规范化：{how}"],
        [
            "Send the path that you sign: without dot segments and double slashes.",
            "发送与签名一致的路径：不含“.”“..”段和连续斜杠。",
        ],
    ),
    entry_of(
        "path-prefix",
        ["the path was signed without {how}", "路径签名时缺少{how}"],
        [
            "Sign the path that the server sees, with what a proxy or base URL puts before it.",
            "按服务端看到的路径签名，包括代理或基础 URL 添加的前缀。",
        ],
    ),
    entry_of(
        "query-unsorted",
        ["the parameters were not sorted", "查询参数未排序"],
        ["Sort the parameters by key before you sign.", "签名前按参数名排序。"],
    ),
    entry_of(
        "query-as-sent",
        ["the query was signed as it was sent", "直接使用了发送时的查询字符串"],
        [
            "Sign the canonical query: decode, sort by key, and escape each key and value.",
            "使用规范查询字符串：解码、按参数名排序，再逐个编码参数名和值。",
        ],
    ),
    entry_of(
        "query-unencoded",
        ["the parameters were signed {how}", "查询参数签名时{how}"],
        [
            "Escape each key and value: all but A-Z a-z 0-9 - _ . ~.",
            "对每个参数名和值编码：A-Z a-z 0-9 - _ . ~ 以外都要编码。",
        ],
    ),
    entry_of(
        "query-form-encoded",
        ["the parameters were encoded as a form ({how})", "查询参数按表单方式编码（{how}）"],
        ["Write a space as %20, not as +.", "空格写成 %20，不要写成 +。"],
    ),
    entry_of(
        "query-under-encoded",
        ["some characters of the query were not escaped: {how}", "查询参数部分字符未编码：{how}"],
        [
            "Escape everything but A-Z a-z 0-9 - _ . ~ in keys and values.",
            "参数名和值中除 A-Z a-z 0-9 - _ . ~ 外都要编码。",
        ],
    ),
    entry_of(
        "query-over-encoded",
        ["characters that need no escape were escaped: {how}", "无需编码的字符被编码：{how}"],
        ["Do not escape A-Z a-z 0-9 - _ . ~.", "A-Z a-z 0-9 - _ . ~ 不要编码。"],
    ),
    entry_of(
        "query-lower-hex",
        ["the query was signed with escapes in lower case", "查询参数编码使用了小写十六进制"],
        ["Write escapes in upper case: %E4, not %e4.", "编码使用大写十六进制：写 %E4，不写 %e4。"],
    ),
    entry_of(
        "query-encoded-twice",
        ["the query was escaped twice ({how})", "查询参数被编码两次（{how}）"],
        [
            "Escape each key and value once. Give the signer what is not escaped yet.",
            "每个参数名和值只编码一次，把未编码的值传给签名函数。",
        ],
    ),
    entry_of(
        "query-plus",
        ["a + of the query was signed as %2B", "查询中的“+”被签成 %2B"],
        [
            "Send a space as %20 and a plus as %2B: servers read + as a space.",
            "空格发送为 %20，加号发送为 %2B：服务端会把“+”当作空格。",
        ],
    ),
    entry_of(
        "query-no-equals",
        ["a parameter without a value has no \"=\" ({how})", "无值参数缺少“=”（{how}）"],
        ["Write \"=\" behind every key: \"flag=\".", "每个参数名后都写“=”，例如“flag=”。"],
    ),
    entry_of(
        "query-empty-dropped",
        ["empty parameters were not signed", "空值参数未参与签名"],
        [
            "Sign every parameter that is sent, empty ones too.",
            "所有发送的参数都要参与签名，包括空值参数。",
        ],
    ),
    entry_of(
        "query-missing",
        ["the query was not signed", "查询参数未参与签名"],
        [
            "Sign the query of every request, of a POST too.",
            "所有请求都要对查询参数签名，POST 也一样。",
        ],
    ),
    entry_of(
        "query-incomplete",
        ["not signed: {what}", "未参与签名：{what}"],
        [
            "Sign every parameter that is sent. Add none after signing.",
            "所有发送的参数都要参与签名，签名后不要再添加参数。",
        ],
    ),
    entry_of(
        "query-sort",
        ["the parameters were sorted in another way: {how}", "查询参数排序方式不同：{how}"],
        [
            "Sort by the bytes of the decoded key; keep the order of repeated keys.",
            "按解码后参数名的字节序排序；同名参数保持原有顺序。",
        ],
    ),
    entry_of(
        "query-repeats",
        ["repeated parameters were signed in another way: {how}", "重复参数的处理方式不同：{how}"],
        [
            "Sign every value of a repeated key, in the order in which they are sent.",
            "同名参数的每个值都要参与签名，并保持发送顺序。",
        ],
    ),
    entry_of(
        "query-question-mark",
        ["the query line begins with \"?\" or \"&\"", "查询行以“?”或“&”开头"],
        ["Write the query line without \"?\" before it.", "查询行开头不要带“?”。"],
    ),
    entry_of(
        "query-with-body",
        ["the body was signed as part of the query ({how})", "请求体被当作查询参数签名（{how}）"],
        [
            "Put only the parameters of the URL into the query line; sign the body by its hash.",
            "查询行只包含 URL 中的参数，请求体通过哈希参与签名。",
        ],
    ),
    entry_of(
        "query-charset",
        ["non-ASCII text was written as {how}", "非 ASCII 字符的写法错误：{how}"],
        ["Escape the bytes of the text in UTF-8.", "对文本的 UTF-8 字节进行编码。"],
    ),
];
