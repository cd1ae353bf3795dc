//! The steps of a recipe, each computed once and shared by the recipes that agree on it.
//!
//! In: the fields of a recipe. Out: whether they make the signature of the request, and the texts
//! that were signed.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use hmac::Mac;
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::base64;
use super::received::Claim;
use super::recipe::{CanonicalPart, Change, Digest, Frame, Head, Key, Query, Strings};
use super::signing::{Chain, Digits, Signing, hex_digits};
use super::text::{Shared, Text};
use super::writer::{Piecewise, write_canonical, write_head, write_query, write_string};
use crate::credentials::new_hmac;
use crate::protocol::signing_key::verify_mac;

/// The fields of a side, and what is computed from them.
pub(super) struct Side<F, R> {
    pub(super) fields: F,
    result: OnceCell<R>,
}

impl<F, R> Side<F, R> {
    pub(super) fn new(fields: F) -> Rc<Self> {
        Rc::new(Self { fields, result: OnceCell::new() })
    }
}

/// How a signature was made.
#[derive(Clone)]
pub(super) struct Recipe {
    pub(super) key: Rc<Side<Key, Signing>>,
    pub(super) strings: Rc<Strings>,
    pub(super) canonical: Rc<Canonical>,
}

pub(super) struct Canonical {
    pub(super) frame: Rc<Frame>,
    pub(super) query: Rc<Side<Query, Shared>>,
    pub(super) head: Rc<Side<Head, Shared>>,
    hash: OnceCell<[u8; 32]>,
}

impl Canonical {
    pub(super) fn new(
        frame: Rc<Frame>,
        query: Rc<Side<Query, Shared>>,
        head: Rc<Side<Head, Shared>>,
    ) -> Rc<Self> {
        Rc::new(Self { frame, query, head, hash: OnceCell::new() })
    }
}

impl Recipe {
    /// Returns this recipe with a mistake in it. Sides that the mistake does not change are shared.
    pub(super) fn with(&self, change: &Change) -> Self {
        let mut key = Rc::clone(&self.key);
        if change.key.is_some() {
            let mut fields = key.fields.clone();
            change.key.apply_to(&mut fields);
            key = Side::new(fields);
        }
        let mut strings = Rc::clone(&self.strings);
        if change.strings.is_some() {
            change.strings.apply_to(Rc::make_mut(&mut strings));
        }
        Self { key, strings, canonical: self.canonical.with(change) }
    }

    /// Returns the recipe with the mistakes of both: `self`, and `other`, which is `right` with
    /// `change`. What only one of them changed is taken over with its result.
    pub(super) fn and(&self, other: &Self, change: &Change, right: &Self) -> Self {
        let both = |changes: bool, mine, theirs| match (changes, mine) {
            (true, true) => Taken::Both,
            (true, false) => theirs,
            (false, _) => Taken::Mine,
        };
        let key_is_mine = !Rc::ptr_eq(&self.key, &right.key);
        let key = match both(change.key.is_some(), key_is_mine, Taken::Theirs) {
            Taken::Mine => Rc::clone(&self.key),
            Taken::Theirs => Rc::clone(&other.key),
            Taken::Both => self.with(&Change::from(change.key.clone())).key,
        };
        let mut strings = Rc::clone(&self.strings);
        if change.strings.is_some() {
            change.strings.apply_to(Rc::make_mut(&mut strings));
        }
        let changes_canonical = !Rc::ptr_eq(&other.canonical, &right.canonical);
        let canonical_is_mine = !Rc::ptr_eq(&self.canonical, &right.canonical);
        let canonical = match both(changes_canonical, canonical_is_mine, Taken::Theirs) {
            Taken::Mine => Rc::clone(&self.canonical),
            Taken::Theirs => Rc::clone(&other.canonical),
            Taken::Both => self.canonical.and(&other.canonical, change, &right.canonical),
        };
        Self { key, strings, canonical }
    }
}

enum Taken {
    Mine,
    Theirs,
    Both,
}

impl Canonical {
    fn with(self: &Rc<Self>, change: &Change) -> Rc<Self> {
        if !(change.frame.is_some() || change.query.is_some() || change.head.is_some()) {
            return Rc::clone(self);
        }
        let mut frame = Rc::clone(&self.frame);
        if change.frame.is_some() {
            change.frame.apply_to(Rc::make_mut(&mut frame));
        }
        let mut query = Rc::clone(&self.query);
        if change.query.is_some() {
            let mut fields = query.fields.clone();
            change.query.apply_to(&mut fields);
            query = Side::new(fields);
        }
        let mut head = Rc::clone(&self.head);
        if change.head.is_some() {
            let mut fields = head.fields.clone();
            change.head.apply_to(&mut fields);
            head = Side::new(fields);
        }
        Self::new(frame, query, head)
    }

