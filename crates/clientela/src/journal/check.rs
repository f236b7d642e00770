//! Checks of a journal that its types cannot make.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{DOCUMENT, Journal};
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds};
use crate::error::{Error, Result};
use crate::ledger::Ledger;

fn fault(path: String, problem: impl Into<String>) -> Result<()> {
    Err(Error::BadDocument { document: DOCUMENT, path, problem: problem.into() })
}

/// A first and a last day in their order.
fn ordered(path: &str, since: Option<Day>, until: Option<Day>) -> Result<()> {
    match (since, until) {
        (Some(since), Some(until)) if until < since => {
            fault(path.to_owned(), format!("{until} is before {since}"))
        }
        _ => Ok(()),
    }
}

fn named(path: String, name: &str) -> Result<()> {
    if name.trim().is_empty() { fault(path, "an empty name") } else { Ok(()) }
}

impl Journal {
    pub(super) fn check(&self) -> Result<()> {
        let entries = self.entries();
        for (i, one) in entries.staff.iter().enumerate() {
            named(format!("staff[{i}].name"), &one.name)?;
            ordered(&format!("staff[{i}].until"), one.since, one.until)?;
        }
        for (i, one) in entries.assignments.iter().enumerate() {
            named(format!("assignments[{i}].staff"), &one.staff)?;
            ordered(&format!("assignments[{i}].until"), one.since, one.until)?;
        }
        for (i, one) in entries.touches.iter().enumerate() {
            ordered(&format!("touches[{i}].responded_on"), Some(one.on), one.responded_on)?;
        }
        for (i, one) in entries.deliveries.iter().enumerate() {
            ordered(&format!("deliveries[{i}].asked_on"), Some(one.on), one.asked_on)?;
        }
        for (i, one) in entries.promo_days.iter().enumerate() {
            ordered(&format!("promo_days[{i}].to"), Some(one.from), Some(one.to))?;
        }
        for (i, one) in entries.products.iter().enumerate() {
            named(format!("products[{i}].name"), &one.name)?;
        }
        self.check_tasks()?;
        self.check_win_backs()?;
        self.check_suppliers()?;
        self.check_deals()?;
        match entries.clients().find(|(_, id)| matches!(id, ClientId::Text(id) if id.is_empty())) {
            Some((path, _)) => fault(path, "an empty id"),
            None => Ok(()),
        }
    }

    fn check_tasks(&self) -> Result<()> {
        let mut ids = BTreeSet::new();
        for (i, task) in self.entries().tasks.iter().enumerate() {
            if !ids.insert(&task.id) {
                return fault(format!("tasks[{i}].id"), format!("`{}` stands twice", task.id));
            }
            if task.steps.is_empty() {
                return fault(format!("tasks[{i}].steps"), "at least one step is needed");
            }
            let steps: BTreeSet<&String> = task.steps.iter().collect();
            if steps.len() < task.steps.len() {
                return fault(format!("tasks[{i}].steps"), "a step stands twice");
            }
            let mut clients = BTreeSet::new();
            for (j, one) in task.clients.iter().enumerate() {
                let path = || format!("tasks[{i}].clients[{j}]");
                if !clients.insert(&one.client) {
                    return fault(path(), format!("client {} stands twice", one.client));
                }
                if let Some(done) = one.done.iter().find(|done| !steps.contains(&done.step)) {
                    let problem = format!("`{}` is not one of the task's steps", done.step);
                    return fault(format!("{}.done", path()), problem);
                }
            }
        }
        Ok(())
    }

    fn check_win_backs(&self) -> Result<()> {
        for (i, one) in self.entries().win_backs.iter().enumerate() {
            let mut last = one.opened_on;
            for (j, step) in one.steps.iter().enumerate() {
                ordered(&format!("win_backs[{i}].steps[{j}].on"), Some(last), Some(step.on))?;
                last = step.on;
            }
        }
        Ok(())
    }

    fn check_suppliers(&self) -> Result<()> {
        for (i, one) in self.entries().suppliers.iter().enumerate() {
            named(format!("suppliers[{i}].name"), &one.name)?;
            if one.months == 0 {
                return fault(format!("suppliers[{i}].months"), "at least 1");
            }
            let tiers = &one.tiers;
            if !tiers.is_sorted_by(|a, b| a.from < b.from) {
                return fault(format!("suppliers[{i}].tiers"), "volumes must rise");
            }
            let range = Decimal::ZERO..=Decimal::ONE_HUNDRED;
            if let Some(j) = tiers.iter().position(|tier| !range.contains(&tier.discount_percent)) {
                let path = format!("suppliers[{i}].tiers[{j}].discount_percent");
                return fault(path, format!("{} is not 0 to 100", tiers[j].discount_percent));
            }
        }
        Ok(())
    }

    fn check_deals(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        for (i, status) in self.deal_statuses().iter().enumerate() {
            named(format!("deal_statuses[{i}].name"), &status.name)?;
            if !names.insert(&status.name) {
                let problem = format!("`{}` stands twice", status.name);
                return fault(format!("deal_statuses[{i}].name"), problem);
            }
        }
        let mut ids = BTreeSet::new();
        for (i, deal) in self.entries().deals.iter().enumerate() {
            if !ids.insert(&deal.id) {
                return fault(format!("deals[{i}].id"), format!("`{}` stands twice", deal.id));
            }
            if !names.contains(&deal.status) {
                let problem = format!("`{}` is none of `deal_statuses`", deal.status);
                return fault(format!("deals[{i}].status"), problem);
            }
        }
        Ok(())
    }

    /// Whether it goes with the sales of a base.
    ///
    /// # Errors
    /// Amounts that are negative or not exact at the ledger's scale; ids of another kind.
    pub(crate) fn goes_with(&self, ledger: &Ledger) -> Result<()> {
        let scale = ledger.scale();
        let amount = |path: String, amount: Option<Decimal>| match amount {
            Some(amount) if amount < Decimal::ZERO => fault(path, format!("{amount} is below 0")),
            Some(amount) if scale.minor(amount).is_none() => {
                let problem = format!("{amount} has more than {} places", scale.places());
                fault(path, problem)
            }
            _ => Ok(()),
        };
        let entries = self.entries();
        for (i, one) in entries.activities.iter().enumerate() {
            amount(format!("activities[{i}].money"), one.money)?;
        }
        for (i, one) in entries.deals.iter().enumerate() {
            amount(format!("deals[{i}].amount"), one.amount)?;
        }
        for (i, one) in entries.suppliers.iter().enumerate() {
            amount(format!("suppliers[{i}].purchases"), one.purchases)?;
        }
        let costs = self.fixed_costs().map(|costs| costs.per_month);
        amount("fixed_costs.per_month".to_owned(), costs)?;
        let numbers = match ledger.clients() {
            _ if ledger.clients().is_empty() => return Ok(()),
            ClientIds::Int(_) => true,
            ClientIds::Text(_) => false,
        };
        match entries.clients().find(|(_, id)| matches!(id, ClientId::Int(_)) != numbers) {
            None => Ok(()),
            Some((path, id)) => {
                let kind = if numbers { "numbers" } else { "texts" };
                fault(path, format!("{id} is of another kind than the ids of the sales, {kind}"))
            }
        }
    }
}
