//! One sale line, and batches of them by column.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::columns::NAME_COLUMNS;
use super::intake::SetAside;
use crate::calendar::Day;
use crate::client::{ClientId, Texts};
use crate::table::Value;

/// What a line of the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SaleKind {
    /// Revenue.
    Sale = 0,
    /// Goods taken back or money given back: reduces amounts, is never a purchase.
    Return = 1,
    /// An order called off: removes the order that it names, else it acts as a return.
    Cancellation = 2,
}

impl SaleKind {
    /// The names in JSON, Python and C, in the order of the codes.
    pub const NAMES: [&'static str; 3] = ["sale", "return", "cancellation"];

    /// The kind with a code, 0 to 2.
    pub fn of_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Sale),
            1 => Some(Self::Return),
            2 => Some(Self::Cancellation),
            _ => None,
        }
    }
}

/// One line of the ledger, as it is kept: returns and cancellations have negative amounts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sale {
    /// Who bought.
    pub client: ClientId,
    /// The day in the ledger's time zone.
    pub day: Day,
    /// Net of tax, in the ledger's currency.
    pub amount: Decimal,
    /// Sale, return or cancellation.
    pub kind: SaleKind,
    /// The order that the line belongs to; missing where none is known.
    pub order: Value,
    /// Units; `None` is unknown.
    pub quantity: Option<Decimal>,
    /// Profit in the ledger's currency; `None` is unknown.
    pub profit: Option<Decimal>,
    /// What was bought; `None` is unknown.
    pub category: Option<String>,
    /// The brand of what was bought; `None` is unknown.
    pub brand: Option<String>,
    /// Who sold it; `None` is unknown.
    pub manager: Option<String>,
    /// Which department sold it; `None` is unknown.
    pub department: Option<String>,
    /// Whether it was sold on promotion; `None` is unknown.
    pub promo: Option<bool>,
}

/// Texts of one batch, borrowed from the caller's buffers where that is possible.
#[derive(Debug, Clone)]
pub struct TextColumn<'a> {
    text: Cow<'a, str>,
    offsets: Offsets<'a>,
}

#[derive(Debug, Clone)]
enum Offsets<'a> {
    Small(Cow<'a, [i32]>),
    Large(Cow<'a, [i64]>),
    Own(Vec<usize>),
}

impl<'a> TextColumn<'a> {
    /// Texts in one buffer: text `i` is `text[offsets[i]..offsets[i + 1]]`.
    /// Offsets that do not fit the buffer read as empty texts.
    pub fn new(text: impl Into<Cow<'a, str>>, offsets: impl Into<Cow<'a, [i32]>>) -> Self {
        Self { text: text.into(), offsets: Offsets::Small(offsets.into()) }
    }

    /// The same with wide offsets.
    pub fn large(text: impl Into<Cow<'a, str>>, offsets: impl Into<Cow<'a, [i64]>>) -> Self {
        Self { text: text.into(), offsets: Offsets::Large(offsets.into()) }
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        let offsets = match &self.offsets {
            Offsets::Small(offsets) => offsets.len(),
            Offsets::Large(offsets) => offsets.len(),
            Offsets::Own(offsets) => offsets.len(),
        };
        offsets.saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text `i`.
    pub fn get(&self, i: usize) -> &str {
        let range = match &self.offsets {
            Offsets::Small(offsets) => offsets[i] as usize..offsets[i + 1] as usize,
            Offsets::Large(offsets) => offsets[i] as usize..offsets[i + 1] as usize,
            Offsets::Own(offsets) => offsets[i]..offsets[i + 1],
        };
        self.text.get(range).unwrap_or("")
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The texts at these positions only.
    pub(crate) fn pick(&self, keep: &[usize]) -> TextColumn<'static> {
        keep.iter().map(|&i| self.get(i)).collect::<Texts>().into()
    }
}

impl From<Texts> for TextColumn<'_> {
    fn from(texts: Texts) -> Self {
        let (text, offsets) = texts.into_parts();
        Self { text: Cow::Owned(text), offsets: Offsets::Own(offsets) }
    }
}

impl<'t> FromIterator<&'t str> for TextColumn<'_> {
    fn from_iter<I: IntoIterator<Item = &'t str>>(texts: I) -> Self {
        texts.into_iter().collect::<Texts>().into()
    }
}

