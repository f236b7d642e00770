//! From a document to a program: every name found, every value read, every problem told.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::accept::{Accept, Numbers};
use super::always::{Shape, watch};
use super::attribute::{self, Source};
use super::condition::{Condition, Leaf, Subject};
use super::document::{Match, Rules};
use super::figure::{Figure, Filter, Of, is_later};
use super::kind::{Kind, Typed};
use super::problem::{Problem, Severity};
use super::program::{Branches, Node, Program, Test};
use super::record::{DECLARED, ListInfo, Listed, NOTED, SALES, clients};
use super::threshold::{Fault, Reader, Ready, window_days};
use super::when::Window;
use super::words::{Metric, Op};
use crate::calendar::Day;
use crate::client::Texts;
use crate::error::Result;
use crate::money::Scale;
use crate::policy::RulePolicy;
use crate::portrait::{FieldStorage, Records};
use crate::table::Values;
use crate::view::Seen;

/// A program and what is wrong with it; it is of use only where nothing is an error.
#[derive(Debug)]
pub(super) struct Compiled<'a> {
    pub(super) program: Program<'a>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Compiled<'a> {
    /// The program, where there is no error.
    ///
    /// # Errors
    /// The first one.
    pub(super) fn program(self) -> Result<Program<'a>> {
        let error = self.problems.into_iter().find(|problem| problem.severity == Severity::Error);
        error.map_or(Ok(self.program), |error| Err(error.into_error()))
    }
}

/// Reads rules for a base. Only `warn` looks for what is always so, which takes a look at data.
pub(super) fn compile<'a>(seen: &Seen<'a>, rules: &Rules, warn: bool) -> Compiled<'a> {
    let limits = &seen.policy().rule;
    let mut compiler = Compiler {
        seen: *seen,
        rules,
        limits,
        warn,
        problems: Vec::new(),
        places: BTreeMap::new(),
        included: vec![false; rules.rules().len()],
        leaves: Vec::new(),
        figures: Vec::new(),
        known: BTreeMap::new(),
    };
    let nodes = compiler.document();
    let Compiler { mut problems, included, leaves, figures, .. } = compiler;
    // Only what cannot be run is told where it cannot be.
    if !warn {
        problems.retain(|problem| problem.severity == Severity::Error);
    }
    Compiled { program: Program { rules: nodes, included, leaves, figures }, problems }
}

struct Compiler<'a, 'r> {
    seen: Seen<'a>,
    rules: &'r Rules,
    limits: &'a RulePolicy,
    warn: bool,
    problems: Vec<Problem>,
    /// The places of rules by id.
    places: BTreeMap<&'r str, usize>,
    included: Vec<bool>,
    leaves: Vec<Test<'a>>,
    figures: Vec<Figure<'a>>,
    /// The places of figures by what they are.
    known: BTreeMap<String, usize>,
}

/// Conditions below a rule: how deep they are, how many leaves they have, what they include.
#[derive(Debug, Default)]
struct Size {
    depth: usize,
    leaves: usize,
    /// Rules with the depth at which they are included, and the path.
    includes: Vec<(usize, usize, String)>,
}

