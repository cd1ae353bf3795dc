//! The recipe of a signature: every choice that a signer makes on the way, a field each.
//!
//! The right value of each field gives the right signature; a mistake gives some fields another
//! value. A side of the recipe is one group of fields whose result is computed once and shared.

use std::rc::Rc;

use super::text::Shared;

/// Declares a side: all fields, and beside it the changes that a mistake makes to some of them.
macro_rules! side {
    (
        $(#[$doc:meta])* $side:ident, $change:ident from bit $first:literal:
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub(super) struct $side {
            $($(#[$field_doc])* pub(super) $field: $type,)*
        }

        #[doc = concat!("What a mistake changes of [`", stringify!($side), "`].")]
        #[derive(Clone, Default)]
        pub(super) struct $change {
            $(pub(super) $field: Option<$type>,)*
        }

        impl $change {
            /// Returns a bit for each field that is changed.
            fn fields(&self) -> u64 {
                let mut fields = 0_u64;
                let mut bit = 1_u64 << $first;
                $(
                    if self.$field.is_some() {
                        fields |= bit;
                    }
                    bit = bit.wrapping_shl(1);
                )*
                let _ = bit;
                fields
            }

            pub(super) fn is_some(&self) -> bool {
                self.fields() != 0
            }

            fn add(&mut self, other: &Self) {
                $(
                    if other.$field.is_some() {
                        self.$field.clone_from(&other.$field);
                    }
                )*
            }

            pub(super) fn apply_to(&self, side: &mut $side) {
                $(
                    if let Some(value) = &self.$field {
                        side.$field = value.clone();
                    }
                )*
            }
        }
    };
}

side! {
    /// Where the signing key comes from.
    Key, KeyChange from bit 0:
    secret: Shared,
    /// Text before the secret.
    prefix: &'static str,
    day: Shared,
    region: Shared,
    service: Shared,
    terminator: Shared,
    /// What is authenticated, one after the other.
    steps: &'static [Part],
    /// Which of the keys are written as hex digits before they are used.
    hex: HexKeys,
    /// Where key and text of the HMAC are in each other's place.
    swapped: Swapped,
}

side! {
    /// The string to sign.
    Strings, StringChange from bit 10:
    algorithm: Shared,
    date: Shared,
    access_key_id: Shared,
    day: Shared,
    region: Shared,
    service: Shared,
    terminator: Shared,
    scope: &'static [Part],
    digest: Digest,
    lines: &'static [Line],
    line_end: &'static str,
    /// Text behind the last line.
    tail: &'static str,
}

side! {
    /// The query line.
    Query, QueryChange from bit 24:
    parameters: Rc<[Parameter]>,
    order: Order,
    encoder: Encoder,
    equals: Equals,
    /// Text before the first parameter.
    start: &'static str,
    /// The whole line, whatever the other fields say.
    whole: Option<Shared>,
}

side! {
    /// The header lines and the list of their names.
    Head, HeadChange from bit 32:
    lines: Names,
    list: Names,
    line_case: Case,
    list_case: Case,
    colon: &'static str,
    spaces: Spaces,
    repeated: Repeated,
    separator: &'static str,
    /// Text behind the list.
    list_end: &'static str,
    /// How many line ends come between the last header and the list.
    block_end: usize,
    host: Shared,
    content_type: Option<Shared>,
    x_date: Option<Shared>,
    content_hash: Option<Shared>,
    token: Option<Shared>,
}

side! {
    /// The rest of the canonical request.
    Frame, FrameChange from bit 48:
    method: Shared,
    path: Shared,
    payload: Shared,
    parts: &'static [CanonicalPart],
    line_end: &'static str,
    /// Text behind the last line.
    tail: &'static str,
}

/// Names of headers, in lower case.
pub(super) type Names = Rc<[Rc<str>]>;

/// A part of the credential scope, and of the chain that derives the key.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    AccessKeyId,
    Day,
    Region,
    Service,
    Terminator,
}

impl Part {
    pub(super) const ALL: &'static [Self] =
        &[Self::Day, Self::Region, Self::Service, Self::Terminator];
}

/// A line of the string to sign.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Line {
    Algorithm,
    Date,
    Scope,
    Digest,
}

impl Line {
    pub(super) const ALL: &'static [Self] =
        &[Self::Algorithm, Self::Date, Self::Scope, Self::Digest];
}

/// A part of the canonical request.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum CanonicalPart {
    Method,
    Path,
    Query,
    Head,
    Payload,
}

