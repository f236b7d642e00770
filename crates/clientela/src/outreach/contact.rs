//! Who of ours looks after a client, and who is in contact with it (R35, R44).

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use crate::calendar::Day;
use crate::census::facts::CHUNK;
use crate::census::history::{Histories, Scratch};
use crate::census::plan::window_start;
use crate::client::{ClientId, Texts};
use crate::journal::{Assignment, AssignmentRole, Journal, StaffRole, Touch};
use crate::ledger::columns::NameColumn;
use crate::portrait::Interaction;
use crate::table::{NO_NAME, Values};
use crate::view::Seen;

/// Names by their numbers, which are in the order of the names.
type Codes<'a> = HashMap<&'a str, u32, FixedState>;

/// The code of a blank name, which is nobody's.
const BLANK: u32 = NO_NAME - 1;

/// The manager of each client of a base, and those of ours who are in contact with it.
///
/// Whoever has left the firm on the day is neither. Names are known by code; the codes are in
/// the order of the names.
#[derive(Debug)]
pub(crate) struct Contacts<'a> {
    names: Vec<&'a str>,
    /// By row; [`NO_NAME`] is none.
    managers: Vec<u32>,
    /// The staff of row `i` is `staff[offsets[i]..offsets[i + 1]]`, ascending.
    staff: Vec<u32>,
    offsets: Vec<usize>,
}

/// What the journal says of one client: its row, whom of ours, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    row: u32,
    /// Coordinators before others, the one who came last first, then by name.
    rank: (bool, std::cmp::Reverse<Option<Day>>),
    code: u32,
}

/// One stretch of rows.
#[derive(Debug, Default)]
struct Part {
    managers: Vec<u32>,
    staff: Vec<u32>,
    counts: Vec<usize>,
}

impl<'a> Contacts<'a> {
    /// Reads them in one pass over the lines.
    ///
    /// The manager is the coordinator assigned last that is in force on the day; of several of
    /// one day the first by name. Without one it is the manager of the last line that counts
    /// and has one; of several on one day that of the largest amount, then the first by name.
    /// In contact are those with an assignment in force and, within `risk.contact_window`, with
    /// a talk, a touch in person that arrived, or a line.
    pub(crate) fn of(seen: &Seen<'a>) -> Self {
        let (as_of, histories) = (seen.as_of(), seen.histories());
        let since = window_start(seen.policy().risk.contact_window, as_of);
        let gone = gone(seen.journal, as_of);
        let here = |name: &str| !name.trim().is_empty() && !gone.contains(name);
        let names = names(seen, since, here);
        let codes: Codes<'_> = names.iter().zip(0..).map(|(&name, code)| (name, code)).collect();
        let said = said(seen, since, &codes);
        // The codes of the sales' managers among all names.
        let column = histories.ledger.columns().extras.names(NameColumn::Manager);
        let of_sales: Vec<u32> = column.map_or_else(Vec::new, |column| {
            let code = |name: &str| match codes.get(name) {
                Some(&code) => code,
                None if name.trim().is_empty() => BLANK,
                None => NO_NAME,
            };
            column.names.iter().map(code).collect()
        });
        let rows: Vec<usize> = (0..seen.rows()).collect();
        let parts: Vec<Part> = rows
            .par_chunks(CHUNK)
            .map_init(Scratch::default, |scratch, rows| {
                let mut part = Part::default();
                for &row in rows {
                    let start = part.staff.len();
                    let client = seen.known.basis.client(row);
                    let last = if of_sales.is_empty() {
                        NO_NAME
                    } else {
                        let lines = Lines { histories: &histories, of_sales: &of_sales, since };
                        lines.read(client, scratch, &mut part.staff)
                    };
                    let from = said.partition_point(|one| (one.row as usize) < row);
                    let to = said.partition_point(|one| one.row as usize <= row);
                    let coordinator =
                        said[from..to].first().filter(|one| !one.rank.0).map(|one| one.code);
                    part.managers.push(coordinator.unwrap_or(last));
                    part.staff.extend(said[from..to].iter().map(|one| one.code));
                    let talks = talks(seen, row, since).filter_map(|talk| talk.staff.as_deref());
                    part.staff.extend(talks.filter_map(|name| codes.get(name)));
                    part.counts.push(settle(&mut part.staff, start));
                }
                part
            })
            .collect();
        let mut all = Self {
            names,
            managers: Vec::with_capacity(seen.rows()),
            staff: Vec::new(),
            offsets: vec![0],
        };
        for part in parts {
            all.managers.extend(part.managers);
            all.staff.extend(part.staff);
            let mut end = all.offsets.last().copied().unwrap_or(0);
            all.offsets.extend(part.counts.into_iter().map(|count| {
                end += count;
                end
            }));
        }
        all
    }

