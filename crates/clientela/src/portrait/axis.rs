//! How well each client is known: the columns and reasons of portraits beside the sales.

use std::sync::Arc;

use super::{Completeness, knowledge_level};
use crate::axis::{
    Axis, Known, NO_YES, Verdict, choice, column, compared, declared, in_percent, note, quantity,
    said, verdict, whole, yes_no,
};
use crate::buffer::Buffer;
use crate::client::Texts;
use crate::error::Result;
use crate::table::{Column, NO_CODE, NO_NAME, Value, Values};

/// Kind, completeness and level of knowledge (R10, R12).
#[derive(Debug)]
pub(crate) struct KnowledgeAxis;

/// The levels of knowledge as verdicts.
pub(crate) const KNOWLEDGE_LEVELS: [&str; 4] = ["0", "1", "2", "3"];

impl Axis for KnowledgeAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["knowledge_level", "portrait_sufficient"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let basis = known.basis;
        let [kind, completeness, missing, stale, sufficient, level] = match basis.declared {
            None => {
                let names = || Values::Name(basis.no_names(), Arc::new(Texts::default()));
                [
                    choice::<&str>(known.basis.no_codes(), &[]),
                    Values::Float(basis.no_floats()),
                    names(),
                    names(),
                    Values::Flag(known.basis.no_codes()),
                    Values::Count8(known.basis.no_codes()),
                ]
            }
            Some(declared) => {
                let all = declared.portraits.completeness_columns(known.as_of());
                let (kinds, kind_names) = declared.portraits.kind_codes();
                let purchases = known.counts("purchases");
                let codes = |of: &Buffer<u8>, none: u8| -> Arc<Buffer<u8>> {
                    Arc::new(known.each(|row| declared.at(row).map_or(none, |at| of[at])))
                };
                let names = |of: &Buffer<u32>, texts: &Arc<Texts>| {
                    let code = |row| declared.at(row).map_or(NO_NAME, |at| of[at]);
                    Values::Name(Arc::new(known.each(code)), Arc::clone(texts))
                };
                let ratio = |row| declared.at(row).map_or(f64::NAN, |at| all.ratio[at]);
                let yes = |of: &Buffer<u8>, at: Option<usize>| at.is_some_and(|at| of[at] == 1);
                let level = known.each(|row| {
                    let at = declared.at(row);
                    let birth_date = yes(&all.birth_date, at);
                    knowledge_level(purchases[row] > 0, birth_date, yes(&all.nuances, at))
                });
                [
                    Values::Choice(codes(kinds, NO_CODE), Arc::clone(kind_names)),
                    Values::Float(Arc::new(known.each(ratio))),
                    names(&all.missing.codes, &all.missing.texts),
                    names(&all.stale.codes, &all.stale.texts),
                    Values::Flag(codes(&all.sufficient, 0)),
                    Values::Count8(Arc::new(level)),
                ]
            }
        };
        Ok(vec![
            column("kind", "R6, R7, R8, R9, R10", "Kind of client that the portrait is of.", kind),
            column(
                "completeness",
                "R12",
                "Weight of the filled fields over that of all that apply, as a ratio.",
                completeness,
            ),
            column("missing", "R12", "Fields that are not filled.", missing),
            column("stale", "R12, S2.20", "Fields whose values are too old.", stale),
            column(
                "portrait_sufficient",
                "R10, S2.47",
                "Says more than contact name, company details, phone and address.",
                sufficient,
            ),
            column(
                "knowledge_level",
                "R12, S0.13",
                "1: volumes, 2: and a birth date, 3: and all required fields of its kind.",
                level,
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let Some(all) = known.basis.declared else {
            let reason = || vec![note("portrait.given", "R12", "No portraits are given.")];
            return vec![
                verdict("knowledge_level", &KNOWLEDGE_LEVELS, NO_CODE, reason()),
                yes_no("portrait_sufficient", None, reason()),
            ];
        };
        let bought = known.counts("purchases")[row] > 0;
        let portrait = all.portraits.completeness_of(&known.basis.id(row), known.as_of());
        let kind = all.at(row).is_some_and(|at| all.portraits.kind_codes().0[at] != NO_CODE);
        vec![level_verdict(bought, kind, portrait.as_ref()), sufficient_verdict(portrait.as_ref())]
    }
}

fn level_verdict(bought: bool, kind: bool, portrait: Option<&Completeness>) -> Verdict {
    let birth_date = portrait.is_some_and(|portrait| portrait.birth_date);
    let nuances =
        portrait.is_some_and(|one| kind && one.required > 0 && one.missing_required.is_empty());
    let level = knowledge_level(bought, birth_date, nuances);
    let facts = [("volumes", bought), ("birth_date", birth_date), ("required_fields", nuances)];
    let known: Vec<String> = (facts.iter())
        .map(|(name, fact)| format!("{} {}", name.replace('_', " "), said(Some(*fact))))
        .collect();
    let mut reasons = vec![compared(
        "portrait.knowledge",
        "R12",
        whole("knowledge_level", level.into(), "level"),
        if level == 3 { "=" } else { "<" },
        whole("full_level", 3, "level"),
        format!("Each step stands on the one before; known: {}.", known.join(", ")),
    )];
    if let Some(portrait) = portrait {
        let ratio = portrait.ratio().unwrap_or(0.0);
        let mut parts = vec![format!(
            "{} of {} fields that apply are filled, {:.0} % by weight",
            portrait.filled,
            portrait.applicable,
            ratio * 100.0
        )];
        for (what, fields) in [
            ("required and missing", &portrait.missing_required),
            ("too old", &portrait.stale),
            ("without a date", &portrait.undated),
        ] {
            if !fields.is_empty() {
                parts.push(format!("{what}: {}", fields.join(", ")));
            }
        }
        let sentence = format!("{}.", parts.join("; "));
        reasons.push(compared(
            "portrait.completeness",
            "R12",
            in_percent("completeness", ratio),
            if portrait.missing.is_empty() { "=" } else { "<" },
            quantity("full", Value::Int(100), "%"),
            sentence,
        ));
    } else {
        reasons.push(note("portrait.completeness", "R12", "There is no portrait of the client."));
    }
    verdict("knowledge_level", &KNOWLEDGE_LEVELS, level, reasons)
}

fn sufficient_verdict(portrait: Option<&Completeness>) -> Verdict {
    let sufficient = portrait.is_some_and(|portrait| portrait.sufficient);
    let sentence = match (portrait, sufficient) {
        (None, _) => "There is no portrait of the client.",
        (_, true) => "Says more than whom to call and where.",
        (_, false) => {
            "Says no more than contact name, company details, phone and address: a list entry."
        }
    };
    let rule = "portrait.sufficient";
    let reason = declared(rule, "R10", "sufficient", Some(sufficient), sentence);
    verdict("portrait_sufficient", &NO_YES, u8::from(sufficient), vec![reason])
}