    fn and(self: &Rc<Self>, other: &Self, change: &Change, right: &Self) -> Rc<Self> {
        let mut change = change.clone();
        let mut joined =
            Self::new(Rc::clone(&self.frame), Rc::clone(&self.query), Rc::clone(&self.head));
        if Rc::ptr_eq(&self.query, &right.query) && change.query.is_some() {
            change.query = Default::default();
            joined = Self::new(joined.frame.clone(), other.query.clone(), joined.head.clone());
        }
        if Rc::ptr_eq(&self.head, &right.head) && change.head.is_some() {
            change.head = Default::default();
            joined = Self::new(joined.frame.clone(), joined.query.clone(), other.head.clone());
        }
        joined.with(&change)
    }
}

/// What the string to sign has of the canonical request.
enum Digested {
    Digits([u8; 64]),
    Text(Text),
}

impl Digested {
    fn as_piece(&self) -> Piecewise<'_> {
        match self {
            Self::Digits(digits) => Piecewise::Bytes(digits),
            Self::Text(text) => Piecewise::Text(text),
        }
    }
}

/// Makes signatures by recipes, and counts what it hashes.
pub(super) struct Bench<'a> {
    headers: &'a HeaderMap,
    claims: &'a [Claim],
    /// How many bytes may still be hashed.
    budget: Cell<usize>,
    /// How many times something was skipped because the budget had too little left.
    skipped: Cell<usize>,
    /// What is hashed next. Kept, so that a search allocates little.
    buffer: RefCell<Zeroizing<Vec<u8>>>,
    prefix: OnceCell<Prefix>,
    chain: OnceCell<Chain>,
}

/// The right canonical request, hashed up to its query and up to its headers: most mistakes change
/// less than all of it.
struct Prefix {
    right: Rc<Canonical>,
    to_query: Sha256,
    to_head: Sha256,
}

/// 64 MiB.
const BUDGET: usize = 64 << 20;

impl<'a> Bench<'a> {
    pub(super) fn new(headers: &'a HeaderMap, claims: &'a [Claim]) -> Self {
        Self {
            headers,
            claims,
            budget: Cell::new(BUDGET),
            skipped: Cell::new(0),
            buffer: RefCell::default(),
            prefix: OnceCell::new(),
            chain: OnceCell::new(),
        }
    }

    /// Takes note of the right recipe, of which most recipes differ in little.
    pub(super) fn start_from(&self, right: &Recipe) {
        let (mut hasher, mut states, mut written) = (Sha256::new(), Vec::new(), 0_usize);
        self.write(&right.canonical, &mut |piece| {
            written = written.saturating_add(1);
            hasher.update(piece.as_bytes());
            // Method, path, query and headers, each with a line end behind it.
            if written == 6 || written == 8 {
                states.push(hasher.clone());
            }
        });
        if let Ok([to_query, to_head]) = <[Sha256; 2]>::try_from(states) {
            let right = Rc::clone(&right.canonical);
            let _ = self.prefix.set(Prefix { right, to_query, to_head });
        }
        let _ = self.chain.set(Chain::new(&right.key.fields));
    }

    /// Returns how many times something was not tried because it would have taken too much hashing.
    pub(super) fn skipped(&self) -> usize {
        self.skipped.get()
    }

    /// Takes `length` bytes from the budget, if it has as many.
    pub(super) fn spend(&self, length: usize) -> bool {
        let rest = self.budget.get().checked_sub(length);
        match rest {
            Some(rest) => self.budget.set(rest),
            None => self.skipped.set(self.skipped.get().saturating_add(1)),
        }
        rest.is_some()
    }