    /// All names of ours that are about clients of the base, ascending; their positions are
    /// the codes.
    pub(crate) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// The manager of a client; `None` where there is none.
    pub(crate) fn manager(&self, row: usize) -> Option<&'a str> {
        self.manager_code(row).map(|code| self.names[code as usize])
    }

    /// The same by code.
    pub(crate) fn manager_code(&self, row: usize) -> Option<u32> {
        Some(self.managers[row]).filter(|&code| code != NO_NAME)
    }

    /// The codes of those in contact with a client, ascending.
    pub(crate) fn staff(&self, row: usize) -> &[u32] {
        &self.staff[self.offsets[row]..self.offsets[row + 1]]
    }

    /// A column of the managers of some rows.
    pub(crate) fn managers(&self, rows: impl IntoIterator<Item = usize>) -> Values {
        let names: Texts = self.names.iter().copied().collect();
        let codes: Vec<u32> = rows.into_iter().map(|row| self.managers[row]).collect();
        Values::Name(Arc::new(codes.into()), Arc::new(names))
    }
}

/// Sorts what stands from `start` on, without doubles; how many remain.
fn settle(codes: &mut Vec<u32>, start: usize) -> usize {
    codes[start..].sort_unstable();
    let mut kept = start;
    for at in start..codes.len() {
        if at == start || codes[at] != codes[kept - 1] {
            codes[kept] = codes[at];
            kept += 1;
        }
    }
    codes.truncate(kept);
    kept - start
}

/// Whether something with a first and a last day is in force.
pub(crate) fn in_force(since: Option<Day>, until: Option<Day>, as_of: Day) -> bool {
    since.is_none_or(|day| day <= as_of) && until.is_none_or(|day| day >= as_of)
}

/// The names of those of ours who have left on the day: all their times with us are over.
pub(crate) fn gone(journal: &Journal, as_of: Day) -> HashSet<&str, FixedState> {
    let begun = || {
        let staff = journal.entries().staff.iter();
        staff.filter(|one| one.since.is_none_or(|day| day <= as_of))
    };
    let mut gone: HashSet<&str, FixedState> = begun().map(|one| one.name.as_str()).collect();
    for one in begun().filter(|one| in_force(one.since, one.until, as_of)) {
        gone.remove(one.name.as_str());
    }
    gone
}

/// The names of those of ours in a role on the day, ascending.
pub(crate) fn in_role(journal: &Journal, role: StaffRole, as_of: Day) -> Vec<&str> {
    let staff = journal.entries().staff.iter();
    let mut names: Vec<&str> = staff
        .filter(|one| one.role == role && in_force(one.since, one.until, as_of))
        .map(|one| one.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The assignments that are in force.
fn assigned(journal: &Journal, as_of: Day) -> impl Iterator<Item = &Assignment> {
    let all = journal.entries().assignments.iter();
    all.filter(move |one| in_force(one.since, one.until, as_of))
}

/// The touches in person that arrived from a day on, by whom is on record.
fn touched(journal: &Journal, since: i32, as_of: Day) -> impl Iterator<Item = (&Touch, &str)> {
    let all = journal.entries().touches.iter();
    all.filter(move |one| {
        one.on.days() >= since
            && one.on <= as_of
            && !one.channel.is_broadcast()
            && one.reached != Some(false)
    })
    .filter_map(|one| Some((one, one.staff.as_deref()?)))
}

/// A client's talks from a day on.
fn talks<'a>(seen: &Seen<'a>, row: usize, since: i32) -> impl Iterator<Item = &'a Interaction> {
    let as_of = seen.as_of();
    let all = seen.records(row).map_or(&[][..], |records| &records.interactions[..]);
    all.iter().filter(move |talk| talk.on.days() >= since && talk.on <= as_of)
}

