//! From a stream of record batches to portraits: a row per client, a column per field.

use std::borrow::Cow;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{DataType, Schema};
use clientela::{
    Cause, ClientColumn, Error, Field, FieldColumn, FieldType, PIECE_ROWS, PortraitFrame,
    PortraitNames, Portraits, PortraitsBuilder, Result, Scale, SetAside, with_threads,
};

use crate::convert::{
    Exact, Fault, Faults, Gap, amount_type, amounts, clients, column_zone, day_type, days, id_type,
    list_type, lists, text_type, texts, yes_no, yes_no_type,
};
use crate::find::{find, nearest};
use crate::groups::in_groups;
use crate::options::PortraitReadOptions;

/// Rows that are collected from small batches before they are converted together.
const GROUP_ROWS: usize = 16 * PIECE_ROWS;

/// Reads a stream into new portraits.
///
/// Which type a column must have, by the type of its field; null is unknown everywhere:
///
/// | field | column |
/// |---|---|
/// | text, choice | text |
/// | integer, rating, decimal | whole numbers, decimals, text, or floats where they are allowed |
/// | money | decimals, text, or floats where they are allowed |
/// | date | dates, times, text `YYYY-MM-DD` |
/// | yes or no | true/false, 1/0, text `yes`/`no` |
/// | list | lists of text |
///
/// Text is text in any layout, or a dictionary of it; an empty one and `unknown` are unknown.
/// Persons, notes, and fields that are filled from records come in documents only.
///
/// # Errors
/// A column that is absent, doubled or of the wrong type, before the first row is read; the
/// first bad row, unless the options set such rows aside.
pub fn read_portraits(
    reader: impl RecordBatchReader + Send,
    options: &PortraitReadOptions,
) -> Result<Portraits> {
    with_threads(options.threads, || {
        let schema = reader.schema();
        let plan = Plan::new(&schema, options)?;
        let mut builder = PortraitsBuilder::new(options.portraits()).named(plan.names());
        builder.ignore_columns(plan.ignored.clone());
        in_groups(
            reader,
            GROUP_ROWS,
            0,
            |batch, from, rows, row| plan.piece(batch, from, rows, row),
            |pieces| builder.push_frames(pieces.len(), |i| plan.frame(&pieces[i])),
        )?;
        builder.finish()
    })?
}

/// Some rows of a batch, with the columns in the plan's order.
#[derive(Debug)]
struct Piece {
    first_row: u64,
    columns: Vec<ArrayRef>,
}

/// One column that is read.
#[derive(Debug)]
struct Source<'a> {
    /// The caller's name.
    name: &'a str,
    /// Where it stands in a batch.
    place: usize,
    holds: Holds<'a>,
}

/// What a column says of a client.
#[derive(Debug)]
enum Holds<'a> {
    Client,
    Kind,
    UpdatedOn,
    Field(&'a Field),
}

/// How to read every batch of one stream.
#[derive(Debug)]
struct Plan<'a> {
    /// The client first.
    sources: Vec<Source<'a>>,
    kind: Option<&'a str>,
    scale: Scale,
    /// The columns that are not read.
    ignored: Vec<String>,
}

impl<'a> Plan<'a> {
    fn new(schema: &'a Schema, options: &'a PortraitReadOptions) -> Result<Self> {
        let columns = &options.columns;
        if options.kind.is_some() && columns.kind.is_some() {
            return Err(Error::BadArgument {
                argument: "kind",
                problem: "the kind of all clients and a column of kinds exclude each other"
                    .to_owned(),
            });
        }
        let mut sources = Vec::new();
        let mut add = |name: &'a str, holds: Holds<'a>| {
            let place = find(schema, name)?;
            let data_type = schema.field(place).data_type();
            if let Some(problem) = holds.misfit(data_type, options) {
                return Err(Error::BadColumn { column: name.to_owned(), problem });
            }
            // Where nothing is known of a column, libraries cannot know its type either.
            if *data_type != DataType::Null {
                sources.push(Source { name, place, holds });
            }
            Ok(())
        };
        if let Some(kind) = &options.kind
            && !options.catalogue.kinds().iter().any(|known| known.name == *kind)
        {
            let kinds = options.catalogue.kinds().iter().map(|known| known.name.as_str());
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            let problem = format!("`{kind}` is not one of the kinds: {kinds}");
            return Err(Error::BadArgument { argument: "kind", problem });
        }
        add(&columns.client, Holds::Client)?;
        if let Some(name) = &columns.kind {
            add(name, Holds::Kind)?;
        }
        if let Some(name) = &columns.updated_on {
            add(name, Holds::UpdatedOn)?;
        }
        let own = [Some(&columns.client), columns.kind.as_ref(), columns.updated_on.as_ref()];
        let fields = fields(schema, options, &own)?;
        for &(name, field) in &fields {
            add(name, Holds::Field(field))?;
        }
        let ignored = schema.fields().iter().map(|field| field.name()).filter(|&name| {
            !own.contains(&Some(name)) && !fields.iter().any(|&(read, _)| read == name)
        });
        Ok(Self {
            sources,
            kind: options.kind.as_deref(),
            scale: options.scale,
            ignored: ignored.cloned().collect(),
        })
    }

