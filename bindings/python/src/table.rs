//! Tables of answers.

use std::fmt::Write;

use clientela::{Table, Value};
use clientela_arrow::table_schema;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PyTuple};

use crate::arrow::capsule;
use crate::convert::value;

/// Rows that a printed table shows from either end.
const ENDS: usize = 5;
/// Columns of characters that a printed table may take.
const WIDTH: usize = 100;

/// An answer with rows: named columns, one value per row, each with its meaning and source.
///
/// Anything that reads the Arrow PyCapsule interface reads it without a copy of the table:
/// `polars.DataFrame(table)`, `pandas.DataFrame.from_arrow(table)`, `pyarrow.table(table)`, or
/// the name of the table in a query of duckdb.
#[pyclass(frozen, module = "clientela", name = "Table")]
#[derive(Debug)]
pub struct PyTable(pub(crate) Table);

#[pymethods]
impl PyTable {
    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.0.columns().iter().map(|column| &*column.name).collect()
    }

    /// Each column's type, what a value of it says, and the source of its rule.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let schema = PyDict::new(py);
        for (column, field) in self.0.columns().iter().zip(table_schema(&self.0).fields()) {
            let entry = PyDict::new(py);
            entry.set_item("type", field.data_type().to_string())?;
            entry.set_item("about", &*column.about)?;
            entry.set_item("source", &*column.source)?;
            schema.set_item(&*column.name, entry)?;
        }
        Ok(schema)
    }

    /// The values of one column; amounts are `Decimal`, days are `date`, missing is `None`.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let column = self.0.column(name).ok_or_else(|| {
            let names = self.columns().join(", ");
            PyKeyError::new_err(format!("{name}: the table has {names}"))
        })?;
        let values = PyList::empty(py);
        for row in 0..self.0.rows() {
            values.append(value(py, column.values.get(row))?)?;
        }
        Ok(values)
    }

    /// The values of one column, as `column` gives them.
    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        self.column(py, name)
    }

    /// The rows as tuples.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        for row in 0..self.0.rows() {
            let cells: Vec<_> = self
                .0
                .columns()
                .iter()
                .map(|column| value(py, column.values.get(row)))
                .collect::<PyResult<_>>()?;
            rows.append(PyTuple::new(py, cells)?)?;
        }
        Ok(rows)
    }

    /// The rows as dicts.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        dicts(py, &self.0)
    }

    /// A `pyarrow.Table`; needs pyarrow.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// A `polars.DataFrame`; needs polars.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }

    /// A `pandas.DataFrame`; needs pandas and pyarrow. Amounts and whole numbers keep their
    /// Arrow types, so that nothing missing turns them into floats; choices are categories.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("clientela._frames")?.call_method1("to_pandas", (slf,))
    }

    /// The table as a stream of the Arrow PyCapsule interface; `requested_schema` is not
    /// looked at.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        #[expect(unused_variables, reason = "the interface lets a producer ignore the wish")]
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        capsule(py, &self.0)
    }

    fn __len__(&self) -> usize {
        self.0.rows()
    }

    fn __repr__(&self) -> String {
        text(&self.0)
    }

    fn _repr_html_(&self) -> String {
        html(&self.0)
    }
}

/// The rows of a table as dicts.
pub(crate) fn dicts<'py>(py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyList>> {
    let rows = PyList::empty(py);
    for row in 0..table.rows() {
        let dict = PyDict::new(py);
        for column in table.columns() {
            dict.set_item(&*column.name, value(py, column.values.get(row))?)?;
        }
        rows.append(dict)?;
    }
    Ok(rows)
}

/// The rows to print, and where rows are left out.
fn shown(rows: usize) -> (Vec<usize>, Option<usize>) {
    if rows <= 2 * ENDS {
        return ((0..rows).collect(), None);
    }
    ((0..ENDS).chain(rows - ENDS..rows).collect(), Some(ENDS))
}

/// A value as a person reads it.
fn cell(value: &Value) -> String {
    match value {
        Value::Missing => "-".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Float(value) => format!("{value:.4}"),
        Value::Flag(value) => if *value { "yes" } else { "no" }.to_owned(),
        Value::Day(value) => value.to_string(),
        Value::Text(value) => value.clone(),
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::Decimal(_) | Value::Float(_))
}

/// The first and last rows, in columns as far as they fit a line.
pub(crate) fn text(table: &Table) -> String {
    let (rows, gap) = shown(table.rows());
    let mut lines: Vec<String> = vec![String::new(); rows.len() + 1];
    let mut fitted = 0;
    for column in table.columns() {
        let values: Vec<Value> = rows.iter().map(|&row| column.values.get(row)).collect();
        let mut cells = vec![column.name.clone().into_owned()];
        cells.extend(values.iter().map(cell));
        let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
        if fitted > 0 && lines[0].chars().count() + 2 + width > WIDTH {
            break;
        }
        let right = values.iter().any(is_number);
        for (line, cell) in lines.iter_mut().zip(&cells) {
            let gap = if fitted == 0 { "" } else { "  " };
            // Writing to a string cannot fail.
            let _ = if right {
                write!(line, "{gap}{cell:>width$}")
            } else {
                write!(line, "{gap}{cell:<width$}")
            };
        }
        fitted += 1;
    }
    if let Some(gap) = gap {
        lines.insert(gap + 1, format!("… {} more rows", table.rows() - rows.len()));
    }
    let mut text = String::new();
    for line in &lines {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let hidden: Vec<&str> = table.columns()[fitted..].iter().map(|column| &*column.name).collect();
    let _ = write!(text, "{} rows, {} columns", table.rows(), table.columns().len());
    if !hidden.is_empty() {
        let _ = write!(text, "; not shown: {}", hidden.join(", "));
    }
    text
}

/// Text that stands in HTML as it is.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The first and last rows of all columns, with each column's meaning as its tooltip.
pub(crate) fn html(table: &Table) -> String {
    let (rows, gap) = shown(table.rows());
    let mut html = String::from("<table><thead><tr>");
    for column in table.columns() {
        let about = escape(&format!("{} Source: {}.", column.about, column.source));
        let _ = write!(html, "<th title=\"{about}\">{}</th>", escape(&column.name));
    }
    html.push_str("</tr></thead><tbody>");
    for (i, &row) in rows.iter().enumerate() {
        if gap == Some(i) {
            let _ = write!(
                html,
                "<tr><td colspan=\"{}\">… {} more rows</td></tr>",
                table.columns().len(),
                table.rows() - rows.len()
            );
        }
        html.push_str("<tr>");
        for column in table.columns() {
            let value = column.values.get(row);
            let align = if is_number(&value) { "right" } else { "left" };
            let _ = write!(html, "<td style=\"text-align:{align}\">{}</td>", escape(&cell(&value)));
        }
        html.push_str("</tr>");
    }
    let _ = write!(
        html,
        "</tbody></table><p>{} rows, {} columns</p>",
        table.rows(),
        table.columns().len()
    );
    html
}