/// All names that can be of a manager or of someone in contact, ascending.
fn names<'a>(seen: &Seen<'a>, since: i32, here: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let rows: Vec<usize> = (0..seen.rows()).collect();
    let of_talks: HashSet<&str, FixedState> = if seen.known.basis.declared.is_none() {
        HashSet::default()
    } else {
        rows.par_chunks(CHUNK)
            .map(|rows| -> HashSet<&'a str, FixedState> {
                let talks = rows.iter().flat_map(|&row| talks(seen, row, since));
                talks.filter_map(|talk| talk.staff.as_deref()).collect()
            })
            .reduce(HashSet::default, |mut all, more| {
                all.extend(more);
                all
            })
    };
    let column = seen.known.basis.ledger.columns().extras.names(NameColumn::Manager);
    let of_sales = column.into_iter().flat_map(|column| column.names.iter());
    let assigned = assigned(seen.journal, seen.as_of()).map(|one| one.staff.as_str());
    let touched = touched(seen.journal, since, seen.as_of()).map(|(_, name)| name);
    let mut names: Vec<&str> =
        of_sales.chain(assigned).chain(touched).chain(of_talks).filter(|name| here(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What the journal says of the clients of the base, by row.
fn said(seen: &Seen<'_>, since: i32, codes: &Codes<'_>) -> Vec<Said> {
    let said = |client: &ClientId, name: &str, rank| {
        let (code, row) = (*codes.get(name)?, seen.row(client)?);
        Some(Said { row: row as u32, rank, code })
    };
    let no_rank = (true, std::cmp::Reverse(None));
    let assigned = assigned(seen.journal, seen.as_of()).filter_map(|one| {
        let coordinates = one.role == AssignmentRole::Coordinator;
        let rank = if coordinates { (false, std::cmp::Reverse(one.since)) } else { no_rank };
        said(&one.client, &one.staff, rank)
    });
    let touched = touched(seen.journal, since, seen.as_of())
        .filter_map(|(one, name)| said(&one.client, name, no_rank));
    let mut all: Vec<Said> = assigned.chain(touched).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The managers of a client's lines.
struct Lines<'s, 'a> {
    histories: &'s Histories<'a>,
    /// The sales' codes of managers among all names; [`NO_NAME`] is one who has left.
    of_sales: &'s [u32],
    since: i32,
}

impl Lines<'_, '_> {
    /// Adds the managers of the lines in the window; gives that of the last line with one.
    fn read(&self, client: usize, scratch: &mut Scratch, staff: &mut Vec<u32>) -> u32 {
        let columns = self.histories.ledger.columns();
        let Some(names) = columns.extras.names(NameColumn::Manager) else { return NO_NAME };
        let start = staff.len();
        let mut last = None;
        for &row in self.histories.counted(client, scratch).iter().rev() {
            let row = row as usize;
            let code = match names.codes[row] {
                NO_NAME => BLANK,
                code => self.of_sales[code as usize],
            };
            if code == BLANK {
                continue;
            }
            let (day, amount) = (columns.days[row], columns.amounts[row]);
            last = match last {
                None => Some((day, amount, code)),
                Some((on, most, name)) if on == day && most == amount => {
                    Some((on, most, name.min(code)))
                }
                // Lines of a day are in the order of their amounts.
                last => last,
            };
            if day < self.since {
                if last.is_some_and(|(on, _, _)| on > day) {
                    break;
                }
            } else if code != NO_NAME && !staff[start..].contains(&code) {
                staff.push(code);
            }
        }
        last.map_or(NO_NAME, |(_, _, code)| code)
    }
}