impl CanonicalPart {
    pub(super) const ALL: &'static [Self] =
        &[Self::Method, Self::Path, Self::Query, Self::Head, Self::Payload];
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum HexKeys {
    None,
    All,
    AllUpper,
    /// All but the last, which is the signing key.
    AllButLast,
    Last,
    LastUpper,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Swapped {
    Nowhere,
    Everywhere,
    InTheChain,
    InTheLast,
}

/// How the canonical request stands in the string to sign.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Digest {
    Hex,
    UpperHex,
    Base64,
    /// The bytes of the hash.
    Bytes,
    /// The canonical request itself.
    Unhashed,
    /// The hash of the hash.
    HexTwice,
}

/// A parameter of the query, decoded, with the piece of the query that it was read from.
#[derive(Clone)]
pub(super) struct Parameter {
    pub(super) key: Shared,
    pub(super) value: Shared,
    pub(super) piece: Shared,
    pub(super) has_equals: bool,
    /// Whether the piece is written as it is.
    pub(super) is_encoded: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    /// By decoded key; those of one key as they were sent.
    Key,
    AsSent,
    KeyAndValue,
    EncodedKey,
    EncodedKeyAndValue,
    /// By the whole text, "=" included.
    Joined,
    KeyWithoutCase,
    /// By UTF-16 code units, as JavaScript and Java compare.
    Utf16,
    /// As `localeCompare` and collations of a language do: letters by the alphabet, then by case.
    Locale,
    /// Digits by their number.
    Natural,
    Descending,
}

/// How keys and values are written.
#[derive(Clone, Copy)]
pub(super) struct Encoder {
    /// Bytes that stay as they are, beside the unreserved ones.
    pub(super) kept: &'static [u8],
    /// Unreserved bytes that are escaped all the same.
    pub(super) escaped: &'static [u8],
    pub(super) space: &'static str,
    pub(super) has_lower_hex: bool,
    pub(super) manner: Manner,
}

impl Encoder {
    pub(super) const RIGHT: Self =
        Self { kept: b"", escaped: b"", space: "%20", has_lower_hex: false, manner: Manner::Bytes };
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Manner {
    /// Each byte of the UTF-8 text.
    Bytes,
    /// Not at all.
    Raw,
    /// As the piece was sent.
    AsSent,
    /// What is encoded is encoded again.
    Twice,
    /// The piece as it was sent is encoded.
    SentTwice,
    /// Each byte is taken for a character of Latin-1 and written in UTF-8.
    Mojibake,
    /// A character below 256 is one byte, any other a question mark.
    Latin1,
    /// `%` and the number of the character.
    CodePoint,
    /// `%uXXXX`, as `escape()` of JavaScript writes it.
    PercentU,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Equals {
    Always,
    /// Only where it was sent.
    AsSent,
    /// Not for an empty value.
    WithValue,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Case {
    Lower,
    /// Each word with a capital.
    Title,
    Upper,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Spaces {
    Trimmed,
    Kept,
    /// Trimmed, and inner runs are one space.
    Collapsed,
    /// Collapsed, but for what stands in quotes.
    CollapsedOutsideQuotes,
    Removed,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Repeated {
    First,
    Last,
    /// All values, with the text between them.
    Joined(&'static str),
    /// A line for each value.
    Lines,
}

/// What a mistake changes.
#[derive(Clone, Default)]
pub(super) struct Change {
    pub(super) key: KeyChange,
    pub(super) strings: StringChange,
    pub(super) query: QueryChange,
    pub(super) head: HeadChange,
    pub(super) frame: FrameChange,
}

impl Change {
    /// Adds the changes of `other`.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.key.add(&other.key);
        self.strings.add(&other.strings);
        self.query.add(&other.query);
        self.head.add(&other.head);
        self.frame.add(&other.frame);
        self
    }

    /// Returns a bit for each field that is changed.
    pub(super) fn fields(&self) -> u64 {
        self.key.fields()
            | self.strings.fields()
            | self.query.fields()
            | self.head.fields()
            | self.frame.fields()
    }
}

macro_rules! into_change {
    ($($change:ident => $field:ident),*) => {$(
        impl From<$change> for Change {
            fn from($field: $change) -> Self {
                Self { $field, ..Self::default() }
            }
        }
    )*};
}

into_change! {
    KeyChange => key, StringChange => strings, QueryChange => query, HeadChange => head,
    FrameChange => frame
}
