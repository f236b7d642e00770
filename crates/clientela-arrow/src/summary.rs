//! Summaries for models of lifetime value: frames of clients in, and back out.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, Float64Array, RecordBatch, RecordBatchIterator, RecordBatchReader, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema};
use clientela::lifetime::{Contracts, HistoryColumns, Row, Summary, TimeUnit};
use clientela::{Error, Result};

use crate::covariates::{CovariateFrame, check_covariates};
use crate::find::{find, of_arrow};

/// The names of the columns of a frame with a row per client, as for the Python package
/// `lifetimes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryColumns {
    /// Number of repeat purchases. Default: `frequency`.
    pub frequency: String,
    /// Time from the first purchase to the last. Default: `recency`.
    pub recency: String,
    /// Time from the first purchase to the end of observation. Default: `T`.
    pub age: String,
    /// Mean amount of a repeat purchase. Default: `monetary_value`, where there is one.
    pub monetary_value: Option<String>,
    /// Sum of the logarithms of the times between purchases. Default: `log_gaps`, where there
    /// is one.
    pub log_gaps: Option<String>,
    /// Number of clients that a row stands for. Default: `weights`, where there is one, else 1.
    pub weights: Option<String>,
}

impl Default for SummaryColumns {
    fn default() -> Self {
        Self {
            frequency: "frequency".to_owned(),
            recency: "recency".to_owned(),
            age: "T".to_owned(),
            monetary_value: None,
            log_gaps: None,
            weights: None,
        }
    }
}

/// Reads a summary whose times are in `unit`. Numbers may be whole, decimal or floating; a null
/// or NaN is unknown in the optional columns and a bad row in the others.
///
/// # Errors
/// A column that is absent, doubled or holds no numbers; the first bad row.
pub fn read_summary(
    reader: impl RecordBatchReader,
    columns: &SummaryColumns,
    unit: TimeUnit,
) -> Result<Summary> {
    Ok(read(reader, columns, unit, true, &[])?.0)
}

/// Reads a summary and beside it the columns of covariates with these names.
///
/// # Errors
/// Those of [`read_summary`].
pub fn read_summary_with(
    reader: impl RecordBatchReader,
    columns: &SummaryColumns,
    unit: TimeUnit,
    covariates: &[String],
) -> Result<(Summary, CovariateFrame)> {
    read(reader, columns, unit, true, covariates)
}

/// Reads a summary for a model of spend: the same, but that times may be absent. Then they are 0.
///
/// # Errors
/// Those of [`read_summary`].
pub fn read_spend(reader: impl RecordBatchReader, columns: &SummaryColumns) -> Result<Summary> {
    Ok(read(reader, columns, TimeUnit::Day, false, &[])?.0)
}

fn read(
    reader: impl RecordBatchReader,
    columns: &SummaryColumns,
    unit: TimeUnit,
    times: bool,
    covariates: &[String],
) -> Result<(Summary, CovariateFrame)> {
    let schema = reader.schema();
    let required = |name: &str| find(&schema, name).map(Some);
    let optional = |name: &Option<String>, usual: &str| match name {
        Some(name) => required(name),
        None => Ok(schema.column_with_name(usual).map(|(place, _)| place)),
    };
    let spend = optional(&columns.monetary_value, "monetary_value")?;
    let gaps = optional(&columns.log_gaps, "log_gaps")?;
    let weights = optional(&columns.weights, "weights")?;
    let places = [
        required(&columns.frequency)?,
        if times { required(&columns.recency)? } else { None },
        if times { required(&columns.age)? } else { None },
        spend.map_or_else(
            || if times { Ok(None) } else { required("monetary_value") },
            |p| Ok(Some(p)),
        )?,
        gaps,
        weights,
    ];
    let covariate = |name: &String| find(&schema, name).map(Some);
    let beside = covariates.iter().map(covariate).collect::<Result<Vec<_>>>()?;
    check_covariates(&schema, &beside)?;
    let mut found = numbers(reader, &[&places[..], &beside].concat())?.into_iter();
    let [x, t_x, age, spend, gaps, weights] =
        std::array::from_fn(|_| found.next().unwrap_or_default());
    let frame = CovariateFrame::new(None, covariates.to_vec(), found.collect());
    let rows = x.len();
    let (t_x, age) = if times { (t_x, age) } else { (vec![0.0; rows], vec![0.0; rows]) };
    let own = |column: String| match column.as_str() {
        "x" => columns.frequency.clone(),
        "t_x" => columns.recency.clone(),
        "T" => columns.age.clone(),
        "spend" => columns.monetary_value.clone().unwrap_or_else(|| "monetary_value".to_owned()),
        "log_gaps" => columns.log_gaps.clone().unwrap_or(column),
        _ => column,
    };
    let name = columns.weights.as_deref().unwrap_or("weights");
    let weight = |(i, &weight): (usize, &f64)| count(i, name, weight);
    let count = weights.iter().enumerate().map(weight).collect::<Result<Vec<u64>>>()?;
    let shared = |values: Vec<f64>| Arc::new(values.into());
    let read = HistoryColumns {
        x: shared(x),
        t_x: shared(t_x),
        age: shared(age),
        spend: shared(spend),
        log_gaps: shared(gaps),
        count: Arc::new(count.into()),
    };
    let summary = Summary::of_columns(unit, read).map_err(|error| match error {
        Error::BadRow { row, column, value, problem, remedy } => {
            Error::BadRow { row, column: own(column), value, problem, remedy }
        }
        other => other,
    })?;
    Ok((summary, frame))
}

