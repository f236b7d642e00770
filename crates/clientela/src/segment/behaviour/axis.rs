//! The columns and reasons of behaviour.

use std::sync::Arc;

use super::{
    Bought, brand_only, more_than, season_end_buyer, season_start_buyer, usual_companions,
};
use crate::axis::{
    Axis, Known, Verdict, choice, column, compared, exceed, in_percent, note, percent, plural,
    reach, verdict, whole, yes_no,
};
use crate::buffer::Buffer;
use crate::client::Texts;
use crate::error::Result;
use crate::ledger::columns::NameColumn;
use crate::policy::BehaviourPolicy;
use crate::portrait::Companion;
use crate::table::{Column, NO_CODE, NO_INT32, NO_NAME, Values};

/// Brands, promotions, seasons and companions.
#[derive(Debug)]
pub(crate) struct Behaviour;

impl Bought {
    /// Whether the client buys certain brands only; unknown without a column of brands.
    fn brand_only(&self, policy: &BehaviourPolicy, known: &Known<'_>) -> Option<bool> {
        known.basis.ledger.columns().extras.names(NameColumn::Brand)?;
        let (most, least) = (policy.brands, policy.min_purchases);
        brand_only(self.brands, most, self.purchases, least, self.unknown_brand)
    }

    /// The longest run of a brand; unknown where no brand of the client's is known.
    fn run(&self) -> Option<i32> {
        (self.brands > 0).then_some(self.brand_run as i32)
    }

    /// Whether the client buys mostly on promotion (S4.6).
    pub(crate) fn promo_buyer(&self, policy: &BehaviourPolicy) -> Option<bool> {
        let rest = self.purchases - self.on_promo - self.promo_unknown;
        more_than(self.on_promo, self.promo_unknown, rest, policy.promo_percent)
    }

    fn season_start(&self, policy: &BehaviourPolicy) -> Option<bool> {
        let promo = self.promo_buyer(policy);
        let seasons = !policy.seasons.is_empty();
        let least = policy.season_min_purchases;
        season_start_buyer(self.at_start, self.purchases, least, promo).filter(|_| seasons)
    }

    fn season_end(&self, policy: &BehaviourPolicy) -> Option<bool> {
        let share = policy.season_end_percent;
        let least = policy.season_min_purchases;
        let seasons = !policy.seasons.is_empty();
        season_end_buyer(self.at_end, self.purchases, least, share).filter(|_| seasons)
    }
}

/// The companions of a client on record.
struct Company {
    /// The usual ones, as bits in the order of their kinds.
    usual: u8,
    /// Purchases on record.
    records: usize,
    /// On how many of them the most frequent one was there.
    most: usize,
}

/// The companions of a client; `None` without records in the window.
fn company(known: &Known<'_>, row: usize) -> Option<Company> {
    let policy = &known.policy().behaviour;
    let since = known.basis.since(policy.window);
    let records: Vec<_> = (known.basis.records(row)?.companions.iter())
        .filter(|record| known.basis.counts(record.on, since))
        .map(|record| record.companions.as_slice())
        .collect();
    let usual = usual_companions(records.iter().copied(), policy.companion_percent);
    let with = |kind: Companion| records.iter().filter(|there| there.contains(&kind)).count();
    (!records.is_empty()).then(|| Company {
        usual: usual.iter().fold(0, |bits, &kind| bits | 1 << kind as u8),
        records: records.len(),
        most: Companion::ALL.into_iter().map(with).max().unwrap_or(0),
    })
}

