//! What findings are judged by.

use rayon::prelude::*;

use crate::calendar::{Day, Span, Step};
use crate::census::facts::CHUNK;
use crate::census::history::Scratch;
use crate::census::plan::window_start;
use crate::journal::{FirmActivity, Touch};
use crate::outreach::Contacts;
use crate::portrait::Interaction;
use crate::risk::sales::{Marks, WindowSales};
use crate::table::{NO_INT32, Values};
use crate::view::Seen;

/// A touch or a talk.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    Touch(&'a Touch),
    Talk(&'a Interaction),
}

/// Something between us and a client, up to the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) row: usize,
    pub(super) on: Day,
    pub(super) what: What<'a>,
}

impl Event<'_> {
    pub(super) fn staff(&self) -> Option<&str> {
        match self.what {
            What::Touch(touch) => touch.staff.as_deref(),
            What::Talk(talk) => talk.staff.as_deref(),
        }
    }

    /// Whether it spoke to the client and arrived.
    pub(super) fn in_person(&self) -> bool {
        match self.what {
            What::Touch(touch) => !touch.channel.is_broadcast() && touch.reached != Some(false),
            What::Talk(_) => true,
        }
    }
}

/// Sales by complete period of `risk.decline_step`.
pub(super) struct Periods {
    pub(super) step: Step,
    /// The first period with a line.
    pub(super) first: i32,
    /// The last complete one.
    pub(super) last: i32,
    /// Net amounts from the first to the last.
    sums: Vec<i128>,
    /// Of each client in the last period but one and in the last.
    pub(super) two: Vec<[i64; 2]>,
}

impl Periods {
    fn of(seen: &Seen<'_>) -> Option<Self> {
        let (basis, step) = (seen.known.basis, seen.policy().risk.decline_step);
        let first = basis.ledger.first_day()?.period(step);
        let last = step.last_complete(seen.as_of());
        if last < first {
            return None;
        }
        let count = (last - first + 1) as usize;
        let columns = basis.ledger.columns();
        let (histories, numbers) = (seen.histories(), basis.plan.days(|day| day.period(step)));
        let starts: Vec<usize> = (0..seen.rows()).step_by(CHUNK).collect();
        let parts = starts.into_par_iter().map_init(Scratch::default, |scratch, start| {
            let mut sums = vec![0_i128; count];
            let end = seen.rows().min(start + CHUNK);
            let two: Vec<[i64; 2]> = (start..end)
                .map(|row| {
                    let mut two = [0; 2];
                    for &line in histories.counted(basis.client(row), scratch) {
                        let period = numbers.get(columns.days[line as usize]);
                        if period > last {
                            break;
                        }
                        let amount = columns.amounts[line as usize];
                        sums[(period - first) as usize] += i128::from(amount);
                        if period >= last - 1 {
                            two[(period + 1 - last) as usize] += amount;
                        }
                    }
                    two
                })
                .collect();
            (sums, two)
        });
        let (mut sums, mut two) = (vec![0; count], Vec::with_capacity(seen.rows()));
        for (part, of_clients) in parts.collect::<Vec<_>>() {
            sums.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
            two.extend(of_clients);
        }
        Some(Self { step, first, last, sums, two })
    }

    /// Net amount of a period from the first to the last.
    pub(super) fn sum(&self, period: i32) -> i128 {
        self.sums[(period - self.first) as usize]
    }

    pub(super) fn label(&self, period: i32) -> String {
        self.step.label(period)
    }

    /// Whether sales fell from the period before; `None` where either is not complete or not
    /// in the sales.
    pub(super) fn fell(&self, period: i32, seen: &Seen<'_>) -> Option<bool> {
        if period <= self.first || period > self.last {
            return None;
        }
        let (before, now) = (self.sum(period - 1), self.sum(period));
        Some(now < before && seen.policy().risk.decline_percent.exceeded_by(before - now, before))
    }
}

/// What findings are judged by.
pub(super) struct Facts<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) contacts: Contacts<'a>,
    pub(super) sales: WindowSales<'a>,
    pub(super) marks: Marks<'a>,
    /// `None` where no period is complete.
    pub(super) periods: Option<Periods>,
    /// Touches and talks up to the day, by client and day.
    pub(super) events: Vec<Event<'a>>,
    /// First day of `risk.check_window`.
    pub(super) since: i32,
    /// Key clients that are known to be so.
    pub(super) keys: Vec<usize>,
    first_purchases: &'a [i32],
}

