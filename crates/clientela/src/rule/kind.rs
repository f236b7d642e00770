//! What can be compared with what: types of values and the operators that suit them.

use crate::money::Scale;
use crate::portrait::FieldType;
use crate::rule::words::Op;
use crate::table::Values;

/// What the values of an attribute, a figure or a member of a record are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Integer,
    Decimal,
    Money,
    /// A real number, compared by its exact value.
    Float,
    Text,
    Choice,
    Date,
    YesNo,
    List,
    /// What can only be known or not: persons and notes.
    Other,
}

const EQUAL: [Op; 4] = [Op::Equals, Op::NotEquals, Op::In, Op::NotIn];
const ORDER: [Op; 5] =
    [Op::GreaterThan, Op::GreaterThanOrEquals, Op::LessThan, Op::LessThanOrEquals, Op::Between];
const KNOWN: [Op; 2] = [Op::IsNull, Op::IsNotNull];
const FLAG: [Op; 2] = [Op::IsTrue, Op::IsFalse];
const TEXT: [Op; 6] =
    [Op::Contains, Op::NotContains, Op::StartsWith, Op::EndsWith, Op::Like, Op::NotLike];
const LIST: [Op; 5] =
    [Op::ArrayAnyOf, Op::ArrayAllOf, Op::ArrayNoneOf, Op::ArrayIsEmpty, Op::ArrayIsNotEmpty];
const DATE: [Op; 8] = [
    Op::On,
    Op::NotOn,
    Op::Before,
    Op::After,
    Op::InWindow,
    Op::OlderThan,
    Op::WithinNext,
    Op::AnniversaryWithin,
];

impl Kind {
    /// The name in the list of attributes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Float => "float",
            Self::Text => "text",
            Self::Choice => "choice",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::List => "list",
            Self::Other => "other",
        }
    }

    /// The operators that suit it.
    pub(crate) fn ops(self) -> Vec<Op> {
        let groups: &[&[Op]] = match self {
            Self::Integer | Self::Decimal | Self::Money | Self::Float => &[&EQUAL, &ORDER],
            Self::Text | Self::Choice => &[&EQUAL, &TEXT],
            Self::Date => &[&EQUAL, &ORDER, &DATE],
            Self::YesNo => &[&FLAG, &EQUAL[..2]],
            Self::List => &[&LIST],
            Self::Other => &[],
        };
        [groups.concat(), KNOWN.to_vec()].concat()
    }

    /// The kind of a portrait's field.
    pub(crate) const fn of_field(field: FieldType) -> Self {
        match field {
            FieldType::Text => Self::Text,
            FieldType::Integer | FieldType::Rating => Self::Integer,
            FieldType::Decimal => Self::Decimal,
            FieldType::Money => Self::Money,
            FieldType::Date => Self::Date,
            FieldType::YesNo => Self::YesNo,
            FieldType::Choice => Self::Choice,
            FieldType::List => Self::List,
            FieldType::Person | FieldType::Notes => Self::Other,
        }
    }

    /// The kind of a column.
    pub(crate) fn of_column(values: &Values) -> Self {
        match values {
            Values::Client(crate::client::ClientIds::Int(_))
            | Values::Int32(_)
            | Values::Int64(_)
            | Values::Count8(_) => Self::Integer,
            Values::Client(_) | Values::Name(..) | Values::Text(_) => Self::Text,
            Values::Day(_) => Self::Date,
            Values::Money(..) => Self::Money,
            Values::Float(_) => Self::Float,
            Values::Flag(_) => Self::YesNo,
            Values::Choice(..) => Self::Choice,
        }
    }
}

/// What is compared: its kind, and what values it can have.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) kind: Kind,
    /// Decimal places of numbers.
    pub(super) scale: Scale,
    /// The names of a choice.
    pub(super) options: Vec<String>,
    /// Whether there may be others.
    pub(super) open: bool,
    /// The least and the largest number that there can be, in units of the scale; of a choice,
    /// its codes; of a date, days.
    pub(super) limits: (i64, i64),
    /// Unit of a number.
    pub(super) unit: String,
}

/// No limit of numbers; the least one stands for what is missing.
pub(super) const ANY: (i64, i64) = (i64::MIN + 1, i64::MAX);

impl Typed {
    pub(super) fn new(kind: Kind, scale: Scale) -> Self {
        let limits = match kind {
            Kind::Date => {
                (crate::calendar::Day::MIN.days().into(), crate::calendar::Day::MAX.days().into())
            }
            Kind::YesNo => (0, 1),
            _ => ANY,
        };
        let unit = if kind == Kind::Money { "money".to_owned() } else { String::new() };
        Self { kind, scale, options: Vec::new(), open: false, limits, unit }
    }

    /// A choice whose codes are places among its names.
    pub(super) fn coded<S: AsRef<str>>(options: impl IntoIterator<Item = S>) -> Self {
        let options: Vec<String> =
            options.into_iter().map(|option| option.as_ref().to_owned()).collect();
        let limits = (0, options.len() as i64 - 1);
        // Where nothing is known, the names are not known either.
        let open = options.is_empty();
        Self { options, open, limits, ..Self::new(Kind::Choice, Scale::WHOLE) }
    }

    /// The same for a number that is never below zero.
    pub(super) fn least(self, least: i64) -> Self {
        Self { limits: (least, self.limits.1), ..self }
    }
}