    /// The caller's names, for messages.
    fn names(&self) -> PortraitNames {
        let mut names = PortraitNames::default();
        for source in &self.sources {
            let name = source.name.to_owned();
            match source.holds {
                Holds::Client => names.client = name,
                Holds::Kind => names.kind = name,
                Holds::UpdatedOn => names.updated_on = name,
                Holds::Field(field) => drop(names.fields.insert(field.name.clone(), name)),
            }
        }
        names
    }

    fn piece(&self, batch: &RecordBatch, from: usize, rows: usize, first_row: u64) -> Piece {
        let slice = |source: &Source<'_>| batch.column(source.place).slice(from, rows);
        Piece { first_row, columns: self.sources.iter().map(slice).collect() }
    }

    /// The rows of a piece as the core takes them.
    fn frame<'p>(&'p self, piece: &'p Piece) -> Result<PortraitFrame<'p>> {
        let mut list: Vec<Fault<'p>> = Vec::new();
        let mut frame = PortraitFrame::new(ClientColumn::Int(Vec::new().into()));
        frame.first_row = piece.first_row;
        let rows = piece.columns.first().map_or(0, Array::len);
        frame.kind = self.kind.map(|kind| std::iter::repeat_n(kind, rows).collect());
        for (rank, (source, array)) in self.sources.iter().zip(&piece.columns).enumerate() {
            let array: &'p dyn Array = array.as_ref();
            let mut faults = Faults { list: &mut list, column: source.name, rank };
            match source.holds {
                Holds::Client => frame.client = clients(array, &mut faults)?,
                Holds::Kind => frame.kind = Some(texts(array, source.name)?),
                Holds::UpdatedOn => {
                    frame.updated_on = Some(known_days(array, source.name, &mut faults)?);
                }
                Holds::Field(field) => {
                    let column = self.field(field, array, source, &mut faults)?;
                    frame.fields.push((field.name.clone(), column));
                }
            }
        }
        if !list.is_empty() {
            drop_faulty(&mut frame, list);
        }
        Ok(frame)
    }
}

impl Plan<'_> {
    fn field<'p>(
        &self,
        field: &Field,
        array: &'p dyn Array,
        source: &Source<'_>,
        faults: &mut Faults<'_, 'p>,
    ) -> Result<FieldColumn<'p>> {
        Ok(match field.field_type {
            FieldType::Integer | FieldType::Rating | FieldType::Decimal | FieldType::Money => {
                FieldColumn::Number(amounts(array, exact(field, self.scale), faults))
            }
            FieldType::Date => FieldColumn::Day(known_days(array, source.name, faults)?),
            FieldType::YesNo => FieldColumn::Flag(yes_no(array, faults).into()),
            FieldType::List => FieldColumn::List(lists(array, source.name)?),
            // The others are refused before the first row is read.
            _ => FieldColumn::Text(texts(array, source.name)?),
        })
    }
}

/// Days, of which any may be unknown.
fn known_days<'p>(
    array: &'p dyn Array,
    column: &str,
    faults: &mut Faults<'_, 'p>,
) -> Result<Cow<'p, [i32]>> {
    let zone = column_zone(array.data_type(), None, column)?;
    Ok(days(array, zone, Gap::Worded, faults))
}