/// Client ids of one batch.
#[derive(Debug, Clone)]
pub enum ClientColumn<'a> {
    /// Whole numbers.
    Int(Cow<'a, [i64]>),
    /// Texts; an empty one is a bad row.
    Text(TextColumn<'a>),
}

impl ClientColumn<'_> {
    /// Number of ids.
    pub fn len(&self) -> usize {
        match self {
            Self::Int(ids) => ids.len(),
            Self::Text(ids) => ids.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids at these positions only.
    pub(crate) fn pick(&self, keep: &[usize]) -> ClientColumn<'static> {
        match self {
            Self::Int(ids) => ClientColumn::Int(keep.iter().map(|&i| ids[i]).collect()),
            Self::Text(ids) => ClientColumn::Text(ids.pick(keep)),
        }
    }
}

/// Order ids of one batch.
#[derive(Debug, Clone)]
pub enum OrderColumn<'a> {
    /// Whole numbers; [`NO_INT64`](crate::NO_INT64) is no order.
    Int(Cow<'a, [i64]>),
    /// Texts; an empty one is no order.
    Text(TextColumn<'a>),
}

/// One batch of sale lines by column, converted to the ledger's scale.
///
/// All columns have the length of `client`. Which optional columns are there may differ from
/// batch to batch; where one is absent its values are unknown.
#[derive(Debug, Clone)]
pub struct Sales<'a> {
    /// Position of the first row in what the caller gave.
    pub first_row: u64,
    /// Position of each row, where rows were set aside before; else they follow `first_row`.
    pub rows: Option<Vec<u64>>,
    /// Who bought.
    pub client: ClientColumn<'a>,
    /// Days since 1970-01-01.
    pub day: Cow<'a, [i32]>,
    /// Minor units.
    pub amount: Cow<'a, [i64]>,
    /// Order ids.
    pub order: Option<OrderColumn<'a>>,
    /// Quantities in units of the ledger's quantity scale; [`NO_INT64`](crate::NO_INT64) is
    /// unknown.
    pub quantity: Option<Cow<'a, [i64]>>,
    /// Profits in minor units; [`NO_INT64`](crate::NO_INT64) is unknown.
    pub profit: Option<Cow<'a, [i64]>>,
    /// Categories; an empty text is unknown.
    pub category: Option<TextColumn<'a>>,
    /// Brands; an empty text is unknown.
    pub brand: Option<TextColumn<'a>>,
    /// Managers; an empty text is unknown.
    pub manager: Option<TextColumn<'a>>,
    /// Departments; an empty text is unknown.
    pub department: Option<TextColumn<'a>>,
    /// 0 no, 1 yes, [`NO_CODE`](crate::NO_CODE) unknown.
    pub promo: Option<Cow<'a, [u8]>>,
    /// Codes of [`SaleKind`].
    pub kind: Option<Cow<'a, [u8]>>,
    /// Rows that the conversion could not take; they are in none of the columns.
    pub set_aside: Vec<SetAside>,
}

impl<'a> Sales<'a> {
    /// A batch of the three columns that every sale has.
    pub fn new(
        client: ClientColumn<'a>,
        day: impl Into<Cow<'a, [i32]>>,
        amount: impl Into<Cow<'a, [i64]>>,
    ) -> Self {
        Self {
            first_row: 0,
            rows: None,
            client,
            day: day.into(),
            amount: amount.into(),
            order: None,
            quantity: None,
            profit: None,
            category: None,
            brand: None,
            manager: None,
            department: None,
            promo: None,
            kind: None,
            set_aside: Vec::new(),
        }
    }

    /// Number of rows in the columns.
    pub fn len(&self) -> usize {
        self.client.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position of row `i` in what the caller gave.
    pub fn position(&self, i: usize) -> u64 {
        self.rows.as_ref().map_or(self.first_row + i as u64, |rows| rows[i])
    }

    /// The columns of names, as the ledger orders them.
    pub(super) fn names(&self) -> [Option<&TextColumn<'a>>; NAME_COLUMNS] {
        [&self.category, &self.brand, &self.manager, &self.department].map(Option::as_ref)
    }

    /// Keeps only the rows at these positions of the columns.
    pub fn keep(&mut self, keep: &[usize]) {
        fn pick<T: Copy>(values: &[T], keep: &[usize]) -> Cow<'static, [T]> {
            Cow::Owned(keep.iter().map(|&i| values[i]).collect())
        }
        self.rows = Some(keep.iter().map(|&i| self.position(i)).collect());
        self.client = self.client.pick(keep);
        self.day = pick(&self.day, keep);
        self.amount = pick(&self.amount, keep);
        self.order = self.order.as_ref().map(|order| match order {
            OrderColumn::Int(ids) => OrderColumn::Int(pick(ids, keep)),
            OrderColumn::Text(ids) => OrderColumn::Text(ids.pick(keep)),
        });
        self.quantity = self.quantity.as_ref().map(|values| pick(values, keep));
        self.profit = self.profit.as_ref().map(|values| pick(values, keep));
        self.promo = self.promo.as_ref().map(|values| pick(values, keep));
        self.kind = self.kind.as_ref().map(|values| pick(values, keep));
        for texts in [&mut self.category, &mut self.brand, &mut self.manager, &mut self.department]
        {
            *texts = texts.as_ref().map(|values| values.pick(keep));
        }
    }
}
