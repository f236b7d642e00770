//! What becomes of revenue from one period to the next (R36).

use serde::Deserialize;

use super::groups::Groups;
use super::pass::{Grid, fold};
use super::revenue::Parts;
use super::sum::Exact;
use crate::axis::column;
use crate::calendar::{Day, Step};
use crate::census::history::History;
use crate::error::{Error, Result};
use crate::table::Table;
use crate::view::{Seen, View, clients, days, flags, floats, money, names, texts};

/// Change of revenue by calendar period, from the period after the first sale on.
///
/// What a client brings in a period, net of returns, is held against the period before: its
/// first purchase makes it new, a purchase after a period without one reactivated, none after a
/// purchase lost, and purchases in both an expansion or a contraction. So are returns without a
/// purchase. The parts add up to the change exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RevenueChangeView {
    /// The length of a period.
    pub step: Step,
    /// A column of choices or facts of the table of clients; `None` is the base as one.
    pub by: Option<String>,
}

impl Default for RevenueChangeView {
    fn default() -> Self {
        Self { step: Step::Month, by: None }
    }
}

/// The clients behind a row of [`RevenueChangeView`]; their changes add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RevenueChangeClientsView {
    /// The length of a period.
    pub step: Step,
    /// The first day of the period; `None` is the last one that has wholly passed.
    pub begins: Option<Day>,
}

impl Default for RevenueChangeClientsView {
    fn default() -> Self {
        Self { step: Step::Month, begins: None }
    }
}

/// Why the revenue of a client changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    New,
    Expansion,
    Reactivation,
    Contraction,
    Lost,
    /// Bought as much as before.
    Level,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Expansion => "expansion",
            Self::Reactivation => "reactivation",
            Self::Contraction => "contraction",
            Self::Lost => "lost",
            Self::Level => "level",
        }
    }
}

/// What a client brings in a period, net, and whether it bought.
#[derive(Debug, Clone, Copy, Default)]
struct Brought {
    amount: i64,
    bought: bool,
}

fn part(is_first: bool, before: Brought, now: Brought) -> Part {
    match (before.bought, now.bought) {
        (_, true) if is_first => Part::New,
        (false, true) => Part::Reactivation,
        (true, false) => Part::Lost,
        _ => match now.amount.cmp(&before.amount) {
            std::cmp::Ordering::Greater => Part::Expansion,
            std::cmp::Ordering::Equal => Part::Level,
            std::cmp::Ordering::Less => Part::Contraction,
        },
    }
}

/// Gives each period with a line, or after one with a line: its number, what the client brought
/// in the period before and in this one, and why that changed.
fn walk(
    history: &History<'_>,
    grid: &Grid,
    periods: &mut Vec<(i32, Brought)>,
    mut each: impl FnMut(i32, Brought, Brought, Part),
) {
    periods.clear();
    for (&day, &amount) in history.days.iter().zip(history.amounts) {
        let period = grid.period(day);
        match periods.last_mut() {
            Some(last) if last.0 == period => last.1.amount += amount,
            _ => periods.push((period, Brought { amount, bought: false })),
        }
    }
    // A purchase is on a day with a line, so its period is among them.
    let mut at = 0;
    for visit in history.visits {
        let period = grid.period(visit.day);
        while at < periods.len() && periods[at].0 < period {
            at += 1;
        }
        if let Some(this) = periods.get_mut(at) {
            this.1.bought = true;
        }
    }
    let first = history.visits.first().map(|visit| grid.period(visit.day));
    let none = Brought::default();
    let mut before: Option<(i32, Brought)> = None;
    for &(period, now) in periods.iter() {
        let earlier = match before {
            Some((last, brought)) if last + 1 == period => brought,
            Some((last, brought)) => {
                each(last + 1, brought, none, part(false, brought, none));
                none
            }
            None => none,
        };
        each(period, earlier, now, part(first == Some(period), earlier, now));
        before = Some((period, now));
    }
    if let Some((last, brought)) = before.filter(|before| before.0 < grid.last) {
        each(last + 1, brought, none, part(false, brought, none));
    }
}

/// What the clients of a group brought in a period, and why that changed.
#[derive(Debug, Clone, Copy)]
struct Sums {
    now: i128,
    parts: Parts<i128>,
}

impl Sums {
    const NONE: Self = Self {
        now: 0,
        parts: Parts { new: 0, expansion: 0, reactivation: 0, contraction: 0, lost: 0 },
    };

