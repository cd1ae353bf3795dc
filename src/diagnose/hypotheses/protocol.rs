//! The whole signature of another cloud, or of a protocol that is made after one.

use std::time::SystemTime;

use super::{Details, Hypotheses, detail};
use crate::diagnose::recipe::{
    Change, Encoder, FrameChange, KeyChange, Line, Part, QueryChange, StringChange,
};
use crate::diagnose::text::{Shared, public};

/// What another protocol calls its own.
struct Names {
    prefix: &'static str,
    algorithm: &'static str,
    terminator: &'static str,
}

impl Names {
    fn change(&self) -> Change {
        let terminator = Some(public(self.terminator));
        let key = KeyChange {
            prefix: Some(self.prefix),
            terminator: terminator.clone(),
            ..KeyChange::default()
        };
        let algorithm = Some(public(self.algorithm));
        let strings = StringChange { algorithm, terminator, ..StringChange::default() };
        Change { key, strings, ..Change::default() }
    }
}

impl Hypotheses<'_> {
    pub(super) fn add_protocols(&mut self) {
        self.add_aws4();
        self.add_tc3();
        self.add_acs3();
        self.add_tos4();
        for algorithm in ["VOLC4-HMAC-SHA256", "VOLC-HMAC-SHA256", "VOLCENGINE4-HMAC-SHA256"] {
            for prefix in ["VOLC4", "VOLC", "VOLCENGINE4", ""] {
                for terminator in ["volc4_request", "volc_request", "volcengine_request"] {
                    let names = Names { prefix, algorithm, terminator };
                    let change = names.change();
                    self.add_unlikely("protocol-volc4", detail("algorithm", algorithm), change);
                }
            }
        }
    }

    fn add_aws4(&mut self) {
        let names =
            Names { prefix: "AWS4", algorithm: "AWS4-HMAC-SHA256", terminator: "aws4_request" };
        let right = names.change();
        self.add_unlikely("protocol-aws4", Details::new(), right.clone());
        // Only S3 escapes a path once.
        let mut twice = Vec::new();
        Encoder { kept: b"/", ..Encoder::RIGHT }
            .write(self.right.canonical.frame.path.as_bytes(), &mut twice);
        let frame = FrameChange { path: Some(public(twice)), ..FrameChange::default() };
        self.add_unlikely("protocol-aws4", Details::new(), Change { frame, ..right.clone() });
        let frame =
            FrameChange { payload: Some(public("UNSIGNED-PAYLOAD")), ..FrameChange::default() };
        self.add_unlikely("protocol-aws4", Details::new(), Change { frame, ..right });
    }

    /// Tencent Cloud: no region, a day with dashes, a time in Unix seconds, the path always "/".
    fn add_tc3(&mut self) {
        let names =
            Names { prefix: "TC3", algorithm: "TC3-HMAC-SHA256", terminator: "tc3_request" };
        let named = names.change();
        self.add_unlikely("protocol-tc3", Details::new(), named.clone());
        let Some(x_date) = self.received.x_date() else { return };
        let (dashed, seconds) = dashed_day_and_seconds(x_date.as_str(), x_date.into());
        let without_region: &[Part] = &[Part::Day, Part::Service, Part::Terminator];
        for (day, date) in [
            (Some(dashed.clone()), Some(seconds.clone())),
            (Some(dashed), None),
            (None, Some(seconds)),
            (None, None),
        ] {
            for has_region in [false, true] {
                let steps = (!has_region).then_some(without_region);
                let key = KeyChange { day: day.clone(), steps, ..named.key.clone() };
                let strings = StringChange {
                    day: day.clone(),
                    date: date.clone(),
                    scope: steps,
                    ..named.strings.clone()
                };
                let change = Change { key, strings, ..Change::default() };
                for frame in self.frames_of_tc3() {
                    self.add_unlikely(
                        "protocol-tc3",
                        Details::new(),
                        Change { frame, ..change.clone() },
                    );
                }
            }
        }
    }

    fn frames_of_tc3(&self) -> Vec<FrameChange> {
        let mut frames = vec![FrameChange::default()];
        if self.right.canonical.frame.path.as_bytes() != b"/" {
            frames.push(FrameChange { path: Some(public("/")), ..FrameChange::default() });
        }
        frames
    }

    /// Alibaba Cloud: algorithm and hash only, signed by the secret itself.
    fn add_acs3(&mut self) {
        let lines: &[Line] = &[Line::Algorithm, Line::Digest];
        let key = KeyChange { steps: Some(&[]), ..KeyChange::default() };
        let strings = StringChange {
            algorithm: Some(public("ACS3-HMAC-SHA256")),
            lines: Some(lines),
            ..StringChange::default()
        };
        let change = Change { key, strings, ..Change::default() };
        self.add_unlikely("protocol-acs3", Details::new(), change.clone());
        let unsorted = QueryChange {
            order: Some(crate::diagnose::recipe::Order::AsSent),
            ..QueryChange::default()
        };
        self.add_unlikely("protocol-acs3", Details::new(), Change { query: unsorted, ..change });
    }

    /// The object storage: other names of headers, and a payload that may be unsigned.
    fn add_tos4(&mut self) {
        let algorithm = Some(public("TOS4-HMAC-SHA256"));
        let strings = StringChange { algorithm, ..StringChange::default() };
        let payload = Some(public("UNSIGNED-PAYLOAD"));
        let frame = FrameChange { payload, ..FrameChange::default() };
        let whole = Change { strings: strings.clone(), frame: frame.clone(), ..Change::default() };
        self.add_unlikely("protocol-tos4", Details::new(), whole.clone());
        let terminator = Some(public("tos4_request"));
        let ends = |change: Change| Change {
            key: KeyChange {
                prefix: Some("TOS4"),
                terminator: terminator.clone(),
                ..KeyChange::default()
            },
            strings: StringChange { terminator: terminator.clone(), ..change.strings },
            ..change
        };
        self.add_unlikely("protocol-tos4", Details::new(), ends(whole));
        self.add_unlikely("protocol-tos4", Details::new(), ends(Change::from(strings)));
    }
}

fn dashed_day_and_seconds(x_date: &str, time: SystemTime) -> (Shared, Shared) {
    let digits = |range| x_date.get(range).unwrap_or_default();
    let dashed = [digits(0..4), "-", digits(4..6), "-", digits(6..8)].concat();
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    (public(dashed), public(seconds.to_string()))
}
