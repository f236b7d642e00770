//! How often clients are woken, and by how many ways (R45, S2.17, S4.13).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::axis::column;
use crate::calendar::{Day, Step};
use crate::error::Result;
use crate::journal::{Channel, Content, Touch};
use crate::table::Table;
use crate::view::{self, Seen, View};

/// How often clients are woken: a row per calendar month of `outreach.cadence_window` that
/// begins in it, up to the running one.
///
/// An initiative is a campaign with a touch in the month, days of promotion that begin in it
/// under a name of their own, or one day's offers or invitations without a campaign. What a
/// trigger asked for is a talk with one client and no initiative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cadence {}

/// What makes an initiative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Initiative<'a> {
    /// A campaign or promotion by name.
    Named(&'a str),
    /// Offers or invitations of a day.
    Day(Day, Content),
}

/// What a month has.
#[derive(Debug, Default)]
struct Month<'a> {
    initiatives: BTreeSet<Initiative<'a>>,
    channels: BTreeSet<Channel>,
    touches: i64,
    offers: i64,
    useful: i64,
}

/// The initiative that a touch is part of.
fn initiative(touch: &Touch) -> Option<Initiative<'_>> {
    let wakes = touch.content.is_offer() || touch.content == Content::EventInvitation;
    match (&touch.campaign, &touch.trigger) {
        (Some(campaign), _) => Some(Initiative::Named(campaign)),
        (None, None) if wakes => Some(Initiative::Day(touch.on, touch.content)),
        _ => None,
    }
}

impl View for Cadence {
    const NAME: &'static str = "cadence";
    const ABOUT: &'static str = "A calendar month, and how clients were woken in it.";
    const SOURCE: &'static str = "R45, S2.17, S4.13";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of();
        let policy = &seen.policy().outreach;
        let since = seen.known.basis.since(Some(policy.cadence_window));
        let entries = seen.journal.entries();
        let this = as_of.period(Step::Month);
        let first = Day::new(since).map_or(this, |day| {
            let month = day.period(Step::Month);
            if Step::Month.first_day(month) == day { month } else { month + 1 }
        });
        let months = if entries.touches.is_empty() && entries.promo_days.is_empty() {
            Vec::new()
        } else {
            (first.min(this)..=this).collect()
        };
        let mut told: BTreeMap<i32, Month<'_>> =
            months.iter().map(|&month| (month, Month::default())).collect();
        for touch in entries.touches.iter().filter(|touch| touch.on <= as_of) {
            let Some(month) = told.get_mut(&touch.on.period(Step::Month)) else { continue };
            month.initiatives.extend(initiative(touch));
            month.channels.insert(touch.channel);
            month.touches += 1;
            month.offers += i64::from(touch.content.is_offer());
            month.useful += i64::from(touch.content == Content::Useful);
        }
        for days in entries.promo_days.iter().filter(|days| days.from <= as_of) {
            if let Some(month) = told.get_mut(&days.from.period(Step::Month)) {
                month.initiatives.insert(Initiative::Named(&days.name));
            }
        }
        let complete = |month: i32| Step::Month.last_day(month) <= as_of;
        let enough = |month: i32, told: &Month<'_>| {
            let enough = told.initiatives.len() >= usize::from(policy.initiatives_per_month);
            // While the month runs there may be more.
            (enough || complete(month)).then_some(enough)
        };
        let count = |of: &dyn Fn(&Month<'_>) -> i64| {
            view::counts(told.values().map(|month| Some(of(month))))
        };
        Ok(Table::new(vec![
            column(
                "begins",
                "S2.17",
                "First day of the month.",
                view::days(months.iter().map(|&month| Some(Step::Month.first_day(month)))),
            ),
            column(
                "complete",
                "convention",
                "Whether the month has passed.",
                view::flags(months.iter().map(|&month| Some(complete(month)))),
            ),
            column(
                "initiatives",
                "R45, S2.17",
                "Campaigns, promotions, and offers or invitations without a campaign.",
                count(&|month| month.initiatives.len() as i64),
            ),
            column("touches", "R45", "Messages and calls.", count(&|month| month.touches)),
            column("offers", "S2.16", "Those that offer something for sale.", count(&|m| m.offers)),
            column("useful", "S2.16", "Those of use that sell nothing.", count(&|m| m.useful)),
            column(
                "channels",
                "S4.13",
                "Different ways that were used.",
                count(&|month| month.channels.len() as i64),
            ),
            column(
                "enough",
                "R45, S2.17",
                "Whether there were enough initiatives; missing while that may change.",
                view::flags(told.iter().map(|(&month, told)| enough(month, told))),
            ),
        ]))
    }
}
