//! The columns and reasons of key clients.

use std::sync::Arc;

use super::totals::PartReader;
use super::{KeyScope, KeySign, is_key, key_by_share};
use crate::axis::{
    Axis, Known, Reason, Verdict, column, compared, declared, exceed, flag, in_percent, note,
    percent, ratio, reach, yes_no,
};
use crate::census::basis::FlagField;
use crate::census::history::Scratch;
use crate::client::Texts;
use crate::error::Result;
use crate::ledger::columns::NameColumn;
use crate::metric::{Need, Needs};
use crate::table::{Column, NO_NAME, Values};
use crate::truth::all;

/// The five signs of a key client.
#[derive(Debug)]
pub(crate) struct KeyAxis;

/// A share of sales that makes a client key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Share {
    /// Whether it is the share of the client's group.
    pub(super) of_group: bool,
    pub(super) scope: KeyScope,
    /// Of the department or manager, or of the group at company scope; else empty.
    pub(super) name: String,
    pub(super) amount: i128,
    pub(super) total: i128,
}

/// All shares of a client and its group that make it key, widest scope first.
pub(super) fn shares(
    known: &Known<'_>,
    reader: &PartReader<'_>,
    scratch: &mut Scratch,
    amount: i64,
    row: usize,
) -> Vec<Share> {
    let policy = &known.policy().key;
    let totals = &known.cuts.key;
    let mut found = Vec::new();
    let mut hold = |of_group, scope, name: &str, amount: i128| {
        let total = totals.total(scope, name);
        if key_by_share(amount, total, policy.share_percent, policy.strict) {
            found.push(Share { of_group, scope, name: name.to_owned(), amount, total });
        }
    };
    hold(false, KeyScope::Company, "", amount.into());
    if PartReader::told(known.basis) {
        let parts = reader.read(known.basis.client(row), scratch);
        let extras = &known.basis.ledger.columns().extras;
        for (scope, sums, names) in [
            (KeyScope::Department, parts.departments, extras.names(NameColumn::Department)),
            (KeyScope::Manager, parts.managers, extras.names(NameColumn::Manager)),
        ] {
            let Some(names) = names else { continue };
            let mut sums = sums;
            // Names are numbered in their order.
            sums.sort_unstable();
            for (code, sum) in sums {
                hold(false, scope, names.names.get(code as usize), sum.into());
            }
        }
    }
    if let Some((name, group)) = group(known, row) {
        hold(true, KeyScope::Company, name, group.company);
        for (scope, sums) in
            [(KeyScope::Department, &group.departments), (KeyScope::Manager, &group.managers)]
        {
            for (name, &amount) in sums {
                hold(true, scope, name, amount);
            }
        }
    }
    found
}

/// The group of a client, if two or more clients are in it.
pub(super) fn group<'a>(
    known: &Known<'a>,
    row: usize,
) -> Option<(&'a str, &'a super::GroupTotals)> {
    if !known.policy().key.groups {
        return None;
    }
    let field = known.basis.names("group");
    let name = field.name(field.get(row)?)?;
    let (name, group) = known.cuts.key.groups.get_key_value(name)?;
    (group.clients >= 2).then_some((name.as_str(), group))
}

/// What the four signs beside sales rest on.
pub(super) struct Signs<'a> {
    known: &'a Known<'a>,
    pub(super) needs: Needs<'a>,
    famous: FlagField<'a>,
    may_name: FlagField<'a>,
    innovator: FlagField<'a>,
    demanding: FlagField<'a>,
}

impl<'a> Signs<'a> {
    pub(super) fn new(known: &'a Known<'a>, needs: Needs<'a>) -> Self {
        let flags = |field| known.basis.flags(field);
        Self {
            known,
            needs,
            famous: flags("famous"),
            may_name: flags("reference_allowed"),
            innovator: flags("innovator"),
            demanding: flags("demanding"),
        }
    }

    /// Potential, fame, innovation, demand.
    pub(super) fn of(&self, row: usize) -> [Option<bool>; 4] {
        let total = self.known.cuts.key.company;
        let least = self.known.policy().key.potential_percent;
        let headroom = self.needs.of(row).headroom().filter(|_| total > 0);
        [
            headroom.map(|headroom| least.reached_by(headroom.into(), total)),
            all(&[self.famous.get(row), self.may_name.get(row)]),
            self.innovator.get(row),
            self.demanding.get(row),
        ]
    }
}