    /// Returns the claim that `recipe` makes: the signature of the request, in one of its forms.
    pub(super) fn made_by(&self, recipe: &Recipe) -> Option<&'a Claim> {
        let digest = self.digest(recipe)?;
        let key =
            recipe.key.result.get_or_init(|| Signing::new(&recipe.key.fields, self.chain.get()));
        let mut text = self.buffer.borrow_mut();
        text.clear();
        write_string(&recipe.strings, digest.as_piece(), &mut |piece| {
            text.extend_from_slice(piece.as_bytes());
        });
        if !self.spend(text.len()) {
            return None;
        }
        let (mut hmac, last) = match key {
            Signing::Keyed(hmac) => (hmac.clone(), &**text),
            Signing::Swapped(key) => (new_hmac(&text), &**key),
        };
        hmac.update(last);
        match self.claims {
            [claim] => verify_mac(hmac, &claim.mac).then_some(claim),
            claims => claims.iter().find(|claim| verify_mac(hmac.clone(), &claim.mac)),
        }
    }

    /// Returns what the string to sign has of the canonical request, or `None` if the budget is
    /// spent.
    fn digest(&self, recipe: &Recipe) -> Option<Digested> {
        if recipe.strings.digest == Digest::Unhashed {
            let canonical = self.canonical_request(recipe);
            return self.spend(canonical.len()).then_some(Digested::Text(canonical));
        }
        let hash = self.hash(&recipe.canonical)?;
        Some(match recipe.strings.digest {
            Digest::Hex | Digest::Unhashed => Digested::Digits(hex_digits(&hash, Digits::Lower)),
            Digest::UpperHex => Digested::Digits(hex_digits(&hash, Digits::Upper)),
            Digest::Base64 => Digested::Text(Text::public(&*base64::encode(&hash))),
            Digest::Bytes => Digested::Text(Text::public(hash)),
            Digest::HexTwice => {
                let hash = Sha256::digest(hex_digits(&hash, Digits::Lower)).into();
                Digested::Digits(hex_digits(&hash, Digits::Lower))
            }
        })
    }

    /// Returns the hash of a canonical request, or `None` if the budget is spent.
    pub(super) fn hash(&self, canonical: &Canonical) -> Option<[u8; 32]> {
        if let Some(hash) = canonical.hash.get() {
            return Some(*hash);
        }
        let (mut hasher, done) = self.begun(canonical);
        let mut text = self.buffer.borrow_mut();
        text.clear();
        let mut index = 0_usize;
        self.write(canonical, &mut |piece| {
            index = index.saturating_add(1);
            if index > done {
                text.extend_from_slice(piece.as_bytes());
            }
        });
        if !self.spend(text.len()) {
            return None;
        }
        hasher.update(&**text);
        let hash = hasher.finalize().into();
        Some(*canonical.hash.get_or_init(|| hash))
    }

    /// Returns a hasher that has read what `canonical` shares with the right one, and the number of
    /// its pieces.
    fn begun(&self, canonical: &Canonical) -> (Sha256, usize) {
        let Some(Prefix { right, to_query, to_head }) = self.prefix.get() else {
            return (Sha256::new(), 0);
        };
        let (frame, right_frame) = (&canonical.frame, &right.frame);
        let begins_so = Rc::ptr_eq(&frame.method, &right_frame.method)
            && Rc::ptr_eq(&frame.path, &right_frame.path)
            && Rc::ptr_eq(&canonical.query, &right.query)
            && frame.parts.starts_with(CanonicalPart::ALL)
            && frame.line_end == right_frame.line_end;
        match (begins_so, Rc::ptr_eq(&canonical.head, &right.head)) {
            (true, true) => (to_head.clone(), 8),
            (true, false) => (to_query.clone(), 6),
            (false, _) => (Sha256::new(), 0),
        }
    }

    /// Whether `other` signs the same canonical request as `right`, by the texts of its parts.
    pub(super) fn writes_the_same(&self, other: &Canonical, right: &Canonical) -> bool {
        let query = |canonical: &Canonical| -> Shared { Rc::clone(self.query(canonical)) };
        let head = |canonical: &Canonical| -> Shared { Rc::clone(self.head(canonical)) };
        let (frame, right_frame) = (&other.frame, &right.frame);
        frame.method.as_bytes() == right_frame.method.as_bytes()
            && frame.path.as_bytes() == right_frame.path.as_bytes()
            && frame.payload.as_bytes() == right_frame.payload.as_bytes()
            && frame.parts == right_frame.parts
            && frame.line_end == right_frame.line_end
            && frame.tail == right_frame.tail
            && query(other).as_bytes() == query(right).as_bytes()
            && head(other).as_bytes() == head(right).as_bytes()
    }

    /// Writes the canonical request of `recipe`.
    pub(super) fn canonical_request(&self, recipe: &Recipe) -> Text {
        self.collect(|out| self.write(&recipe.canonical, out))
    }

    /// Writes the string to sign of `recipe`.
    pub(super) fn string_to_sign(&self, recipe: &Recipe) -> Text {
        let digest = self.digest(recipe).unwrap_or(Digested::Digits([b'?'; 64]));
        self.collect(|out| write_string(&recipe.strings, digest.as_piece(), out))
    }

    fn query<'c>(&self, canonical: &'c Canonical) -> &'c Shared {
        let query = &canonical.query;
        query.result.get_or_init(|| Rc::new(write_query(&query.fields)))
    }

    /// Returns header lines and list, with a line feed after each line.
    fn head<'c>(&self, canonical: &'c Canonical) -> &'c Shared {
        let head = &canonical.head;
        head.result.get_or_init(|| Rc::new(write_head(&head.fields, self.headers, "\n")))
    }

    fn write(&self, canonical: &Canonical, out: &mut dyn FnMut(Piecewise<'_>)) {
        let frame = &canonical.frame;
        let query = self.query(canonical);
        if frame.line_end == "\n" {
            write_canonical(frame, query, self.head(canonical), out);
        } else {
            let head = write_head(&canonical.head.fields, self.headers, frame.line_end);
            write_canonical(frame, query, &head, out);
        }
    }

    fn collect(&self, write: impl FnOnce(&mut dyn FnMut(Piecewise<'_>))) -> Text {
        let mut text = Text::with_capacity(512);
        write(&mut |piece| match piece {
            Piecewise::Text(piece) => text.push_text(piece),
            Piecewise::Bytes(bytes) => text.push(bytes),
        });
        text
    }
}
