//! Mistakes in the chain that derives the signing key.

use super::{Hypotheses, Manner, detail};
use crate::diagnose::finding::Phrase;
use crate::diagnose::recipe::{Change, HexKeys, KeyChange, Part, StringChange, Swapped};
use crate::diagnose::text::public;

use Part::{Day, Region, Service, Terminator};

impl Hypotheses<'_> {
    pub(super) fn add_chains(&mut self) {
        self.add_terminators();
        for (english, chinese, hex) in HEX {
            let change = KeyChange { hex: Some(*hex), ..KeyChange::default() };
            self.add("chain-hex", detail("what", (*english, *chinese)), change);
        }
        for (english, chinese, swapped) in SWAPPED {
            let change = KeyChange { swapped: Some(*swapped), ..KeyChange::default() };
            self.add("chain-arguments-swapped", detail("what", (*english, *chinese)), change);
        }
        for (id, table) in
            [("chain-none", NO_CHAIN), ("chain-step-missing", MISSING), ("chain-order", ORDERS)]
        {
            for steps in table {
                let change = KeyChange { steps: Some(steps), ..KeyChange::default() };
                let missing: Vec<_> =
                    Part::ALL.iter().filter(|part| !steps.contains(part)).copied().collect();
                let named = if id == "chain-order" { steps } else { &missing[..] };
                self.add(id, detail("what", names(named)), change);
            }
        }
    }

    fn add_terminators(&mut self) {
        let stated = self.received.stated.terminator.clone();
        if let Some(stated) = stated.filter(|stated| stated != "request") {
            self.add_terminator(&stated, true);
        }
        for terminator in TERMINATORS {
            self.add_terminator(terminator, false);
        }
        let without = &[Day, Region, Service];
        let key = KeyChange { steps: Some(without), ..KeyChange::default() };
        let strings = StringChange { scope: Some(without), ..StringChange::default() };
        let nothing = || detail("terminator", ("empty", "空"));
        self.add(
            "terminator",
            nothing(),
            Change { key, strings: strings.clone(), ..Change::default() },
        );
        self.add("terminator", nothing(), strings);
    }

    fn add_terminator(&mut self, terminator: &str, is_stated: bool) {
        let text = public(terminator);
        let key = KeyChange { terminator: Some(text.clone()), ..KeyChange::default() };
        let strings = StringChange { terminator: Some(text), ..StringChange::default() };
        let details = detail("terminator", self.name(terminator));
        let manner = if is_stated { Manner::Stated } else { Manner::Both };
        self.add_in_both("terminator", &details, [key.into(), strings.into()], manner);
    }
}

fn names(parts: &[Part]) -> Phrase {
    let join = |name: fn(&Part) -> &'static str, separator| {
        parts.iter().map(name).collect::<Vec<_>>().join(separator)
    };
    let english = join(
        |part| match part {
            Day => "date",
            Region => "region",
            Service => "service",
            Terminator => "request",
            Part::AccessKeyId => "access key id",
        },
        ", ",
    );
    let chinese = join(
        |part| match part {
            Day => "日期",
            Region => "区域",
            Service => "服务名",
            Terminator => "request",
            Part::AccessKeyId => "访问密钥 ID",
        },
        "、",
    );
    Phrase::from((english, chinese))
}

/// What ends the scope of other clouds, and what is made after it.
const TERMINATORS: &[&str] = &[
    "aws4_request",
    "volc_request",
    "volc4_request",
    "tc3_request",
    "Request",
    "REQUEST",
    "aws_request",
    "volcengine_request",
    "volcengine4_request",
    "tos4_request",
    "tos_request",
    "acs3_request",
    "aliyun_v4_request",
    "sdk_request",
    "v4_request",
    "hmac_request",
    "ks4_request",
    "goog4_request",
    "jdcloud2_request",
    "hmac_sha256_request",
    "requests",
    "_request",
    "volc_v4_request",
    "VOLC_REQUEST",
    "AWS4_REQUEST",
    "",
];

const HEX: &[(&str, &str, HexKeys)] = &[
    ("every key", "每一步", HexKeys::All),
    ("the last key", "最后一步", HexKeys::Last),
    ("every key but the last", "除最后一步外的每一步", HexKeys::AllButLast),
    ("every key, in upper case", "每一步（大写）", HexKeys::AllUpper),
    ("the last key, in upper case", "最后一步（大写）", HexKeys::LastUpper),
];

const SWAPPED: &[(&str, &str, Swapped)] = &[
    ("everywhere", "所有步骤", Swapped::Everywhere),
    ("in the key derivation", "派生密钥时", Swapped::InTheChain),
    ("in the last step", "最后一步", Swapped::InTheLast),
];

type Steps = &'static [Part];

const NO_CHAIN: &[Steps] = &[&[], &[Day], &[Region], &[Service], &[Terminator]];

const MISSING: &[Steps] = &[
    &[Day, Region, Service],
    &[Day, Service, Terminator],
    &[Region, Service, Terminator],
    &[Day, Region, Terminator],
    &[Day, Terminator],
    &[Day, Service],
    &[Day, Region],
    &[Service, Terminator],
    &[Region, Service],
    &[Region, Terminator],
];

const ORDERS: &[Steps] = &[
    &[Day, Service, Region, Terminator],
    &[Terminator, Service, Region, Day],
    &[Region, Day, Service, Terminator],
    &[Service, Region, Day, Terminator],
    &[Region, Service, Day, Terminator],
    &[Service, Day, Region, Terminator],
    &[Terminator, Day, Region, Service],
    &[Day, Region, Terminator, Service],
    &[Day, Service, Terminator, Region],
    &[Day, Terminator, Region, Service],
    &[Day, Terminator, Service, Region],
    &[Region, Day, Terminator, Service],
    &[Region, Service, Terminator, Day],
    &[Region, Terminator, Day, Service],
    &[Region, Terminator, Service, Day],
    &[Service, Day, Terminator, Region],
    &[Service, Region, Terminator, Day],
    &[Service, Terminator, Day, Region],
    &[Service, Terminator, Region, Day],
    &[Terminator, Day, Service, Region],
    &[Terminator, Region, Day, Service],
    &[Terminator, Region, Service, Day],
    &[Terminator, Service, Day, Region],
];