impl Axis for KeyAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["key"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let amounts = known.basis.amounts(known.policy().key.window);
        let total = known.cuts.key.company;
        let reader = PartReader::new(known.basis);
        let by_sales = known.basis.read(|scratch, row| {
            u8::from(!shares(known, &reader, scratch, amounts[row], row).is_empty())
        });
        let others: [Arc<_>; 4] = if known.basis.declared.is_some() {
            let signs = Signs::new(known, Needs::of_all(known.basis));
            let all = known.each(|row| signs.of(row).map(flag));
            std::array::from_fn(|sign| Arc::new(all.iter().map(|signs| signs[sign]).collect()))
        } else {
            std::array::from_fn(|_| known.basis.no_codes())
        };
        let key = known.flags(|row| {
            let of = |codes: &[u8]| (codes[row] <= 1).then(|| codes[row] == 1);
            let [potential, fame, innovation, demand] = &others;
            is_key([of(&by_sales), of(potential), of(fame), of(innovation), of(demand)])
        });
        let share = known.each(|row| if total > 0 { ratio(amounts[row], total) } else { f64::NAN });
        let (groups, group_shares) = if known.basis.declared.is_some() {
            let field = known.basis.names("group");
            let names = field.names();
            let codes = known.each(|row| field.get(row).unwrap_or(NO_NAME));
            let shares = known.each(|row| match group(known, row) {
                Some((_, group)) if total > 0 => group.company as f64 / total as f64,
                _ => f64::NAN,
            });
            (Values::Name(Arc::new(codes), names), Arc::new(shares))
        } else {
            let none = Values::Name(known.basis.no_names(), Arc::new(Texts::default()));
            (none, known.basis.no_floats())
        };
        let [potential, fame, innovation, demand] = others.map(Values::Flag);
        let by_sales = Values::Flag(Arc::new(by_sales));
        Ok(vec![
            column("key", "R19", "A key client: any of five signs holds.", key),
            column("key_by_sales", "R19, S2.39", "Key by its share of sales.", by_sales),
            column("key_by_potential", "R19, S2.40", "Key by what it could buy.", potential),
            column("key_by_fame", "R19, S2.41", "Key as a name to refer to.", fame),
            column("key_by_innovation", "R19, S2.41", "Key as an innovator.", innovation),
            column("key_by_demand", "R19, S2.41", "Key as a demanding client.", demand),
            column(
                "sales_share",
                "S2.39",
                "Share of the firm's sales in the window of key clients, as a ratio.",
                Values::Float(Arc::new(share)),
            ),
            column("group", "R19, R32", "The group that the client belongs to.", groups),
            column(
                "group_share",
                "R19, R32",
                "The group's share of those sales, as a ratio; of groups of two or more clients.",
                Values::Float(group_shares),
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let policy = &known.policy().key;
        let amount = known.basis.amount(policy.window, row);
        let reader = PartReader::new(known.basis);
        let shares = shares(known, &reader, &mut Scratch::default(), amount, row);
        let declared_signs = Signs::new(known, Needs::one_by_one(known.basis));
        let others = declared_signs.of(row);
        let need = declared_signs.needs.of(row);
        let mut signs = [None; 5];
        signs[0] = Some(!shares.is_empty());
        signs[1..].copy_from_slice(&others);

        let mut reasons: Vec<Reason> = shares.iter().map(|share| by_share(known, share)).collect();
        if shares.is_empty() {
            reasons.push(below_share(known, amount));
        }
        reasons.extend(by_potential(known, &need, others[0]));
        let (famous, may_name) = (declared_signs.famous, declared_signs.may_name);
        reasons.extend(by_fame(famous.get(row), may_name.get(row)));
        for (sign, rule, field, text) in [
            (others[2], "key.innovation", "innovator", "An innovator: buys what is new."),
            (others[3], "key.demand", "demanding", "Demanding: makes the whole firm work well."),
        ] {
            if sign == Some(true) {
                reasons.push(declared(rule, "R19", field, sign, text));
            }
        }
        let unknown: Vec<&str> = (KeySign::NAMES.iter().zip(signs))
            .filter(|(_, sign)| sign.is_none())
            .map(|(&name, _)| name)
            .collect();
        let key = is_key(signs);
        if key.is_none() {
            let unknown = unknown.join(", ");
            let sentence = format!("No sign holds of those that are known; not known: {unknown}.");
            reasons.push(note("key.unknown", "R19", sentence));
        }
        vec![yes_no("key", key, reasons)]
    }
}

fn by_share(known: &Known<'_>, share: &Share) -> Reason {
    let policy = &known.policy().key;
    let seen = share.amount as f64 / share.total as f64;
    let who = match (share.of_group, share.scope) {
        (true, KeyScope::Company) => format!("The group {}", share.name),
        (true, _) => "The client's group".to_owned(),
        _ => "The client".to_owned(),
    };
    let scope = match share.scope {
        KeyScope::Company => "the firm's sales".to_owned(),
        KeyScope::Department => format!("the sales of department {}", share.name),
        KeyScope::Manager => format!("the sales of manager {}", share.name),
    };
    compared(
        if share.of_group { "key.sales.group" } else { "key.sales" },
        "R19",
        in_percent("share", seen),
        if policy.strict { ">" } else { ">=" },
        percent("share_percent", policy.share_percent),
        format!(
            "{who} brings {:.1} % of {scope}{}; {} {} makes a key client.",
            seen * 100.0,
            over(known),
            if policy.strict { "more than" } else { "at least" },
            policy.share_percent
        ),
    )
}

/// The window in words.
fn over(known: &Known<'_>) -> String {
    known.policy().key.window.map_or_else(String::new, |window| format!(" in the last {window}"))
}

fn below_share(known: &Known<'_>, amount: i64) -> Reason {
    let policy = &known.policy().key;
    let total = known.cuts.key.company;
    if total == 0 {
        return note("key.sales", "R19", "The firm has no sales in the window to take a share of.");
    }
    let seen = ratio(amount, total);
    compared(
        "key.sales",
        "R19",
        in_percent("share", seen),
        if policy.strict { "<=" } else { "<" },
        percent("share_percent", policy.share_percent),
        format!(
            "Brings {:.1} % of the firm's sales{}, which is {} {}.",
            seen * 100.0,
            over(known),
            if policy.strict { "not more than" } else { "less than" },
            policy.share_percent
        ),
    )
}

fn by_potential(known: &Known<'_>, need: &Need, sign: Option<bool>) -> Option<Reason> {
    let policy = &known.policy().key;
    let (headroom, total) = (need.headroom()?, known.cuts.key.company);
    let sign = sign?;
    let seen = ratio(headroom, total);
    Some(compared(
        "key.potential",
        "R19",
        in_percent("headroom_share", seen),
        reach(sign),
        percent("potential_percent", policy.potential_percent),
        format!(
            "Could buy {} more, {:.1} % of the firm's sales; from {} on it is a sign.",
            known.amount_text(headroom),
            seen * 100.0,
            policy.potential_percent
        ),
    ))
}

fn by_fame(famous: Option<bool>, may_name: Option<bool>) -> Option<Reason> {
    let sentence = match (famous, may_name) {
        (Some(true), Some(true)) => "Widely known, and the firm may name it.",
        (Some(true), Some(false)) => "Widely known, but the firm may not name it.",
        (Some(true), None) => "Widely known, but whether the firm may name it is unknown.",
        _ => return None,
    };
    let sign = all(&[famous, may_name]);
    Some(declared("key.fame", "R19", "famous and reference_allowed", sign, sentence))
}

/// The warning of too many innovators (S2.41).
pub(crate) fn too_many_innovators(
    known: &Known<'_>,
    innovators: u64,
    clients: u64,
) -> Option<Reason> {
    let most = known.policy().key.innovator_percent;
    most.exceeded_by(innovators.into(), clients.into()).then(|| {
        compared(
            "key.innovators",
            "S2.41",
            crate::axis::whole("innovators", innovators as i64, "clients"),
            exceed(true),
            percent("innovator_percent", most),
            format!(
                "{innovators} of {clients} clients are declared innovators; about {most} are \
                 expected, so look again at who was declared."
            ),
        )
    })
}
