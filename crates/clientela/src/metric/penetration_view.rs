//! How much of what clients buy they buy of us, over the base (R25).

use serde::Deserialize;

use super::penetration::{ExclusiveShare, wallet};
use super::potential::Needs;
use super::sum::percent;
use crate::axis::column;
use crate::error::Result;
use crate::lifecycle::Stage;
use crate::table::Table;
use crate::view::{Seen, View, counts, floats, texts};

/// Both readings of penetration (R25, S2.11): the share of the wallet over clients whose
/// purchases elsewhere are declared, of all clients and of regulars; and the share of regulars
/// that buy of us only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PenetrationView {}

struct Reading {
    name: &'static str,
    population: &'static str,
    value: Option<f64>,
    known: u64,
    unknown: u64,
    cause: String,
}

/// Ours and the competitors' sales to clients of whom both are known.
#[derive(Default)]
struct Wallets {
    ours: i128,
    elsewhere: i128,
    known: u64,
    unknown: u64,
}

impl Wallets {
    fn reading(&self, population: &'static str) -> Result<Reading> {
        let value = wallet(self.ours, self.elsewhere)?.and_then(|(ours, all)| percent(ours, all));
        let cause = match value {
            Some(_) => String::new(),
            None if self.known == 0 => {
                "what clients buy elsewhere is declared of none of them".to_owned()
            }
            None => "nothing was bought of anyone".to_owned(),
        };
        let (known, unknown) = (self.known, self.unknown);
        Ok(Reading { name: "share_of_wallet", population, value, known, unknown, cause })
    }
}

fn exclusive(share: &ExclusiveShare, unknown: u64) -> Result<Reading> {
    let (only, all) = share.counts()?;
    let known = all - unknown;
    let cause = match (all, known, unknown) {
        (0, ..) => "there are no regulars".to_owned(),
        (_, 0, _) => "of no regular is it known whether it buys elsewhere".to_owned(),
        (.., 0) => String::new(),
        _ => format!(
            "of {unknown} regulars it is unknown whether they buy elsewhere; they count as if \
             they did, so the share is this or more"
        ),
    };
    let value = if known > 0 { percent(only.into(), all.into()) } else { None };
    let name = "exclusive_regulars";
    Ok(Reading { name, population: "regulars", value, known, unknown, cause })
}

impl View for PenetrationView {
    const NAME: &'static str = "penetration";
    const ABOUT: &'static str = "A reading of how much of what clients buy they buy of us.";
    const SOURCE: &'static str = "R25, S2.11";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let needs = seen.known.basis.declared.map(|_| Needs::of_all(seen.known.basis));
        let (mut all, mut regulars) = (Wallets::default(), Wallets::default());
        let mut share = ExclusiveShare { regulars: 0, supporters: 0, advocates: 0 };
        let mut undeclared = 0;
        let stages = seen.known.codes("stage");
        for (row, &stage) in stages.iter().enumerate() {
            let regular = stage >= Stage::Regular as u8;
            let need = needs.as_ref().map(|needs| needs.of(row));
            let both = need.and_then(|need| Some((need.actual, need.competitors?)));
            for sums in [Some(&mut all), regular.then_some(&mut regulars)].into_iter().flatten() {
                match both {
                    Some((ours, elsewhere)) => {
                        sums.ours += i128::from(ours);
                        sums.elsewhere += i128::from(elsewhere);
                        sums.known += 1;
                    }
                    None => sums.unknown += 1,
                }
            }
            if regular {
                undeclared += u64::from(seen.flag("exclusive", row).is_none());
                match Stage::ALL[usize::from(stage)] {
                    Stage::Supporter => share.supporters += 1,
                    Stage::Advocate => share.advocates += 1,
                    _ => share.regulars += 1,
                }
            }
        }
        let rows =
            [all.reading("all")?, regulars.reading("regulars")?, exclusive(&share, undeclared)?];
        Ok(Table::new(vec![
            column(
                "reading",
                "R25, S2.11",
                "share_of_wallet: our sales of all that clients buy; exclusive_regulars: \
                 regulars that buy of us only.",
                texts(rows.iter().map(|row| row.name)),
            ),
            column(
                "population",
                "R25, S2.11",
                "Whose: all clients, or those at the stage regular and above.",
                texts(rows.iter().map(|row| row.population)),
            ),
            column(
                "value_percent",
                "R25, S2.11",
                "The share, in per cent.",
                floats(rows.iter().map(|row| row.value)),
            ),
            column(
                "clients_known",
                "R25",
                "Clients of whom it is known what, or whether, they buy elsewhere.",
                counts(rows.iter().map(|row| Some(row.known as i64))),
            ),
            column(
                "clients_unknown",
                "R25",
                "Clients of whom it is not.",
                counts(rows.iter().map(|row| Some(row.unknown as i64))),
            ),
            column(
                "cause",
                "convention",
                "Why the share is missing or a bound; empty where nothing is.",
                texts(rows.iter().map(|row| &row.cause)),
            ),
        ]))
    }
}