/// Reads contracts: `renewals` that they passed or at which they ended, whether they `ended`, and
/// how many there are (`weights`; one a row where it is not named).
///
/// # Errors
/// A column that is absent, doubled or of the wrong type; the first row that is no contract.
pub fn read_contracts(
    reader: impl RecordBatchReader,
    renewals: &str,
    ended: &str,
    weights: Option<&str>,
) -> Result<Vec<Contracts>> {
    let schema = reader.schema();
    let weighted = match weights {
        Some(name) => Some(find(&schema, name)?),
        None => schema.column_with_name("weights").map(|(place, _)| place),
    };
    let places = [Some(find(&schema, renewals)?), Some(find(&schema, ended)?), weighted];
    let mut found = numbers(reader, &places)?.into_iter();
    let [passed, fates, counts] = std::array::from_fn(|_| found.next().unwrap_or_default());
    let contract = |i: usize| {
        let whole = count(i, renewals, passed[i])?;
        let renewals = u32::try_from(whole)
            .map_err(|_| bad(i, renewals, passed[i], "more renewals than can be counted"))?;
        let ended = match count(i, ended, fates[i])? {
            0 => false,
            1 => true,
            _ => return Err(bad(i, ended, fates[i], "neither ended nor not")),
        };
        let count = match counts.get(i) {
            Some(&weight) => count(i, weights.unwrap_or("weights"), weight)?,
            None => 1,
        };
        Ok(Contracts { renewals, ended, count })
    };
    (0..passed.len()).map(contract).collect()
}