    fn add(&mut self, before: Brought, now: Brought, part: Part) {
        let change = i128::from(now.amount) - i128::from(before.amount);
        self.now += i128::from(now.amount);
        match part {
            Part::New => self.parts.new += change,
            Part::Expansion => self.parts.expansion += change,
            Part::Reactivation => self.parts.reactivation += change,
            Part::Contraction => self.parts.contraction -= change,
            Part::Lost => self.parts.lost -= change,
            Part::Level => {}
        }
    }

    fn plus(&mut self, more: &Self) {
        self.now += more.now;
        self.parts.new += more.parts.new;
        self.parts.expansion += more.parts.expansion;
        self.parts.reactivation += more.parts.reactivation;
        self.parts.contraction += more.parts.contraction;
        self.parts.lost += more.parts.lost;
    }
}

/// The change of revenue of one group in one period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeriodChange {
    /// The place of the group.
    group: usize,
    pub(crate) begins: Day,
    pub(crate) complete: bool,
    pub(crate) before: i128,
    pub(crate) now: i128,
    pub(crate) parts: Parts<i128>,
}

impl PeriodChange {
    pub(crate) fn change(&self) -> Result<i128> {
        self.now.minus(self.before)
    }

    /// Whether revenue does not fall while that of existing clients does (R36); `None` while
    /// the period still runs.
    pub(crate) fn hidden_decline(&self) -> Result<Option<bool>> {
        let hidden = self.change()? >= 0 && self.parts.existing_change()? < 0;
        Ok(self.complete.then_some(hidden))
    }
}

/// The change of revenue by period from the second on, then by group.
pub(crate) fn revenue_changes(
    seen: &Seen<'_>,
    step: Step,
    groups: &Groups,
) -> Result<Vec<PeriodChange>> {
    let grid = Grid::of(seen, step)?;
    let width = groups.len();
    let sums = fold(
        seen,
        || (vec![Sums::NONE; grid.len() * width], vec![0_u64; width], Vec::new()),
        |(sums, members, periods), row, history| {
            let group = groups.place(row);
            members[group] += 1;
            walk(history, &grid, periods, |period, before, now, part| {
                sums[grid.place(period) * width + group].add(before, now, part);
            });
        },
        |(mut left, members, buffer), (right, more, _)| {
            for (sum, more) in left.iter_mut().zip(&right) {
                sum.plus(more);
            }
            (left, super::pass::add_up(members, &more), buffer)
        },
    );
    let (sums, members, _) = sums;
    let mut changes = Vec::new();
    for period in grid.first + 1..=grid.last {
        for group in (0..width).filter(|&group| members[group] > 0) {
            let at = grid.place(period) * width + group;
            changes.push(PeriodChange {
                group,
                begins: grid.begins(period),
                complete: grid.complete(period),
                before: sums[at - width].now,
                now: sums[at].now,
                parts: sums[at].parts,
            });
        }
    }
    Ok(changes)
}