impl<'a> Compiler<'a, '_> {
    fn error(&mut self, path: &str, code: &'static str, problem: impl Into<String>) {
        let (path, problem) = (path.to_owned(), problem.into());
        self.problems.push(Problem { severity: Severity::Error, path, code, problem });
    }

    fn warning(&mut self, path: &str, code: &'static str, problem: impl Into<String>) {
        let (path, problem) = (path.to_owned(), problem.into());
        self.problems.push(Problem { severity: Severity::Warning, path, code, problem });
    }

    fn document(&mut self) -> Vec<Node> {
        let rules = self.rules.rules();
        let most = self.limits.max_rules as usize;
        if rules.len() > most {
            self.error("rules", "too_large", format!("{} rules, at most {most} run", rules.len()));
            return Vec::new();
        }
        for (place, rule) in rules.iter().enumerate() {
            let path = format!("rules[{place}].id");
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if rule.id.is_empty() || !rule.id.chars().all(good) {
                let problem = format!("`{}` is not of small letters, digits and `_`", rule.id);
                self.error(&path, "bad_id", problem);
            } else if self.seen.table.column(&rule.id).is_some() {
                let problem = format!("`{}` is the name of a column of the snapshot", rule.id);
                self.error(&path, "bad_id", problem);
            } else if rule.id == "segment" && self.rules.matching() == Match::First {
                self.error(&path, "bad_id", "`segment` is the name of the column of first rules");
            }
            if self.places.insert(&rule.id, place).is_some() {
                self.error(&path, "duplicate_id", format!("`{}` is there twice", rule.id));
            }
        }
        let mut sizes = Vec::with_capacity(rules.len());
        let mut nodes = Vec::with_capacity(rules.len());
        for (place, rule) in rules.iter().enumerate() {
            let mut size = Size::default();
            nodes.push(self.node(&rule.when, &format!("rules[{place}].when"), 1, &mut size));
            sizes.push(size);
        }
        self.includes(&sizes);
        nodes
    }

    /// Looks for rules that include themselves, and for rules that are too large with those that
    /// they include.
    fn includes(&mut self, sizes: &[Size]) {
        let mut waiting: Vec<usize> = sizes.iter().map(|size| size.includes.len()).collect();
        let mut includers = vec![Vec::new(); sizes.len()];
        for (place, size) in sizes.iter().enumerate() {
            for (rule, ..) in &size.includes {
                includers[*rule].push(place);
            }
        }
        let mut whole: Vec<(usize, usize)> =
            sizes.iter().map(|size| (size.depth, size.leaves)).collect();
        let mut ready: Vec<usize> = (0..sizes.len()).filter(|&rule| waiting[rule] == 0).collect();
        while let Some(rule) = ready.pop() {
            for (other, depth, _) in &sizes[rule].includes {
                let inner = whole[*other];
                whole[rule].0 = whole[rule].0.max(depth.saturating_add(inner.0));
                whole[rule].1 = whole[rule].1.saturating_add(inner.1);
            }
            for &includer in &includers[rule] {
                waiting[includer] -= 1;
                if waiting[includer] == 0 {
                    ready.push(includer);
                }
            }
        }
        let rules = self.rules.rules();
        let mut told = vec![false; sizes.len()];
        for start in 0..sizes.len() {
            if waiting[start] > 0 {
                // What waits leads to a rule that waits, and so into a cycle at last.
                let mut way: Vec<(usize, &str)> = Vec::new();
                let mut at = start;
                while !told[at] && !way.iter().any(|&(rule, _)| rule == at) {
                    let next = sizes[at].includes.iter().find(|one| waiting[one.0] > 0);
                    let Some((next, _, path)) = next else { break };
                    way.push((at, path));
                    at = *next;
                }
                let cycle = way.iter().position(|&(rule, _)| rule == at).unwrap_or(way.len());
                if let Some(&(_, path)) = way.get(cycle) {
                    let ids = way[cycle..].iter().map(|&(rule, _)| rule).chain([at]);
                    let ids: Vec<&str> = ids.map(|rule| rules[rule].id.as_str()).collect();
                    let problem = format!("a rule that includes itself: {}", ids.join(" → "));
                    self.error(path, "cycle", problem);
                }
                for (rule, _) in way {
                    told[rule] = true;
                }
                continue;
            }
            let (depth, leaves) = whole[start];
            let path = format!("rules[{start}]");
            let most = usize::from(self.limits.max_depth);
            if depth > most {
                let problem = format!("{depth} conditions within one another, at most {most} run");
                self.error(&path, "too_deep", problem);
            }
            let most = self.limits.max_leaves as usize;
            if leaves > most {
                let problem = format!("{leaves} leaves, at most {most} run");
                self.error(&path, "too_large", problem);
            }
        }
    }

    fn node(&mut self, condition: &Condition, path: &str, depth: usize, size: &mut Size) -> Node {
        size.depth = size.depth.max(depth);
        // What is deeper is refused as a whole.
        if depth > usize::from(self.limits.max_depth) {
            return self.nothing();
        }
        match condition {
            Condition::All(list) | Condition::Any(list) => {
                let all = matches!(condition, Condition::All(_));
                let name = if all { "all" } else { "any" };
                if list.is_empty() {
                    self.error(&format!("{path}.{name}"), "empty_list", "no condition is there");
                }
                let of = |(i, one): (usize, &Condition)| {
                    self.node(one, &format!("{path}.{name}[{i}]"), depth + 1, size)
                };
                let nodes: Vec<Node> = list.iter().enumerate().map(of).collect();
                if self.warn {
                    self.always(&nodes, all, path);
                }
                let branches = Branches::new(nodes, &self.leaves);
                if all { Node::All(branches) } else { Node::Any(branches) }
            }
            Condition::Not(one) => {
                Node::Not(Box::new(self.node(one, &format!("{path}.not"), depth + 1, size)))
            }
            Condition::Include(id) => {
                if let Some(&rule) = self.places.get(id.as_str()) {
                    self.included[rule] = true;
                    size.includes.push((rule, depth, format!("{path}.include")));
                    return Node::Rule(rule);
                }
                let ids: Vec<&str> = self.places.keys().copied().take(100).collect();
                let problem = format!("no rule `{id}`; these are {}", ids.join(", "));
                self.error(&format!("{path}.include"), "unknown_rule", problem);
                self.nothing()
            }
            Condition::Leaf(leaf) => {
                size.leaves += 1;
                match self.leaf(leaf, path, depth, size) {
                    Some(test) => {
                        if self.warn {
                            self.always_leaf(&test, leaf, path);
                        }
                        self.leaves.push(test);
                        Node::Leaf(self.leaves.len() - 1)
                    }
                    None => self.nothing(),
                }
            }
        }
    }

    /// What stands where a condition cannot be read.
    fn nothing(&mut self) -> Node {
        self.leaves.push(Test {
            source: Source::Nothing("it cannot be read"),
            accept: Accept::Known(true),
            unknown: None,
            typed: Typed::new(Kind::Other, Scale::WHOLE),
            what: String::new(),
            op: None,
            threshold: Vec::new(),
        });
        Node::Leaf(self.leaves.len() - 1)
    }

    fn fault(&mut self, path: &str, (part, code, problem): Fault) {
        let dot = if part.is_empty() { "" } else { "." };
        self.error(&format!("{path}{dot}{part}"), code, problem);
    }

    fn leaf(&mut self, leaf: &Leaf, path: &str, depth: usize, size: &mut Size) -> Option<Test<'a>> {
        let (typed, source, what) = match &leaf.subject {
            Subject::Attribute(name) => {
                let Some(found) = attribute::find(&self.seen, name) else {
                    let close = close(name, attribute::names(&self.seen));
                    let problem = format!("no attribute `{name}`{close}");
                    self.error(&format!("{path}.attribute"), "unknown_attribute", problem);
                    return None;
                };
                (found.typed, found.source, name.clone())
            }
            Subject::Field(name) => {
                let problem = format!("`{name}`: fields are of records, within a `where`");
                self.error(&format!("{path}.field"), "unknown_field", problem);
                return None;
            }
            Subject::Metric { metric, window, filter } => {
                let typed = attribute::of_metric(*metric, &self.seen);
                if let Some(column) = attribute::absent_column(&self.seen, metric.name()) {
                    let problem = format!("the sales have no column `{column}`");
                    self.warning(&format!("{path}.metric"), "never_known", problem);
                }
                let of = What::Metric(*metric);
                let (place, what) =
                    self.figure(of, *window, filter.as_deref(), path, depth, size)?;
                (typed, Source::Figure(place), what)
            }
            Subject::Count { records, window, filter }
            | Subject::Exists { records, window, filter } => {
                let member =
                    if matches!(leaf.subject, Subject::Count { .. }) { "count" } else { "exists" };
                let Some(list) = attribute::list(records) else {
                    let lists = std::iter::once(&SALES).chain(DECLARED).chain(NOTED);
                    let names: Vec<&str> = lists.map(|list| list.name).collect();
                    let problem = format!("no records `{records}`; these are {}", names.join(", "));
                    self.error(&format!("{path}.{member}"), "unknown_records", problem);
                    return None;
                };
                let typed = Typed::new(Kind::Integer, Scale::WHOLE).least(0);
                let of = What::Records(list);
                let (place, what) =
                    self.figure(of, *window, filter.as_deref(), path, depth, size)?;
                if let Of::Nothing = self.figures[place].of {
                    let problem =
                        format!("nothing is known of `{records}`: no such records are given");
                    self.warning(&format!("{path}.{member}"), "never_known", problem);
                }
                (typed, Source::Figure(place), what)
            }
        };
        if let Source::Nothing(cause) = source {
            self.warning(&format!("{path}.attribute"), "never_known", format!("{what}: {cause}"));
        }
        let Ready { accept, threshold } = match leaf.op {
            // Whether there is one.
            None => Ready {
                accept: Accept::Numbers(Numbers::stretch(1, i64::MAX)),
                threshold: Vec::new(),
            },
            Some(op) => self.ready(leaf, op, &typed, path)?,
        };
        let accept = Self::coded(accept, &source, &typed);
        let (unknown, op) = (leaf.unknown, leaf.op);
        Some(Test { source, accept, unknown, typed, what, op, threshold })
    }

    fn ready(&mut self, leaf: &Leaf, op: Op, typed: &Typed, path: &str) -> Option<Ready> {
        let reader =
            Reader { typed, as_of: self.seen.as_of(), max_values: self.limits.max_values as usize };
        let own = self.seen.known.basis.ledger.currency();
        let ready = reader.ready(leaf, op);
        if let (Ok(_), Some(currency)) = (&ready, leaf.currency)
            && currency != own
        {
            let problem = format!("{currency} is not the currency of the sales, {own}");
            self.error(&format!("{path}.currency"), "wrong_currency", problem);
            return None;
        }
        match ready {
            Ok(ready) => Some(ready),
            Err(fault) => {
                self.fault(path, fault);
                None
            }
        }
    }

    /// A test of texts over the codes of a choice or of a list of names.
    fn coded(accept: Accept, source: &Source<'_>, typed: &Typed) -> Accept {
        if !matches!(accept, Accept::Text { .. }) {
            return accept;
        }
        match source {
            Source::Column(Values::Choice(_, names)) => of_names(&accept, names.iter()),
            Source::Column(Values::Name(_, names)) => of_names(&accept, names.iter()),
            Source::Field(_, FieldStorage::Text(names), _) => of_names(&accept, names.names.iter()),
            Source::Nothing(_) => of_names(&accept, typed.options.iter()),
            _ => accept,
        }
    }

    /// The place of a figure, and what it is in words.
    fn figure(
        &mut self,
        of: What,
        window: Option<Window>,
        filter: Option<&Condition>,
        path: &str,
        depth: usize,
        size: &mut Size,
    ) -> Option<(usize, String)> {
        let as_of = self.seen.as_of();
        let list = match of {
            What::Metric(_) => &SALES,
            What::Records(list) => list,
        };
        let chosen = window.unwrap_or_default();
        let ever = chosen == Window::Ever;
        if !ever && list.dated.is_none() {
            let problem = format!("`{}` have no day that a window could look at", list.name);
            self.error(&format!("{path}.window"), "no_window", problem);
            return None;
        }
        let days = match window_days("window", chosen, as_of) {
            Ok(days) => days,
            Err(fault) => {
                self.fault(path, fault);
                return None;
            }
        };
        let ready = match filter {
            None => None,
            Some(filter) => {
                Some(self.filter(filter, list, &format!("{path}.where"), depth + 1, size)?)
            }
        };
        let name = match of {
            What::Metric(metric) => metric.name(),
            What::Records(list) => list.name,
        };
        let (begins, ends) = (days.0 > Day::MIN, days.1 < Day::MAX);
        let days_text = match (begins, ends) {
            (true, true) => format!(" from {} to {}", days.0, days.1),
            (true, false) => format!(" from {}", days.0),
            (false, true) => format!(" to {}", days.1),
            (false, false) => String::new(),
        };
        let filter_text = filter.map_or_else(String::new, |filter| {
            format!(" where {}", serde_json::to_string(filter).unwrap_or_default())
        });
        let what = format!("{name}{days_text}{filter_text}");
        let counted = matches!(of, What::Records(_));
        let known = format!("{counted} {ever} {what}");
        if let Some(&place) = self.known.get(&known) {
            return Some((place, what));
        }
        let of = match of {
            What::Metric(metric) => Of::Sales(metric),
            What::Records(list) => self.records(list),
        };
        let window = (days.0.days(), days.1.days());
        self.figures.push(Figure { of, window, ever, filter: ready });
        let place = self.figures.len() - 1;
        self.known.insert(known, place);
        Some((place, what))
    }

    /// The records of a list, by row.
    fn records(&self, list: &'static ListInfo) -> Of<'a> {
        let basis = self.seen.known.basis;
        if list.name == SALES.name {
            return Of::Lines;
        }
        if DECLARED.iter().any(|one| one.name == list.name) {
            let Some(declared) = basis.declared else { return Of::Nothing };
            let of = |(row, &at): (usize, &u32)| {
                let records: &Records = declared.portraits.records(at as usize)?;
                Some((row as u32, records))
            };
            let with: Vec<_> = declared.rows.par_iter().enumerate().filter_map(of).collect();
            return Of::Declared { with, declared, list };
        }
        let journal = self.seen.journal.entries();
        let all = journal.entries(list.name);
        if all.is_empty() {
            return Of::Nothing;
        }
        let row = |client| self.seen.row(client).map(|row| row as u32);
        let rows = clients(journal, list.name).into_iter().map(row);
        let mut entries: Vec<_> =
            rows.zip(all).filter_map(|(row, entry)| Some((row?, entry))).collect();
        entries.sort_by_key(|&(row, _)| row);
        Of::Noted { entries, list }
    }

    fn filter(
        &mut self,
        condition: &Condition,
        list: &'static ListInfo,
        path: &str,
        depth: usize,
        size: &mut Size,
    ) -> Option<Filter> {
        size.depth = size.depth.max(depth);
        if depth > usize::from(self.limits.max_depth) {
            return None;
        }
        let mut several = |compiler: &mut Self, name: &str, all: &[Condition]| {
            if all.is_empty() {
                let path = format!("{path}.{name}");
                compiler.error(&path, "empty_list", "no condition is there");
            }
            let of = |(i, one)| {
                compiler.filter(one, list, &format!("{path}.{name}[{i}]"), depth + 1, size)
            };
            // All are read, so that all problems are told.
            let read: Vec<Option<Filter>> = all.iter().enumerate().map(of).collect();
            read.into_iter().collect::<Option<Vec<Filter>>>()
        };
        match condition {
            Condition::All(all) => several(self, "all", all).map(Filter::All),
            Condition::Any(any) => several(self, "any", any).map(Filter::Any),
            Condition::Not(not) => {
                let not = self.filter(not, list, &format!("{path}.not"), depth + 1, size)?;
                Some(Filter::Not(Box::new(not)))
            }
            Condition::Include(_) => {
                let problem = "rules are of clients; within a `where` are fields of a record";
                self.error(&format!("{path}.include"), "unknown_field", problem);
                None
            }
            Condition::Leaf(leaf) => {
                size.leaves += 1;
                self.member(leaf, list, path)
            }
        }
    }

    /// A leaf on one record.
    fn member(&mut self, leaf: &Leaf, list: &'static ListInfo, path: &str) -> Option<Filter> {
        let Subject::Field(name) = &leaf.subject else {
            let problem = "within a `where` only `field` is compared";
            self.error(path, "unknown_field", problem);
            return None;
        };
        let Some(place) = list.place(name) else {
            let names = list.members.iter().map(|member| member.name.to_owned()).collect();
            let problem = format!("`{}` have no field `{name}`{}", list.name, close(name, names));
            self.error(&format!("{path}.field"), "unknown_field", problem);
            return None;
        };
        let mut typed = attribute::of_member(list, place, &self.seen);
        let lines = list.name == SALES.name;
        if lines && let Some(column) = attribute::absent_column(&self.seen, name) {
            let problem = format!("the sales have no column `{column}`");
            self.warning(&format!("{path}.field"), "never_known", problem);
        }
        if typed.kind == Kind::List && !typed.options.is_empty() {
            typed.open = false;
        }
        let op = leaf.op?;
        let Ready { accept, .. } = self.ready(leaf, op, &typed, path)?;
        let names: Option<&Texts> =
            if lines { attribute::line_names(&self.seen, name) } else { None };
        let accept = match (&accept, names, typed.kind) {
            (Accept::Text { .. }, Some(names), _) => of_names(&accept, names.iter()),
            (Accept::Text { .. }, None, Kind::Choice) => of_names(&accept, typed.options.iter()),
            _ => accept,
        };
        let not_after = is_later(name).then(|| self.seen.as_of().days().into());
        let unknown = leaf.unknown;
        Some(Filter::Leaf { place, accept, unknown, scale: typed.scale, not_after })
    }

    /// Warns of a leaf that says the same of every client.
    fn always_leaf(&mut self, test: &Test<'_>, leaf: &Leaf, path: &str) {
        let verdict = Shape::of(test, leaf.unknown).and_then(|shape| shape.verdict());
        if let Some((code, problem)) = verdict {
            self.warning(path, code, problem);
        } else if let Source::Column(values) = test.source
            && !values.is_empty()
            && values.missing() == values.len()
        {
            let problem = format!("`{}` is known of no client", test.what);
            self.warning(&format!("{path}.attribute"), "never_known", problem);
        }
    }

    /// Warns of leaves that together say the same of every client.
    fn always(&mut self, nodes: &[Node], all: bool, path: &str) {
        for (code, problem) in watch(nodes, &self.leaves, all) {
            self.warning(path, code, problem);
        }
    }
}

/// What a figure is of.
#[derive(Debug, Clone, Copy)]
enum What {
    Metric(Metric),
    Records(&'static ListInfo),
}

/// The codes of the names that are accepted.
fn of_names<S: AsRef<str>>(accept: &Accept, names: impl Iterator<Item = S>) -> Accept {
    let codes = (0_i64..).zip(names).filter(|(_, name)| accept.text(name.as_ref()));
    Accept::Numbers(Numbers::new(codes.map(|(code, _)| (code, code))))
}

/// The names that a wrong one may be meant for.
fn close(name: &str, names: Vec<String>) -> String {
    let part = name.rsplit('.').next().unwrap_or(name);
    let like = |other: &String| {
        let other = other.rsplit('.').next().unwrap_or(other);
        other.contains(part) || part.contains(other) || distance(other, part) <= 2
    };
    let found: Vec<String> = names.into_iter().filter(like).take(5).collect();
    if found.is_empty() { String::new() } else { format!("; there is {}", found.join(", ")) }
}

/// How many letters must be put in, left out or changed, up to a few.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 2 || a.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, &other) in b.iter().enumerate() {
            let changed = corner + usize::from(letter != other);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
