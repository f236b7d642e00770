//! What is asked of incoming rows, and the account of those that could not be taken.

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::error::Error;
use crate::money::{Currency, Scale};

/// What to do with a row that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBad {
    /// The first one is an error.
    #[default]
    Refuse,
    /// It is set aside, counted by cause and given back in the report.
    SetAside,
}

/// An amount below zero where no column says what kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Negative {
    /// It is a return.
    #[default]
    Return,
    /// It is a bad row.
    Refuse,
}

/// How a ledger keeps its sales and what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerOptions {
    /// The one currency of all amounts. Default: none stated.
    pub currency: Currency,
    /// Decimal places of amounts. Default: 2.
    pub scale: Scale,
    /// Decimal places of quantities. Default: 0.
    pub quantity_scale: Scale,
    /// The last day that a sale may have; a later one is a bad row. Default: no limit.
    pub latest: Option<Day>,
    /// Bad rows. Default: refuse.
    pub on_bad: OnBad,
    /// Amounts below zero without a kind. Default: return.
    pub negative: Negative,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            currency: Currency::NONE,
            scale: Scale::CENTS,
            quantity_scale: Scale::WHOLE,
            latest: None,
            on_bad: OnBad::Refuse,
            negative: Negative::Return,
        }
    }
}

/// The caller's names of the columns, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each field is the name of the column that it is called after")]
pub struct ColumnNames {
    pub client: String,
    pub date: String,
    pub amount: String,
    pub order: String,
    pub quantity: String,
    pub profit: String,
    pub category: String,
    pub brand: String,
    pub promo: String,
    pub manager: String,
    pub department: String,
    pub kind: String,
}

impl Default for ColumnNames {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            client: own("client"),
            date: own("date"),
            amount: own("amount"),
            order: own("order"),
            quantity: own("quantity"),
            profit: own("profit"),
            category: own("category"),
            brand: own("brand"),
            promo: own("promo"),
            manager: own("manager"),
            department: own("department"),
            kind: own("kind"),
        }
    }
}

macro_rules! causes {
    ($($variant:ident, $name:literal, $problem:literal, $remedy:literal;)*) => {
        /// Why a row cannot be taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Cause {
            $(#[doc = concat!("The row has ", $problem, ".")] $variant,)*
        }

        impl Cause {
            /// The name in JSON, Python and C.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What is wrong.
            pub fn problem(self) -> &'static str {
                match self { $(Self::$variant => $problem,)* }
            }

            /// What would be right.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }
    };
}

causes! {
    NullClient, "null_client", "no client", "every row needs a client id";
    EmptyClient, "empty_client", "an empty client id", "every row needs a client id";
    BadClient, "bad_client", "a client id that cannot be read", "write a whole number of 64 bits or a text";
    NullDay, "null_day", "no date", "every sale needs a date";
    BadDay, "bad_day", "a date that cannot be read", "write YYYY-MM-DD, a day that exists";
    DayOutOfRange, "day_out_of_range", "a date outside the calendar", "years 0001 to 9999 are kept";
    AfterLatest, "after_latest", "a date after the latest allowed", "correct the date or raise `latest`";
    NullAmount, "null_amount", "no amount", "every sale needs an amount, 0 if it was free";
    BadAmount, "bad_amount", "an amount that cannot be read", "write a decimal number such as 12.50";
    NotFinite, "not_finite", "an amount that is not a finite number", "every sale needs a finite amount";
    Inexact, "inexact", "an amount with more decimal places than the ledger keeps", "round it, or give the ledger a larger `scale`";
    AmountOutOfRange, "amount_out_of_range", "an amount out of range", "amounts have at most 18 digits in minor units";
    NegativeSale, "negative_sale", "a sale below zero", "mark the line as a return or a cancellation";
    UnknownKind, "unknown_kind", "an unknown kind of line", "sale, return and cancellation are known";
    ForeignCurrency, "foreign_currency", "another currency than the ledger's", "pass a table of rates, or keep one ledger per currency";
    NoRate, "no_rate", "a currency without a rate on that day", "add the rate to the table of rates";
    BadOrder, "bad_order", "an order id that cannot be read", "write a whole number of 64 bits or a text";
    BadQuantity, "bad_quantity", "a quantity that cannot be read exactly", "write a number with at most `quantity_scale` places";
    BadProfit, "bad_profit", "a profit that cannot be read exactly", "write a decimal number with at most `scale` places";
    BadFlag, "bad_flag", "a flag that is neither yes nor no", "write true or false";
    TooManyPlaces, "too_many_places", "a number with more decimal places than the field keeps", "round it, or give the field more `places`";
    BadValue, "bad_value", "a value that the field cannot hold", "write a value of the field's type";
    OutsideLimits, "outside_limits", "a number outside the field's limits", "write one from the field's `min` to its `max`";
    UnknownOption, "unknown_option", "a value that is none of the field's options", "write one of them, or make the field open";
    UnknownPortraitKind, "unknown_portrait_kind", "an unknown kind of portrait", "write a kind of the catalogue";
    NotOfKind, "not_of_kind", "a field that does not apply to the client's kind", "leave it empty, or correct the kind";
}

/// One row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Position in what the caller gave, from 0.
    pub row: u64,
    /// The caller's name of the column.
    pub column: String,
    /// The value as text.
    pub value: String,
    /// Why.
    pub cause: Cause,
}

impl SetAside {
    /// The row as the error that a strict reading gives.
    pub fn error(&self) -> Error {
        Error::BadRow {
            row: self.row,
            column: self.column.clone(),
            value: self.value.clone(),
            problem: self.cause.problem().to_owned(),
            remedy: self.cause.remedy().to_owned(),
        }
    }
}

/// How many rows were set aside for one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseCount {
    /// The cause.
    pub cause: Cause,
    /// Rows.
    pub count: u64,
    /// The first few of them.
    pub examples: Vec<SetAside>,
}

/// The account of what came in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IntakeReport {
    /// Rows read.
    pub rows: u64,
    /// Rows taken into the ledger.
    pub accepted: u64,
    /// Of these, amounts below zero that were taken as returns for want of a kind.
    pub negative_as_return: u64,
    /// Rows that were not taken, in the order given.
    pub set_aside: Vec<SetAside>,
}

impl IntakeReport {
    /// The rows set aside, counted by cause, with up to five examples each.
    pub fn by_cause(&self) -> Vec<CauseCount> {
        let mut causes: Vec<CauseCount> = Vec::new();
        for row in &self.set_aside {
            match causes.iter_mut().find(|known| known.cause == row.cause) {
                Some(known) => {
                    known.count += 1;
                    if known.examples.len() < 5 {
                        known.examples.push(row.clone());
                    }
                }
                None => causes.push(CauseCount {
                    cause: row.cause,
                    count: 1,
                    examples: vec![row.clone()],
                }),
            }
        }
        causes.sort_by_key(|known| known.cause);
        causes
    }

    /// The account of both.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            accepted: self.accepted + other.accepted,
            negative_as_return: self.negative_as_return + other.negative_as_return,
            set_aside: [self.set_aside.as_slice(), &other.set_aside].concat(),
        }
    }
}