impl<'a> Facts<'a> {
    pub(super) fn of(seen: &'a Seen<'a>) -> Self {
        let marks = Marks::of(seen);
        let first_purchases = match seen.table.column("first_purchase").map(|c| &c.values) {
            Some(Values::Day(days)) => &days[..],
            _ => &[],
        };
        Self {
            seen,
            contacts: Contacts::of(seen),
            sales: WindowSales::of(seen),
            marks,
            periods: Periods::of(seen),
            events: events(seen),
            since: window_start(Some(seen.policy().risk.check_window), seen.as_of()),
            keys: (0..seen.rows()).filter(|&row| marks.key(row)).collect(),
            first_purchases,
        }
    }

    /// The day of the first purchase.
    pub(super) fn first_purchase(&self, row: usize) -> Option<Day> {
        let day = self.first_purchases.get(row).copied().filter(|&day| day != NO_INT32);
        day.and_then(Day::new)
    }

    /// Touches and talks in `risk.check_window`.
    pub(super) fn recent(&self) -> impl Iterator<Item = &Event<'a>> {
        self.events.iter().filter(|event| event.on.days() >= self.since)
    }

    /// Touches in `risk.check_window`.
    pub(super) fn touches(&self) -> impl Iterator<Item = (usize, &'a Touch)> {
        self.recent().filter_map(|event| match event.what {
            What::Touch(touch) => Some((event.row, touch)),
            What::Talk(_) => None,
        })
    }

    /// Talks in `risk.check_window`.
    pub(super) fn talks(&self) -> impl Iterator<Item = (usize, &'a Interaction)> {
        self.recent().filter_map(|event| match event.what {
            What::Talk(talk) => Some((event.row, talk)),
            What::Touch(_) => None,
        })
    }

    /// What there was with one client, by day.
    pub(super) fn events_of(&self, row: usize) -> &[Event<'a>] {
        let from = self.events.partition_point(|event| event.row < row);
        let to = self.events.partition_point(|event| event.row <= row);
        &self.events[from..to]
    }

    /// What was done to win and to keep clients, in a window.
    pub(super) fn activities(&self, window: Span) -> impl Iterator<Item = &'a FirmActivity> {
        let (since, as_of) = (window_start(Some(window), self.seen.as_of()), self.seen.as_of());
        let all = self.seen.journal.entries().activities.iter();
        all.filter(move |one| one.on.days() >= since && one.on <= as_of)
    }

    /// `in the last 12 months`.
    pub(super) fn lately(&self) -> String {
        format!("in the last {}", self.seen.policy().risk.check_window)
    }
}

/// All touches and talks up to the day.
fn events<'a>(seen: &Seen<'a>) -> Vec<Event<'a>> {
    let as_of = seen.as_of();
    let touches = seen.journal.entries().touches.iter().filter(|touch| touch.on <= as_of);
    let touches = touches.filter_map(|touch| {
        Some(Event { row: seen.row(&touch.client)?, on: touch.on, what: What::Touch(touch) })
    });
    let mut all: Vec<Event<'a>> = touches.collect();
    if seen.known.basis.declared.is_some() {
        for row in 0..seen.rows() {
            let talks = seen.records(row).map_or(&[][..], |records| &records.interactions[..]);
            let talks = talks.iter().filter(|talk| talk.on <= as_of);
            all.extend(talks.map(|talk| Event { row, on: talk.on, what: What::Talk(talk) }));
        }
    }
    // Stable, so touches of one day come before talks, each in the order of its members.
    all.sort_by_key(|event| (event.row, event.on));
    all
}

/// The client ids of some rows, at most three, in words.
pub(super) fn some_clients(seen: &Seen<'_>, rows: &[usize]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = rows.iter().take(SHOWN).map(|&row| seen.id(row).to_string()).collect();
    let more = rows.len().saturating_sub(SHOWN);
    if more == 0 { names.join(", ") } else { format!("{} and {more} more", names.join(", ")) }
}
