//! From a stream of record batches to a directory: a record per row, a field per column.

use arrow_array::{Array, RecordBatchReader};
use arrow_schema::{DataType, Schema};
use clientela::intake::{Directory, DirectoryOptions};
use clientela::{Cause, ClientColumn, Day, Error, NO_INT32, Result, SetAside, Texts, with_threads};

use crate::convert::{
    Fault, Faults, Gap, clients, column_zone, day_type, days, id_type, text_type, texts, whole,
};
use crate::find::{find, of_arrow};
use crate::options::RecordReadOptions;

/// Reads a stream into a directory, a record per row.
///
/// Ids are whole numbers or text. Fields are text, whole numbers, and dates or times, of which
/// the day is kept; null is unknown. Without a list of fields every column but that of the ids is
/// one.
///
/// # Errors
/// A column that is absent, doubled or of another type; an id that is null, empty or stands
/// twice; as [`Directory::from_columns`].
pub fn read_directory(
    reader: impl RecordBatchReader + Send,
    options: &RecordReadOptions,
) -> Result<Directory> {
    with_threads(options.threads, || {
        let schema = reader.schema();
        let place = find(&schema, &options.id)?;
        let own = schema.field(place).data_type();
        if let Some(problem) = id_type(own) {
            return Err(Error::BadColumn { column: options.id.clone(), problem });
        }
        let fields = fields(&schema, place, options)?;
        let (mut numbers, mut names) = (Vec::new(), Texts::default());
        let mut columns: Vec<Texts> = vec![Texts::default(); fields.len()];
        let mut rows = 0;
        let mut numbered = own.is_integer();
        for batch in reader {
            let batch = batch.map_err(|error| of_arrow(&error))?;
            let mut list = Vec::new();
            let mut faults = Faults { list: &mut list, column: &options.id, rank: 0 };
            match clients(batch.column(place).as_ref(), &mut faults)? {
                ClientColumn::Int(ids) => {
                    numbered = true;
                    numbers.extend_from_slice(&ids);
                }
                ClientColumn::Text(ids) => ids.iter().for_each(|id| names.push(id)),
            }
            for (rank, (field, texts)) in (1..).zip(fields.iter().zip(&mut columns)) {
                let array = batch.column(field.place).as_ref();
                let mut faults = Faults { list: &mut list, column: field.column, rank };
                add(array, field.column, texts, &mut faults)?;
            }
            if let Some(first) = list.iter().min_by_key(|fault| (fault.row, fault.rank)) {
                return Err(set_aside(first, rows).error());
            }
            rows += batch.num_rows() as u64;
        }
        let ids = if numbered {
            ClientColumn::Int(numbers.into())
        } else {
            ClientColumn::Text(names.into())
        };
        let named = fields.into_iter().map(|field| field.name).zip(columns).collect();
        let kinds = DirectoryOptions { kinds: options.kinds.clone() };
        Directory::from_columns(&ids, named, &kinds)
    })?
}

/// One column that is read.
#[derive(Debug)]
struct Source<'a> {
    /// The caller's name.
    column: &'a str,
    /// Where it stands in a batch.
    place: usize,
    /// The field that it holds.
    name: String,
}

/// The fields that are read, in the order of the frame.
fn fields<'a>(
    schema: &'a Schema,
    id: usize,
    options: &'a RecordReadOptions,
) -> Result<Vec<Source<'a>>> {
    let mut fields = Vec::new();
    if let Some(wanted) = &options.fields {
        for (column, name) in wanted {
            fields.push(Source { column, place: find(schema, column)?, name: name.clone() });
        }
        fields.sort_by_key(|field| field.place);
    } else {
        for (place, field) in schema.fields().iter().enumerate().filter(|&(place, _)| place != id) {
            fields.push(Source { column: field.name(), place, name: field.name().clone() });
        }
    }
    for field in &fields {
        let data_type = schema.field(field.place).data_type();
        // What suits an id, a whole number or a text, suits a field.
        let taken = *data_type == DataType::Null
            || id_type(data_type).is_none()
            || day_type(data_type).is_none();
        if !taken {
            let problem = format!(
                "is {data_type}, but a field is text, whole numbers or days: cast it, or leave \
                 it out by naming the fields"
            );
            return Err(Error::BadColumn { column: field.column.to_owned(), problem });
        }
    }
    Ok(fields)
}

/// The values of an array as texts behind those before; unknown is empty.
fn add<'a>(
    array: &'a dyn Array,
    column: &'a str,
    to: &mut Texts,
    faults: &mut Faults<'_, 'a>,
) -> Result<()> {
    let data_type = array.data_type();
    if *data_type == DataType::Null || text_type(data_type).is_none() {
        texts(array, column)?.iter().for_each(|text| to.push(text));
    } else if id_type(data_type).is_none() {
        let nulls = array.logical_nulls();
        for (i, value) in whole(array, Cause::BadValue, faults).iter().enumerate() {
            let known = !nulls.as_ref().is_some_and(|nulls| nulls.is_null(i));
            to.push(&if known { value.to_string() } else { String::new() });
        }
    } else {
        let zone = column_zone(data_type, None, column)?;
        for &value in days(array, zone, Gap::Unknown, faults).iter() {
            let day = if value == NO_INT32 { None } else { Day::new(value) };
            to.push(&day.map(|day| day.to_string()).unwrap_or_default());
        }
    }
    Ok(())
}

fn set_aside(fault: &Fault<'_>, before: u64) -> SetAside {
    SetAside {
        row: before + fault.row as u64,
        column: fault.column.to_owned(),
        value: fault.value.clone(),
        cause: fault.cause,
    }
}
