//! What the purchases of one client show, read from its lines.

use super::{longest_run, part_of_season};
use crate::calendar::Day;
use crate::census::history::{Histories, Scratch};
use crate::census::plan::{Days, Plan, window_start};
use crate::ledger::Ledger;
use crate::ledger::columns::NameColumn;
use crate::money::Percent;
use crate::policy::{BehaviourPolicy, Policy};
use crate::table::{NO_CODE, NO_NAME};

/// Counts over the purchases of the window.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bought {
    /// Purchases in the window.
    pub(crate) purchases: u32,
    /// Known brands of all lines.
    pub(crate) brands: u32,
    /// Whether the brand of a line is unknown.
    pub(crate) unknown_brand: bool,
    /// The brand with the most purchases wholly of it; `None` on a tie.
    pub(crate) main_brand: Option<u32>,
    /// Purchases wholly of one brand, for the brand with the most of them.
    pub(crate) of_main_brand: u32,
    /// Purchases all of whose brands are known.
    pub(crate) of_known_brands: u32,
    /// Longest run of purchase days of one brand.
    pub(crate) brand_run: u32,
    pub(crate) on_promo: u32,
    pub(crate) promo_unknown: u32,
    pub(crate) at_start: u32,
    pub(crate) at_end: u32,
}

/// Reads one client after another.
pub(crate) struct Reader<'a> {
    histories: Histories<'a>,
    since: i32,
    /// Where in a season each day lies, where there is a calendar.
    parts: Option<Days>,
}

impl Bought {
    /// Whether the ledger or the policy has anything to tell.
    pub(crate) fn told(ledger: &Ledger, policy: &Policy) -> bool {
        let extras = &ledger.columns().extras;
        extras.names(NameColumn::Brand).is_some()
            || extras.promo.is_some()
            || Self::promo_is_settled(&policy.behaviour)
            || !policy.behaviour.seasons.is_empty()
    }

    /// Whether nobody can buy so much on promotion, so that it need not be known.
    pub(crate) fn promo_is_settled(policy: &BehaviourPolicy) -> bool {
        policy.promo_percent >= Percent::whole(100)
    }

    pub(crate) fn reader<'a>(ledger: &'a Ledger, plan: &'a Plan<'_>) -> Reader<'a> {
        let policy = &plan.policy.behaviour;
        // Two bits: at the start, at the end.
        let part = |day: Day| {
            let part = part_of_season(day, &policy.seasons, policy.season_parts);
            i32::from(part.start) | i32::from(part.end) << 1
        };
        Reader {
            histories: Histories::new(ledger, plan),
            since: window_start(policy.window, plan.as_of),
            parts: (!policy.seasons.is_empty()).then(|| plan.days(part)),
        }
    }
}

impl Reader<'_> {
    /// What the purchases of a client, by its position in the ledger, show.
    pub(crate) fn read(&self, client: usize, scratch: &mut Scratch) -> Bought {
        let extras = &self.histories.ledger.columns().extras;
        let mut bought = Bought::default();
        // Purchases wholly of a brand, by brand.
        let mut wholly: Vec<(u32, u32)> = Vec::new();
        let mut brands: Vec<u32> = Vec::new();
        // Purchase days, and the one brand of each.
        let mut days: Vec<(i32, Option<u32>)> = Vec::new();
        self.histories.purchases(client, scratch, |day, rows| {
            if day < self.since {
                return;
            }
            bought.purchases += 1;
            if let Some(names) = extras.names(NameColumn::Brand) {
                let codes = || rows.iter().map(|&row| names.codes[row as usize]);
                let known = codes().all(|code| code != NO_NAME);
                bought.unknown_brand |= !known;
                bought.of_known_brands += u32::from(known);
                brands.extend(codes().filter(|&code| code != NO_NAME));
                let mut all = codes();
                let first = all.next().filter(|&code| code != NO_NAME);
                let one = first.filter(|&first| all.all(|code| code == first));
                if let Some(one) = one {
                    match wholly.iter_mut().find(|(brand, _)| *brand == one) {
                        Some((_, count)) => *count += 1,
                        None => wholly.push((one, 1)),
                    }
                }
                match days.last_mut() {
                    Some((last, brand)) if *last == day => {
                        if *brand != one {
                            *brand = None;
                        }
                    }
                    _ => days.push((day, one)),
                }
            }
            let promo = extras.promo.as_ref();
            let promo = |row: &u32| promo.map_or(NO_CODE, |flags| flags[*row as usize]);
            if rows.iter().any(|row| promo(row) == 1) {
                bought.on_promo += 1;
            } else if rows.iter().any(|row| promo(row) == NO_CODE) {
                bought.promo_unknown += 1;
            }
            if let Some(parts) = &self.parts {
                let part = parts.get(day);
                bought.at_start += u32::from(part & 1 != 0);
                bought.at_end += u32::from(part & 2 != 0);
            }
        });
        brands.sort_unstable();
        brands.dedup();
        bought.brands = brands.len() as u32;
        bought.of_main_brand = wholly.iter().map(|&(_, count)| count).max().unwrap_or(0);
        let mut main = wholly.iter().filter(|&&(_, count)| count == bought.of_main_brand);
        bought.main_brand = match (main.next(), main.next()) {
            (Some(&(brand, _)), None) => Some(brand),
            _ => None,
        };
        bought.brand_run = longest_run(days.into_iter().map(|(_, brand)| brand));
        bought
    }
}
