//! What verdicts are made from: the sales, and what is given beside them.

use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::lifetime::{AnyModel, GammaGamma, Models};
use crate::portrait::Portraits;

/// A firm's base: its sales, and what it knows of its clients besides.
///
/// Cheap to clone. What is not given is unknown, and unknown never promotes a client.
///
/// ```
/// use clientela::{
///     Base, ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, PortraitOptions, Portraits,
///     Sales,
/// };
///
/// let day = Day::of(2026, 3, 2).unwrap();
/// let mut builder = LedgerBuilder::new(LedgerOptions::default());
/// let clients = ClientColumn::Int(vec![7; 3].into());
/// let days = vec![day.days(), day.days() + 30, day.days() + 60];
/// builder.push(Sales::new(clients, days, vec![1250, 990, 4000]))?;
/// let ledger = builder.finish()?;
/// let portraits = Portraits::from_json(
///     r#"[{"client": 7, "fields": {"buys_elsewhere": false}}]"#,
///     &PortraitOptions::default(),
/// )?;
///
/// let policy = Policy::from_json(r#"{"activity": {"lost_after": {"months": 6}}}"#)?;
/// let base = Base::new(&ledger).portraits(&portraits);
/// let snapshot = base.snapshot(Day::of(2026, 5, 31).unwrap(), &policy)?;
/// assert_eq!(snapshot.clients().value(0, "stage").unwrap().to_string(), "supporter");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Base {
    pub(crate) sales: Ledger,
    pub(crate) portraits: Option<Portraits>,
    pub(crate) payments: Option<Ledger>,
    pub(crate) orders: Option<Ledger>,
    pub(crate) models: Option<Models>,
    pub(crate) journal: Journal,
}

impl Base {
    /// A base of sales.
    pub fn new(sales: &Ledger) -> Self {
        Self {
            sales: sales.clone(),
            portraits: None,
            payments: None,
            orders: None,
            models: None,
            journal: Journal::default(),
        }
    }

    /// With what the firm declares of its clients (R6 to R13).
    #[must_use]
    pub fn portraits(self, portraits: &Portraits) -> Self {
        Self { portraits: Some(portraits.clone()), ..self }
    }

    /// With the payments received, by the day of receipt (R17).
    #[must_use]
    pub fn payments(self, payments: &Ledger) -> Self {
        Self { payments: Some(payments.clone()), ..self }
    }

    /// With the orders placed, by the day of the order (R17).
    #[must_use]
    pub fn orders(self, orders: &Ledger) -> Self {
        Self { orders: Some(orders.clone()), ..self }
    }

    /// With a model of purchases, fitted or given, by which the snapshot tells how likely each
    /// client is still one, what it will buy and, with a model of spend too, what it is worth.
    ///
    /// The conventions, the horizon and the discount are those of the policy's `lifetime`.
    #[must_use]
    pub fn lifetime(self, model: &AnyModel, spend: Option<&GammaGamma>) -> Self {
        Self { models: Some(Models::new(model, spend)), ..self }
    }

    /// With what the firm does and has beside its sales (R28 to R46).
    #[must_use]
    pub fn journal(self, journal: &Journal) -> Self {
        Self { journal: journal.clone(), ..self }
    }

    /// The sales.
    pub fn ledger(&self) -> &Ledger {
        &self.sales
    }

    /// The portraits, if they were given.
    pub fn declared(&self) -> Option<&Portraits> {
        self.portraits.as_ref()
    }
}
