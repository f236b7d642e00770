//! Comparisons that list every mismatch.

use clientela::Table;
use serde_json::Value;

use crate::vector::{RowsExpected, ViewExpected};

/// Mismatches so far, each a line of text.
pub type Mismatches = Vec<String>;

/// Whether two cells are equal; reals to twelve digits, sentences by what they must contain.
fn same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::String(found)) => {
            let parts = wanted.get("contains").and_then(Value::as_array);
            let holds = |part: &Value| part.as_str().is_some_and(|part| found.contains(part));
            wanted.len() == 1 && !found.is_empty() && parts.is_some_and(|p| p.iter().all(holds))
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            match (a.as_f64(), b.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0),
                _ => false,
            }
        }
        _ => wanted == found,
    }
}

/// The cell of a column as JSON.
fn cell_of(found: &Table, row: usize, column: &str) -> Value {
    serde_json::to_value(found.value(row, column)).unwrap_or_default()
}

/// Compares the named columns of every row.
pub fn same_table(place: &str, wanted: &RowsExpected, found: &Table, to: &mut Mismatches) {
    same_cells(place, &wanted.columns, &wanted.rows, found, to);
}

/// Compares some columns of every row.
pub fn same_cells(
    place: &str,
    columns: &[String],
    rows: &[Vec<Value>],
    found: &Table,
    to: &mut Mismatches,
) {
    let all: Vec<usize> = (0..found.rows()).collect();
    same_rows(place, columns, rows, found, &all, to);
}

/// Compares the named columns of the rows that a view's vector is about.
pub fn same_view(place: &str, wanted: &ViewExpected, found: &Table, to: &mut Mismatches) {
    for name in wanted.only.keys().filter(|name| found.column(name).is_none()) {
        to.push(format!("{place}: no column {name}"));
    }
    let meant = |&row: &usize| {
        wanted.only.iter().all(|(name, value)| same(value, &cell_of(found, row, name)))
    };
    let rows: Vec<usize> = (0..found.rows()).filter(meant).collect();
    same_rows(place, &wanted.columns, &wanted.rows, found, &rows, to);
}

fn same_rows(
    place: &str,
    columns: &[String],
    wanted: &[Vec<Value>],
    found: &Table,
    rows: &[usize],
    to: &mut Mismatches,
) {
    if wanted.len() != rows.len() {
        to.push(format!("{place}: {} rows expected, {} found", wanted.len(), rows.len()));
    }
    for (position, name) in columns.iter().enumerate() {
        if found.column(name).is_none() {
            to.push(format!("{place}: no column {name}"));
            continue;
        }
        for (&row, cells) in rows.iter().zip(wanted) {
            let value = cell_of(found, row, name);
            let cell = cells.get(position).unwrap_or(&Value::Null);
            if !same(cell, &value) {
                to.push(format!(
                    "{place}, row {row} ({}), {name}: {cell} expected, {value} found",
                    cells[0]
                ));
            }
        }
    }
}

/// Compares what is expected with a part of what was found; lists of named entries by name.
pub fn subset(place: &str, wanted: &Value, found: &Value, to: &mut Mismatches) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (key, value) in wanted {
                match found.get(key) {
                    Some(other) => subset(&format!("{place}.{key}"), value, other, to),
                    None => to.push(format!("{place}.{key}: absent")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found))
            if wanted.first().is_some_and(|entry| entry.get("name").is_some()) =>
        {
            let named = |list: &'_ [Value], name: &Value| -> Option<Value> {
                list.iter().find(|entry| entry.get("name") == Some(name)).cloned()
            };
            let none = |entry: &Value| entry.get("clients") == Some(&Value::from(0));
            for entry in wanted {
                let name = &entry["name"];
                match named(found, name) {
                    Some(other) => subset(&format!("{place}[{name}]"), entry, &other, to),
                    None if none(entry) => {}
                    None => to.push(format!("{place}[{name}]: absent")),
                }
            }
            for entry in found {
                if named(wanted, &entry["name"]).is_none() && !none(entry) {
                    to.push(format!("{place}[{}]: not expected", entry["name"]));
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (position, (wanted, found)) in a.iter().zip(b).enumerate() {
                subset(&format!("{place}[{position}]"), wanted, found, to);
            }
        }
        _ if same(wanted, found) => {}
        _ => to.push(format!("{place}: {wanted} expected, {found} found")),
    }
}
