//! Segments that the firm states as rules, over a snapshot (R47).

use super::Snapshot;
use crate::client::ClientId;
use crate::error::Result;
use crate::rule::{self, Problem, Rules, Segments, Severity, Trace, Tracer};
use crate::table::Table;

impl Snapshot {
    /// Everything that rules can compare: a row per column of the snapshot, field of the
    /// portraits, figure of the sales, kind of record and field of one, with its type, unit,
    /// meaning, options and operators.
    ///
    /// # Errors
    /// None for a snapshot that could be made.
    pub fn attributes(&self) -> Result<Table> {
        self.see(|seen| Ok(rule::attributes(seen)))
    }

    /// What is wrong with rules over this base, in the order of the document: errors, with which
    /// they cannot run, and warnings, with which they hardly say what is meant.
    ///
    /// ```
    /// use clientela::rule::Rules;
    /// use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales};
    ///
    /// let day = Day::of(2026, 1, 31).unwrap();
    /// let mut builder = LedgerBuilder::new(LedgerOptions::default());
    /// builder.push(Sales::new(ClientColumn::Int(vec![7].into()), vec![day.days()], vec![1250]))?;
    /// let snapshot = builder.finish()?.snapshot(day, &Policy::default())?;
    /// let rules = Rules::from_json(
    ///     r#"{"version": 1, "rules": [{"id": "few", "when":
    ///          {"attribute": "purchase", "op": "less_than", "value": 3}}]}"#,
    /// )?;
    /// let problems = snapshot.check_rules(&rules);
    /// assert_eq!(problems[0].path, "rules[0].when.attribute");
    /// assert!(problems[0].problem.contains("there is"), "{}", problems[0].problem);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    pub fn check_rules(&self, rules: &Rules) -> Vec<Problem> {
        self.see(|seen| Ok(rule::check(seen, rules))).unwrap_or_else(|error| {
            let problem = error.to_string();
            let path = ".".to_owned();
            vec![Problem { severity: Severity::Error, path, code: "snapshot", problem }]
        })
    }

    /// Who is in which segment.
    ///
    /// ```
    /// use clientela::rule::Rules;
    /// use clientela::{ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales};
    ///
    /// let day = Day::of(2026, 1, 31).unwrap();
    /// let mut builder = LedgerBuilder::new(LedgerOptions::default());
    /// let clients = ClientColumn::Int(vec![7, 7, 9].into());
    /// let days = vec![day.days(), day.days() + 30, day.days()];
    /// builder.push(Sales::new(clients, days, vec![1250, 990, 4000]))?;
    /// let snapshot = builder.finish()?.snapshot(Day::of(2026, 4, 1).unwrap(), &Policy::default())?;
    /// let rules = Rules::from_json(
    ///     r#"{"version": 1, "rules": [{"id": "small", "when":
    ///          {"metric": "amount", "window": {"previous": "month"}, "op": "less_than",
    ///           "value": "10.00"}}]}"#,
    /// )?;
    /// // Client 7 bought for 9.90 in March, client 9 nothing.
    /// let segments = snapshot.segments(&rules)?;
    /// assert_eq!(segments.members("small")?.rows(), 2);
    /// println!("{}", snapshot.trace(&rules, &7.into())?);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadDocument`](crate::Error::BadDocument) with the first problem that is an error.
    pub fn segments(&self, rules: &Rules) -> Result<Segments> {
        self.see(|seen| rule::segments(seen, rules))
    }

    /// The verdicts of rules on one client with every step: the value seen, what it was held
    /// against, and why nothing is known.
    ///
    /// # Errors
    /// [`Error::BadDocument`](crate::Error::BadDocument) with the first problem that is an error;
    /// [`Error::UnknownClient`](crate::Error::UnknownClient).
    pub fn trace(&self, rules: &Rules, client: &ClientId) -> Result<Trace> {
        self.tracing(rules, |tracer| tracer.client(client))
    }

    /// Answers with a tracer of rules for any number of clients.
    pub(crate) fn tracing<T>(
        &self,
        rules: &Rules,
        question: impl FnOnce(&mut Tracer<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        self.see(|seen| rule::tracing(seen, rules, question))
    }
}