impl View for RevenueChangeView {
    const NAME: &'static str = "revenue_change";
    const ABOUT: &'static str =
        "A calendar period: what clients bring against the period before, and why it changed.";
    const SOURCE: &'static str = "R36; convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let groups = Groups::of(seen, self.by.as_deref())?;
        let changes = revenue_changes(seen, self.step, &groups)?;
        let policy = &seen.policy().metric;
        let sums = |of: &dyn Fn(&PeriodChange) -> Result<i128>| {
            let sums: Result<Vec<i128>> = changes.iter().map(of).collect();
            money(seen.scale(), sums?.into_iter().map(Some))
        };
        let kept: Result<Vec<[Option<f64>; 2]>> =
            changes.iter().map(|c| c.parts.kept_percent(c.before, policy)).collect();
        let kept = kept?;
        let quick: Result<Vec<Option<f64>>> =
            changes.iter().map(|c| c.parts.quick_ratio(policy)).collect();
        let hidden: Result<Vec<Option<bool>>> =
            changes.iter().map(PeriodChange::hidden_decline).collect();
        let mut columns = Vec::new();
        if self.by.is_some() {
            let about = "The group; missing for clients without a verdict.";
            let told = names(changes.iter().map(|c| groups.name(c.group)));
            columns.push(column("name", "convention", about, told));
        }
        columns.extend([
            column(
                "begins",
                "convention",
                "First day of the period.",
                days(changes.iter().map(|c| Some(c.begins))),
            ),
            column(
                "complete",
                "convention",
                "Whether the period has wholly passed.",
                flags(changes.iter().map(|c| Some(c.complete))),
            ),
            column(
                "before",
                "convention",
                "Amount net of returns in the period before.",
                sums(&|c| Ok(c.before))?,
            ),
            column(
                "new",
                "convention",
                "What clients bring whose first purchase is in the period.",
                sums(&|c| Ok(c.parts.new))?,
            ),
            column(
                "expansion",
                "convention",
                "What clients bring more that bought in both periods.",
                sums(&|c| Ok(c.parts.expansion))?,
            ),
            column(
                "reactivation",
                "convention",
                "What clients bring that bought earlier, but not in the period before.",
                sums(&|c| Ok(c.parts.reactivation))?,
            ),
            column(
                "contraction",
                "convention",
                "What clients bring less that bought in both periods.",
                sums(&|c| Ok(c.parts.contraction))?,
            ),
            column(
                "lost",
                "convention",
                "What clients brought in the period before that did not buy in this one.",
                sums(&|c| Ok(c.parts.lost))?,
            ),
            column(
                "now",
                "convention",
                "Amount net of returns in the period.",
                sums(&|c| Ok(c.now))?,
            ),
            column(
                "change",
                "convention",
                "Now less before: new + expansion + reactivation − contraction − lost.",
                sums(&PeriodChange::change)?,
            ),
            column(
                "existing_change",
                "R36",
                "The change without new clients.",
                sums(&|c| c.parts.existing_change())?,
            ),
            column(
                "net_percent",
                "convention",
                "Net retention of revenue in per cent of before, by metric.revenue_retention.",
                floats(kept.iter().map(|kept| kept[0])),
            ),
            column(
                "gross_percent",
                "convention",
                "Gross retention in per cent: before less contraction and lost.",
                floats(kept.iter().map(|kept| kept[1])),
            ),
            column(
                "quick_ratio",
                "convention",
                "What grew for each unit that shrank; missing where nothing did.",
                floats(quick?),
            ),
            column(
                "hidden_decline",
                "R36",
                "Existing clients bring less, and new ones hide it; missing while the period runs.",
                flags(hidden?),
            ),
        ]);
        Ok(Table::new(columns))
    }
}

/// A client's change in the period asked for.
struct Change {
    row: usize,
    part: Part,
    before: i64,
    now: i64,
}

impl RevenueChangeClientsView {
    /// The period asked for; `None` where no period is told yet.
    fn period(&self, grid: &Grid, as_of: Day) -> Result<Option<i32>> {
        let Some(begins) = self.begins else {
            let last = self.step.last_complete(as_of).clamp(grid.first, grid.last);
            let last = if last == grid.first { grid.last } else { last };
            return Ok(Some(last).filter(|&last| last > grid.first));
        };
        let period = begins.period(self.step);
        let bad = |problem| Err(Error::BadArgument { argument: "begins", problem });
        if grid.begins(period) != begins {
            return bad(format!("{begins} does not begin a period"));
        }
        if !(grid.first + 1..=grid.last).contains(&period) {
            return bad(format!("no change is told of the period from {begins}"));
        }
        Ok(Some(period))
    }
}

impl View for RevenueChangeClientsView {
    const NAME: &'static str = "revenue_change_clients";
    const ABOUT: &'static str = "A client behind the change of revenue in one period.";
    const SOURCE: &'static str = "R36; convention";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let grid = Grid::of(seen, self.step)?;
        let mut changes = match self.period(&grid, seen.as_of())? {
            None => Vec::new(),
            Some(wanted) => {
                let found = fold(
                    seen,
                    || (Vec::new(), Vec::new()),
                    |(found, periods), row, history| {
                        walk(history, &grid, periods, |period, before, now, part| {
                            if period == wanted {
                                let (before, now) = (before.amount, now.amount);
                                found.push(Change { row, part, before, now });
                            }
                        });
                    },
                    |(mut left, buffer), (right, _)| {
                        left.extend(right);
                        (left, buffer)
                    },
                );
                found.0
            }
        };
        changes.sort_unstable_by_key(|change| change.row);
        let rows: Vec<usize> = changes.iter().map(|change| change.row).collect();
        let sums = |of: fn(&Change) -> i128| {
            money(seen.scale(), changes.iter().map(|change| Some(of(change))))
        };
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "part",
                "convention",
                "Why it changed: new, expansion, reactivation, contraction, lost; or level.",
                texts(changes.iter().map(|change| change.part.name())),
            ),
            column(
                "before",
                "convention",
                "Amount net of returns in the period before.",
                sums(|change| change.before.into())?,
            ),
            column(
                "now",
                "convention",
                "Amount net of returns in the period.",
                sums(|change| change.now.into())?,
            ),
            column(
                "change",
                "convention",
                "Now less before; below zero for contraction and lost.",
                sums(|change| i128::from(change.now) - i128::from(change.before))?,
            ),
        ]))
    }
}