fn names_of(bits: u8) -> String {
    let names = Companion::ALL.iter().zip(Companion::NAMES);
    let there = names.filter(|&(&kind, _)| bits & 1 << kind as u8 != 0);
    there.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

impl Axis for Behaviour {
    fn axes(&self) -> &'static [&'static str] {
        &["brand_only", "promo_buyer", "season_start_buyer", "season_end_buyer", "companions"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let policy = &known.policy().behaviour;
        let bought = known.basis.bought();
        let extras = &known.basis.ledger.columns().extras;
        let none = || known.basis.no_codes();
        let flags = |told: bool, fact: &(dyn Fn(&Bought) -> Option<bool> + Sync)| {
            if told { known.flags(|row| fact(&bought[row])) } else { Values::Flag(none()) }
        };
        let ratio = |told: bool, parts: &(dyn Fn(&Bought) -> (u32, u32) + Sync)| {
            Values::Float(if told {
                Arc::new(known.each(|row| {
                    let (part, all) = parts(&bought[row]);
                    if all == 0 { f64::NAN } else { f64::from(part) / f64::from(all) }
                }))
            } else {
                known.basis.no_floats()
            })
        };
        let (brands, promo) = (extras.names(NameColumn::Brand), extras.promo.is_some());
        let seasons = !policy.seasons.is_empty();
        let main_brand = match brands {
            Some(names) => Values::Name(
                Arc::new(known.each(|row| bought[row].main_brand.unwrap_or(NO_NAME))),
                Arc::new(names.names.clone()),
            ),
            None => Values::Name(known.basis.no_names(), Arc::new(Texts::default())),
        };
        let run = match brands {
            Some(_) => Arc::new(known.each(|row| bought[row].run().unwrap_or(NO_INT32))),
            None => known.basis.no_int32(),
        };
        let companions = if known.basis.declared.is_some() {
            // Only combinations that occur have a code.
            let bits: Buffer<u8> =
                known.each(|row| company(known, row).map_or(0, |company| company.usual));
            let mut codes = [NO_CODE; 64];
            let mut names = Vec::new();
            for combination in 1..64_u8 {
                if bits.contains(&combination) {
                    codes[usize::from(combination)] = names.len() as u8;
                    names.push(names_of(combination));
                }
            }
            choice(Arc::new(known.each(|row| codes[usize::from(bits[row])])), &names)
        } else {
            choice::<&str>(none(), &[])
        };
        Ok(vec![
            column(
                "main_brand",
                "R22, S4.4",
                "Brand with the most purchases wholly of it; none on a tie.",
                main_brand,
            ),
            column(
                "brand_share",
                "R22, S4.4",
                "Purchases wholly of that brand, as a ratio of those whose brands are known.",
                ratio(brands.is_some(), &|b| (b.of_main_brand, b.of_known_brands)),
            ),
            column(
                "brand_run",
                "R22, S4.4",
                "Longest run of purchase days of one brand.",
                Values::Int32(run),
            ),
            column(
                "brand_only",
                "R22, S4.4",
                "Buys certain brands only.",
                flags(brands.is_some(), &|b| b.brand_only(policy, known)),
            ),
            column(
                "promo_share",
                "R22, S4.6",
                "Purchases on promotion, as a ratio of those of which it is known.",
                ratio(promo, &|b| (b.on_promo, b.purchases - b.promo_unknown)),
            ),
            column(
                "promo_buyer",
                "R22, S4.6",
                "Buys mostly on promotion.",
                flags(promo || Bought::promo_is_settled(policy), &|b| b.promo_buyer(policy)),
            ),
            column(
                "season_start_buyer",
                "R22, S4.7",
                "Buys at the start of seasons only, and not mostly on promotion.",
                flags(seasons, &|b| b.season_start(policy)),
            ),
            column(
                "season_end_buyer",
                "R22, S4.6",
                "Buys mostly at the end of seasons.",
                flags(seasons, &|b| b.season_end(policy)),
            ),
            column("companions", "R22, S4.3", "Usual companions on a purchase.", companions),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let policy = &known.policy().behaviour;
        let bought = known.basis.bought_by(row);
        vec![
            brand_verdict(known, policy, &bought),
            promo_verdict(known, policy, &bought),
            season_start_verdict(policy, &bought),
            season_end_verdict(policy, &bought),
            companion_verdict(known, policy, row),
        ]
    }
}

fn brand_verdict(known: &Known<'_>, policy: &BehaviourPolicy, bought: &Bought) -> Verdict {
    let rule = "behaviour.brands";
    let fact = bought.brand_only(policy, known);
    let Some(names) = known.basis.ledger.columns().extras.names(NameColumn::Brand) else {
        let reason = note(rule, "R22", "The sales have no column of brands.");
        return yes_no("brand_only", None, vec![reason]);
    };
    let main = bought.main_brand.map_or_else(
        || "no brand leads".to_owned(),
        |brand| {
            format!(
                "{} leads with {} wholly of it; the longest run of one brand is {}",
                names.names.get(brand as usize),
                plural(bought.of_main_brand.into(), "purchase"),
                plural(bought.brand_run.into(), "day"),
            )
        },
    );
    let sentence = format!(
        "{} of {}; {main}. Loyal is who buys of no more than {}{}.",
        plural(bought.purchases.into(), "purchase"),
        plural(bought.brands.into(), "known brand"),
        plural(policy.brands.into(), "brand"),
        match fact {
            None if bought.unknown_brand => ", and the brand of some lines is unknown",
            None => ", and that takes more purchases to say",
            Some(_) => "",
        }
    );
    let mut reasons = vec![compared(
        rule,
        "R22",
        whole("brands", bought.brands.into(), "brands"),
        if bought.brands > u32::from(policy.brands) { ">" } else { "<=" },
        whole("most", policy.brands.into(), "brands"),
        sentence,
    )];
    let least = i64::from(policy.min_purchases);
    if fact.is_none() && i64::from(bought.purchases) < least {
        reasons.push(compared(
            "behaviour.min_purchases",
            "R22",
            whole("purchases", bought.purchases.into(), "purchases"),
            "<",
            whole("least", least, "purchases"),
            format!("Loyalty shows in {} or more.", plural(least, "purchase")),
        ));
    }
    yes_no("brand_only", fact, reasons)
}

fn promo_verdict(known: &Known<'_>, policy: &BehaviourPolicy, bought: &Bought) -> Verdict {
    let rule = "behaviour.promo";
    let told = known.basis.ledger.columns().extras.promo.is_some();
    if !told && !Bought::promo_is_settled(policy) {
        let reason = note(rule, "R22", "The sales do not say what was sold on promotion.");
        return yes_no("promo_buyer", None, vec![reason]);
    }
    let fact = bought.promo_buyer(policy);
    let (yes, unknown) = (i64::from(bought.on_promo), i64::from(bought.promo_unknown));
    let all = i64::from(bought.purchases);
    if all == 0 {
        let reason = note(rule, "R22", "No purchase in the window.");
        return yes_no("promo_buyer", None, vec![reason]);
    }
    let and_unknown =
        if unknown > 0 { format!(", of {unknown} it is unknown") } else { String::new() };
    let sentence = format!(
        "{yes} of {} on promotion{and_unknown}; a promo buyer makes more than {} so.",
        plural(all, "purchase"),
        policy.promo_percent
    );
    let reason = compared(
        rule,
        "R22",
        in_percent("promo_share", yes as f64 / all as f64),
        exceed(fact == Some(true)),
        percent("promo_percent", policy.promo_percent),
        sentence,
    );
    yes_no("promo_buyer", fact, vec![reason])
}

/// Why nothing can be said of seasons, if it cannot.
fn no_season(axis: &str, policy: &BehaviourPolicy, bought: &Bought) -> Option<Verdict> {
    let rule = "behaviour.seasons";
    if policy.seasons.is_empty() {
        let reason = note(rule, "R22", "The policy has no calendar of seasons.");
        return Some(yes_no(axis, None, vec![reason]));
    }
    let (seen, least) = (i64::from(bought.purchases), i64::from(policy.season_min_purchases));
    (seen == 0 || seen < least).then(|| {
        let sentence = format!("{}: too few to tell a season's buyer.", plural(seen, "purchase"));
        let reason = compared(
            "behaviour.season_min_purchases",
            "R22",
            whole("purchases", seen, "purchases"),
            "<",
            whole("least", least.max(1), "purchases"),
            sentence,
        );
        yes_no(axis, None, vec![reason])
    })
}

fn season_start_verdict(policy: &BehaviourPolicy, bought: &Bought) -> Verdict {
    let axis = "season_start_buyer";
    if let Some(verdict) = no_season(axis, policy, bought) {
        return verdict;
    }
    let (at_start, all) = (i64::from(bought.at_start), i64::from(bought.purchases));
    let mut reasons = vec![compared(
        "behaviour.season_start",
        "R22",
        whole("at_start", at_start, "purchases"),
        if at_start == all { "=" } else { "<" },
        whole("purchases", all, "purchases"),
        format!(
            "{at_start} of {} in the first of {} parts of a season; a season-start buyer makes \
             all there.",
            plural(all, "purchase"),
            policy.season_parts
        ),
    )];
    if at_start == all && bought.promo_buyer(policy) == Some(true) {
        reasons.push(note(
            "behaviour.season_start",
            "S4.7",
            "Buys mostly on promotion, which is another group.",
        ));
    }
    yes_no(axis, bought.season_start(policy), reasons)
}

fn season_end_verdict(policy: &BehaviourPolicy, bought: &Bought) -> Verdict {
    let axis = "season_end_buyer";
    if let Some(verdict) = no_season(axis, policy, bought) {
        return verdict;
    }
    let fact = bought.season_end(policy);
    let (at_end, all) = (i64::from(bought.at_end), i64::from(bought.purchases));
    let reason = compared(
        "behaviour.season_end",
        "R22",
        in_percent("at_end", at_end as f64 / all as f64),
        exceed(fact == Some(true)),
        percent("season_end_percent", policy.season_end_percent),
        format!(
            "{at_end} of {} in the last of {} parts of a season; a season-end buyer makes more \
             than {} there.",
            plural(all, "purchase"),
            policy.season_parts,
            policy.season_end_percent
        ),
    );
    yes_no(axis, fact, vec![reason])
}

fn companion_verdict(known: &Known<'_>, policy: &BehaviourPolicy, row: usize) -> Verdict {
    let (axis, rule) = ("companions", "behaviour.companions");
    let Some(company) = company(known, row) else {
        let reason = note(rule, "R22", "It is not on record with whom the client comes.");
        return verdict::<&str>(axis, &[], NO_CODE, vec![reason]);
    };
    let usual = names_of(company.usual);
    let sentence = format!(
        "{} on record; {} on at least {} of them.",
        plural(company.records as i64, "purchase"),
        if usual.is_empty() { "nobody" } else { usual.as_str() },
        policy.companion_percent
    );
    let reason = compared(
        rule,
        "R22",
        in_percent("share", company.most as f64 / company.records as f64),
        reach(!usual.is_empty()),
        percent("companion_percent", policy.companion_percent),
        sentence,
    );
    let code = if usual.is_empty() { NO_CODE } else { 0 };
    verdict(axis, &[usual], code, vec![reason])
}
