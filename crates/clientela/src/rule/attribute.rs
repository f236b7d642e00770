//! What there is to compare: columns, fields of portraits, figures and records.

use super::figure::is_later;
use super::kind::{Kind, Typed};
use super::record::{DECLARED, ListInfo, NOTED, SALES};
use super::words::{Metric, Op};
use crate::axis::column;
use crate::census::basis::{Basis, Declared};
use crate::ledger::columns::{NameColumn, Orders};
use crate::money::Scale;
use crate::portrait::{Catalogue, Field, FieldStorage, RecordField};
use crate::table::{Table, Values};
use crate::view::{Seen, texts};

/// Before the name of a portrait's field.
pub(super) const PORTRAIT: &str = "portrait.";

/// Where values come from, a row per client.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Column(&'a Values),
    Field(&'a Declared, &'a FieldStorage, &'a Field),
    /// Whether there are records that fill a field.
    Filled(&'a Declared, RecordField),
    /// A figure, by its place.
    Figure(usize),
    /// Nothing is known, for a cause.
    Nothing(&'static str),
}

/// An attribute that was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) typed: Typed,
    pub(super) source: Source<'a>,
}

/// The catalogue of the portraits, or the built-in one where there are none.
fn catalogue(basis: &Basis<'_>) -> Catalogue {
    basis.declared.map_or_else(Catalogue::built_in, |all| all.portraits.catalogue().clone())
}

/// A column of the snapshot, or a field of the portraits.
pub(super) fn find<'a>(seen: &Seen<'a>, name: &str) -> Option<Found<'a>> {
    if let Some(column) = seen.table.column(name) {
        return Some(Found {
            typed: of_column(&column.values),
            source: Source::Column(&column.values),
        });
    }
    let name = name.strip_prefix(PORTRAIT).unwrap_or(name);
    let declared = seen.known.basis.declared;
    let Some(declared) = declared else {
        let field = Catalogue::built_in().field(name)?.clone();
        let source = Source::Nothing("no portraits are given");
        return Some(Found { typed: of_field(&field, seen.scale()), source });
    };
    let field = declared.portraits.catalogue().field(name)?;
    let source = match (field.records, declared.portraits.column(name)) {
        (Some(records), _) => Source::Filled(declared, records),
        (None, Some(storage)) => Source::Field(declared, storage, field),
        (None, None) => Source::Nothing("no portrait has it"),
    };
    Some(Found { typed: of_field(field, seen.scale()), source })
}

/// What a column's values can be.
pub(super) fn of_column(values: &Values) -> Typed {
    let kind = Kind::of_column(values);
    match values {
        Values::Choice(_, names) => Typed::coded(names.iter()),
        Values::Money(_, scale) => Typed::new(kind, *scale),
        Values::Count8(_) => Typed::new(kind, Scale::WHOLE).least(0),
        _ => Typed::new(kind, Scale::WHOLE),
    }
}

/// What a field's values can be.
fn of_field(field: &Field, money: Scale) -> Typed {
    if field.records.is_some() {
        return Typed::new(Kind::YesNo, Scale::WHOLE);
    }
    let kind = Kind::of_field(field.field_type);
    let typed = Typed::new(kind, field.scale(money));
    let limits =
        if field.field_type.is_number() { field.limits(typed.scale) } else { typed.limits };
    let unit = field.unit.clone().unwrap_or(typed.unit);
    let open = field.open || field.options.is_empty();
    Typed { options: field.options.clone(), open, limits, unit, ..typed }
}

/// What a figure of the sales can be.
pub(super) fn of_metric(metric: Metric, seen: &Seen<'_>) -> Typed {
    let (kind, scale, least) = match metric {
        Metric::Amount | Metric::Profit | Metric::MeanPurchase | Metric::LargestPurchase => {
            (Kind::Money, seen.scale(), None)
        }
        Metric::ReturnedAmount => (Kind::Money, seen.scale(), Some(0)),
        Metric::Quantity => (Kind::Decimal, seen.known.basis.ledger.quantity_scale(), None),
        _ => (Kind::Integer, Scale::WHOLE, Some(0)),
    };
    let typed = Typed::new(kind, scale);
    least.map_or(typed.clone(), |least| typed.least(least))
}

/// What the member of a record can be.
pub(super) fn of_member(list: &ListInfo, place: usize, seen: &Seen<'_>) -> Typed {
    let basis = seen.known.basis;
    let typed = list.members[place].typed(seen.scale());
    match (list.name, list.members[place].name) {
        ("sales", "quantity") => Typed::new(Kind::Decimal, basis.ledger.quantity_scale()),
        ("sales", "order") => match &basis.ledger.columns().extras.order {
            Some(Orders::Int(_)) => Typed::new(Kind::Integer, Scale::WHOLE),
            _ => typed,
        },
        _ => typed,
    }
}

/// The names of a member of a line, where it is a code of one; `None` where it is no such
/// member or there is no such column.
pub(super) fn line_names<'a>(seen: &Seen<'a>, member: &str) -> Option<&'a crate::client::Texts> {
    let extras = &seen.known.basis.ledger.columns().extras;
    let column = match member {
        "category" => NameColumn::Category,
        "brand" => NameColumn::Brand,
        "manager" => NameColumn::Manager,
        "department" => NameColumn::Department,
        "order" => {
            return match &extras.order {
                Some(Orders::Text(names)) => Some(&names.names),
                _ => None,
            };
        }
        _ => return None,
    };
    extras.names(column).map(|names| &names.names)
}