/// How the numbers of a field are read.
fn exact(field: &Field, money: Scale) -> Exact {
    Exact {
        scale: field.scale(money),
        minor: false,
        gap: Gap::Worded,
        bad: Cause::BadValue,
        inexact: Cause::TooManyPlaces,
        not_finite: Cause::BadValue,
        wide: Cause::OutsideLimits,
    }
}

impl Holds<'_> {
    /// Why a type does not suit; `None` where it does.
    fn misfit(&self, data_type: &DataType, options: &PortraitReadOptions) -> Option<String> {
        let field = match self {
            Self::Client => return id_type(data_type),
            Self::Field(field) => Some(field),
            _ => None,
        };
        if let Some(records) = field.and_then(|field| field.records) {
            return Some(format!(
                "holds a field of the records {}, {IN_DOCUMENTS}",
                records.name()
            ));
        }
        let field = match (self, field) {
            _ if *data_type == DataType::Null => return None,
            (_, Some(field)) => field,
            (Self::UpdatedOn, _) => return day_type(data_type),
            _ => return text_type(data_type),
        };
        match field.field_type {
            FieldType::Text | FieldType::Choice => text_type(data_type),
            FieldType::Money if data_type.is_integer() && options.scale != Scale::WHOLE => {
                Some(format!(
                    "is {data_type}, which may count whole or minor units of money: cast it to a \
                     decimal"
                ))
            }
            FieldType::Integer | FieldType::Rating | FieldType::Decimal | FieldType::Money => {
                amount_type(data_type, options.floats, false)
            }
            FieldType::Date => day_type(data_type),
            FieldType::YesNo => yes_no_type(data_type),
            FieldType::List => list_type(data_type),
            FieldType::Person | FieldType::Notes => {
                Some(format!("holds a field of type {}, {IN_DOCUMENTS}", field.field_type.name()))
            }
        }
    }
}

/// What to do with a field that no column can hold.
const IN_DOCUMENTS: &str = "which comes in documents only: leave the column out";

/// The fields that are read, each with its column, in the order of the frame.
fn fields<'a>(
    schema: &'a Schema,
    options: &'a PortraitReadOptions,
    own: &[Option<&String>],
) -> Result<Vec<(&'a str, &'a Field)>> {
    let catalogue = &options.catalogue;
    let Some(wanted) = &options.fields else {
        let named = |column: &'a String| Some((column.as_str(), catalogue.field(column)?));
        let columns = schema.fields().iter().map(|field| field.name());
        let fields = columns.filter(|&column| !own.contains(&Some(column))).filter_map(named);
        return Ok(fields.collect());
    };
    let mut fields: Vec<(&str, &Field)> = Vec::with_capacity(wanted.len());
    let bad = |problem: String| Err(Error::BadArgument { argument: "fields", problem });
    for (column, name) in wanted {
        let Some(field) = catalogue.field(name) else {
            let names: Vec<&str> =
                catalogue.fields().iter().map(|field| field.name.as_str()).collect();
            let nearest = nearest(&names, name)
                .map(|nearest| format!("; did you mean `{nearest}`?"))
                .unwrap_or_default();
            return bad(format!("`{name}` is no field of the catalogue{nearest}"));
        };
        if let Some((other, _)) = fields.iter().find(|(_, known)| known.name == *name) {
            return bad(format!("`{other}` and `{column}` both hold the field `{name}`"));
        }
        fields.push((column, field));
    }
    // Bad rows name the first bad column, so the order is the frame's.
    fields.sort_by_key(|&(column, _)| schema.index_of(column).ok());
    Ok(fields)
}

/// Takes rows with faults out of the columns and sets them aside, each with its first fault.
fn drop_faulty(frame: &mut PortraitFrame<'_>, mut faults: Vec<Fault<'_>>) {
    faults.sort_by_key(|fault| (fault.row, fault.rank));
    faults.dedup_by_key(|fault| fault.row);
    let set_aside = faults
        .iter()
        .map(|fault| SetAside {
            row: frame.position(fault.row),
            column: fault.column.to_owned(),
            value: fault.value.clone(),
            cause: fault.cause,
        })
        .collect();
    let mut bad = faults.iter().map(|fault| fault.row).peekable();
    let keep: Vec<usize> = (0..frame.len()).filter(|&row| bad.next_if_eq(&row).is_none()).collect();
    frame.keep(&keep);
    frame.set_aside = set_aside;
}
