//! Cohorts as a square of cells: clients and amounts by cohort and number of the period.

use super::history::History;

/// Cells by cohort and number of the period, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    /// Cohorts, and periods of each.
    pub(crate) side: usize,
    pub(crate) clients: Vec<u64>,
    pub(crate) amounts: Vec<i128>,
}

impl Cells {
    pub(crate) fn new(side: usize) -> Self {
        Self { side, clients: vec![0; side * side], amounts: vec![0; side * side] }
    }

    pub(crate) fn plus(mut self, other: &Self) -> Self {
        for (sum, more) in self.clients.iter_mut().zip(&other.clients) {
            *sum += more;
        }
        for (sum, more) in self.amounts.iter_mut().zip(&other.amounts) {
            *sum += more;
        }
        self
    }

    pub(crate) fn count(&mut self, cohort: usize, number: Option<usize>) {
        if let Some(cell) = self.cell(cohort, number) {
            self.clients[cell] += 1;
        }
    }

    pub(crate) fn add(&mut self, cohort: usize, number: Option<usize>, amount: i64) {
        if let Some(cell) = self.cell(cohort, number) {
            self.amounts[cell] += i128::from(amount);
        }
    }

    fn cell(&self, cohort: usize, number: Option<usize>) -> Option<usize> {
        number.filter(|&number| number < self.side).map(|number| cohort * self.side + number)
    }

    /// Adds a client, by calendar periods of so many months; `earliest` is the number of the
    /// first cohort's period.
    pub(crate) fn add_client(&mut self, history: &History<'_>, months: i32, earliest: i32) {
        let Some(first) = history.visits.first() else { return };
        let period = |month: i32| if months == 1 { month } else { month.div_euclid(months) };
        let first = period(first.month);
        let cohort = (first - earliest) as usize;
        let number = |month: i32| usize::try_from(period(month) - first).ok();
        let mut last = None;
        for visit in history.visits {
            let number = number(visit.month);
            if number != last {
                self.count(cohort, number);
                last = number;
            }
        }
        for &(month, amount) in history.months {
            self.add(cohort, number(month), amount);
        }
    }
}