/// The column of the ledger that a member of a line or a figure needs and that is not there.
pub(super) fn absent_column(seen: &Seen<'_>, name: &str) -> Option<&'static str> {
    let extras = &seen.known.basis.ledger.columns().extras;
    let (column, there) = match name {
        "profit" => ("profit", extras.profit.is_some()),
        "quantity" => ("quantity", extras.quantity.is_some()),
        "order" => ("order", extras.order.is_some()),
        "promo" => ("promo", extras.promo.is_some()),
        "category" | "categories" => ("category", extras.names(NameColumn::Category).is_some()),
        "brand" | "brands" => ("brand", extras.names(NameColumn::Brand).is_some()),
        "manager" => ("manager", extras.names(NameColumn::Manager).is_some()),
        "department" => ("department", extras.names(NameColumn::Department).is_some()),
        _ => return None,
    };
    (!there).then_some(column)
}

/// A kind of record by name.
pub(super) fn list(name: &str) -> Option<&'static ListInfo> {
    const LINES: &[ListInfo] = &[SALES];
    LINES.iter().chain(DECLARED).chain(NOTED).find(|list| list.name == name)
}

/// All names of attributes, for messages.
pub(super) fn names(seen: &Seen<'_>) -> Vec<String> {
    let columns = seen.table.columns().iter().map(|column| column.name.to_string());
    let catalogue = catalogue(seen.known.basis);
    let fields = catalogue.fields().iter().map(|field| format!("{PORTRAIT}{}", field.name));
    columns.chain(fields).collect()
}

/// What a figure says.
fn about(metric: Metric) -> &'static str {
    match metric {
        Metric::Amount => "Net amount of the window: sales less returns.",
        Metric::Profit => "Profit of the window; unknown where a line's is.",
        Metric::Quantity => "Units of the window; unknown where a line's are.",
        Metric::Purchases => "Purchases of the window.",
        Metric::PurchaseDays => "Days of the window with a purchase.",
        Metric::Returns => "Lines of returns in the window.",
        Metric::ReturnedAmount => "What returns of the window took back, 0 or more.",
        Metric::MeanPurchase => "Net amount of the window for each purchase.",
        Metric::LargestPurchase => "The largest purchase of the window, before returns.",
        Metric::MonthsWithPurchase => "Calendar months of the window with a purchase.",
        Metric::Categories => "Categories bought in the window.",
        Metric::Brands => "Brands bought in the window.",
    }
}

/// One row of the list of attributes.
struct Row {
    kind: &'static str,
    name: String,
    typed: Typed,
    about: String,
    source: String,
    ops: Vec<Op>,
}

fn row(kind: &'static str, name: String, typed: Typed, about: &str, source: &str) -> Row {
    let ops = typed.kind.ops();
    Row { kind, name, typed, about: about.to_owned(), source: source.to_owned(), ops }
}

/// Everything that rules over a base can compare: a row per column of the snapshot, field of
/// the portraits, figure of the sales, kind of record and member of one.
pub(crate) fn attributes(seen: &Seen<'_>) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for column in seen.table.columns() {
        let typed = of_column(&column.values);
        rows.push(row("column", column.name.to_string(), typed, &column.about, &column.source));
    }
    for field in catalogue(seen.known.basis).fields() {
        let name = format!("{PORTRAIT}{}", field.name);
        let typed = of_field(field, seen.scale());
        rows.push(row("portrait", name, typed, &field.about, &field.source));
    }
    for &metric in Metric::ALL {
        let typed = of_metric(metric, seen);
        rows.push(row("metric", metric.name().to_owned(), typed, about(metric), "R47"));
    }
    for list in std::iter::once(&SALES).chain(DECLARED).chain(NOTED) {
        let count = Typed::new(Kind::Integer, Scale::WHOLE).least(0);
        rows.push(row("record", list.name.to_owned(), count, list.about, list.source));
        for (place, member) in list.members.iter().enumerate() {
            let name = format!("{}.{}", list.name, member.name);
            let typed = of_member(list, place, seen);
            rows.push(row("field", name, typed, member.about, list.source));
        }
    }
    let windows = |row: &Row| match row.kind {
        "metric" => true,
        "record" => list(&row.name).is_some_and(|list| list.dated.is_some()),
        _ => false,
    };
    let flags =
        |of: &dyn Fn(&Row) -> bool| crate::view::flags(rows.iter().map(|row| Some(of(row))));
    let text = |of: &dyn Fn(&Row) -> String| texts(rows.iter().map(of));
    let ops = |row: &Row| row.ops.iter().map(|op| op.name()).collect::<Vec<_>>().join(" ");
    let later = |row: &Row| row.name.rsplit_once('.').is_some_and(|(_, name)| is_later(name));
    Table::new(vec![
        column(
            "name",
            "R47",
            "The name; of a field after that of its records.",
            text(&|row| row.name.clone()),
        ),
        column(
            "kind",
            "R47",
            "What names it in a leaf: column and portrait an attribute; metric; record in count \
             and exists; field within a where.",
            text(&|row| row.kind.to_owned()),
        ),
        column(
            "type",
            "R47",
            "What the values are.",
            text(&|row| row.typed.kind.name().to_owned()),
        ),
        column(
            "unit",
            "R47",
            "Unit of a number; money is in the currency of the sales.",
            text(&|row| row.typed.unit.clone()),
        ),
        column("about", "R47", "What it says.", text(&|row| row.about.clone())),
        column("source", "R47", "Where it comes from.", text(&|row| row.source.clone())),
        column(
            "options",
            "R47",
            "What there is to choose from, one a line; empty where that is open.",
            text(&|row| row.typed.options.join("\n")),
        ),
        column("ops", "R47", "The operators that suit it, with blanks between.", text(&ops)),
        column("window", "R47", "Whether a leaf may look at a window of it.", flags(&windows)),
        column(
            "later",
            "R47",
            "Whether it is a day that is not known before it has come.",
            flags(&later),
        ),
    ])
}