/// A summary as a stream with the columns of [`SummaryColumns`]; `monetary_value`, `log_gaps`
/// and `weights` are there where they say something.
///
/// # Panics
/// Never: the columns have the lengths and types of their schema.
pub fn summary_to_stream(summary: &Summary) -> FFI_ArrowArrayStream {
    let rows = summary.rows();
    let float = |f: fn(&Row) -> f64| {
        Arc::new(rows.iter().map(|row| Some(f(row))).collect::<Float64Array>()) as ArrayRef
    };
    let option = |f: fn(&Row) -> Option<f64>| {
        rows.iter()
            .any(|row| f(row).is_some())
            .then(|| Arc::new(rows.iter().map(f).collect::<Float64Array>()) as ArrayRef)
    };
    let frequency: UInt64Array = rows.iter().map(|row| Some(u64::from(row.x()))).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("frequency", Arc::new(frequency)),
        ("recency", float(Row::t_x)),
        ("T", float(Row::age)),
    ];
    columns.extend(option(Row::spend).map(|column| ("monetary_value", column)));
    columns.extend(option(Row::log_gaps).map(|column| ("log_gaps", column)));
    if rows.iter().any(|row| row.count() != 1) {
        let weights: UInt64Array = rows.iter().map(|row| Some(row.count())).collect();
        columns.push(("weights", Arc::new(weights)));
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| {
            let optional = matches!(*name, "monetary_value" | "log_gaps");
            Field::new(*name, column.data_type().clone(), optional)
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns)
        .expect("the columns have the lengths and types of their schema");
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

fn bad(row: usize, column: &str, value: f64, problem: &str) -> Error {
    Error::BadRow {
        row: row as u64,
        column: column.to_owned(),
        value: value.to_string(),
        problem: problem.to_owned(),
        remedy: "a whole number from 0 up".to_owned(),
    }
}

fn count(row: usize, column: &str, value: f64) -> Result<u64> {
    // Beyond 2^53 a float no longer counts.
    if (0.0..=9_007_199_254_740_992.0).contains(&value) && value.fract() == 0.0 {
        return Ok(value as u64);
    }
    Err(bad(row, column, value, "not a count"))
}

/// The values of some columns of all batches; nothing where there is no column, NaN where there
/// is no value.
fn numbers(reader: impl RecordBatchReader, places: &[Option<usize>]) -> Result<Vec<Vec<f64>>> {
    check_numbers(&reader.schema(), places)?;
    let mut columns = vec![Vec::new(); places.len()];
    for batch in reader {
        add_batch(&batch.map_err(|error| of_arrow(&error))?, places, &mut columns);
    }
    Ok(columns)
}

/// Refuses columns of another type.
pub(crate) fn check_numbers(schema: &Schema, places: &[Option<usize>]) -> Result<()> {
    for &place in places.iter().flatten() {
        let field = schema.field(place);
        if !is_number(field.data_type()) {
            let problem = format!("must hold numbers, not {}", field.data_type());
            return Err(Error::BadColumn { column: field.name().clone(), problem });
        }
    }
    Ok(())
}

/// The values of one more batch.
pub(crate) fn add_batch(batch: &RecordBatch, places: &[Option<usize>], to: &mut [Vec<f64>]) {
    for (column, place) in to.iter_mut().zip(places) {
        if let Some(place) = *place {
            add(batch.column(place).as_ref(), column);
        }
    }
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_integer()
        || data_type.is_floating()
        || matches!(
            data_type,
            DataType::Boolean
                | DataType::Null
                | DataType::Decimal32(..)
                | DataType::Decimal64(..)
                | DataType::Decimal128(..)
        )
}

fn add(array: &dyn Array, to: &mut Vec<f64>) {
    fn each<T: ArrowPrimitiveType>(
        array: &dyn Array,
        to: &mut Vec<f64>,
        number: impl Fn(T::Native) -> f64,
    ) {
        let array = array.as_primitive::<T>();
        if array.null_count() == 0 {
            to.extend(array.values().iter().map(|&value| number(value)));
        } else {
            to.extend(array.iter().map(|value| value.map_or(f64::NAN, &number)));
        }
    }
    // Both are exact up to 2^53 and 10^22, so that the quotient is the nearest number.
    let unit = |scale: i8| 10_f64.powi(scale.into());
    match array.data_type() {
        DataType::Int8 => each::<Int8Type>(array, to, f64::from),
        DataType::Int16 => each::<Int16Type>(array, to, f64::from),
        DataType::Int32 => each::<Int32Type>(array, to, f64::from),
        DataType::Int64 => each::<Int64Type>(array, to, |value| value as f64),
        DataType::UInt8 => each::<UInt8Type>(array, to, f64::from),
        DataType::UInt16 => each::<UInt16Type>(array, to, f64::from),
        DataType::UInt32 => each::<UInt32Type>(array, to, f64::from),
        DataType::UInt64 => each::<UInt64Type>(array, to, |value| value as f64),
        DataType::Float16 => each::<Float16Type>(array, to, f64::from),
        DataType::Float32 => each::<Float32Type>(array, to, f64::from),
        DataType::Float64 => each::<Float64Type>(array, to, |value| value),
        &DataType::Decimal32(_, scale) => {
            each::<Decimal32Type>(array, to, |value| f64::from(value) / unit(scale));
        }
        &DataType::Decimal64(_, scale) => {
            each::<Decimal64Type>(array, to, |value| value as f64 / unit(scale));
        }
        &DataType::Decimal128(_, scale) => {
            each::<Decimal128Type>(array, to, |value| value as f64 / unit(scale));
        }
        DataType::Boolean => {
            let value = |value: Option<bool>| value.map_or(f64::NAN, |v| f64::from(u8::from(v)));
            to.extend(array.as_boolean().iter().map(value));
        }
        _ => to.extend(std::iter::repeat_n(f64::NAN, array.len())),
    }
}
