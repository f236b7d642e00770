//! Covariates of clients: columns of numbers, and whose they are.

use arrow_array::{Array, RecordBatchReader};
use arrow_schema::Schema;
use clientela::lifetime::Covariates;
use clientela::{ClientColumn, ClientId, Error, Result};

use crate::convert::{Faults, clients, id_type};
use crate::find::{find, of_arrow};
use crate::summary::{add_batch, check_numbers};

/// Columns of covariates by their names, and whose they are where a column says so.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CovariateFrame {
    /// The clients, where their column was asked for.
    pub clients: Option<Vec<ClientId>>,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl CovariateFrame {
    pub(crate) fn new(
        clients: Option<Vec<ClientId>>,
        names: Vec<String>,
        columns: Vec<Vec<f64>>,
    ) -> Self {
        Self { clients, names, columns }
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Some of the columns, for some of the rows where these are stated.
    ///
    /// # Errors
    /// A name that was not read; those of [`Covariates::new`].
    pub fn covariates(&self, names: &[String], rows: Option<&[usize]>) -> Result<Covariates> {
        let column = |name: &String| {
            let place = self.names.iter().position(|own| own == name);
            let column = &self.columns[place.ok_or_else(|| Error::BadColumn {
                column: name.clone(),
                problem: "is not in the input".to_owned(),
            })?];
            Ok(match rows {
                Some(rows) => rows.iter().map(|&row| column[row]).collect(),
                None => column.clone(),
            })
        };
        let columns = names.iter().map(column).collect::<Result<Vec<Vec<f64>>>>()?;
        let named = names.iter().zip(&columns);
        Covariates::new(&named.map(|(name, values)| (&**name, &**values)).collect::<Vec<_>>())
    }
}

/// Reads covariates, numbers or flags, from a frame of their own: the columns of these names, or
/// all but that of the clients; and the clients where they have a column.
///
/// # Errors
/// A column that is absent, doubled or of another type; a client without an id.
pub fn read_covariates(
    reader: impl RecordBatchReader,
    names: Option<&[String]>,
    client: Option<&str>,
) -> Result<CovariateFrame> {
    let schema = reader.schema();
    let place = client.map(|name| find(&schema, name)).transpose()?;
    if let Some(place) = place
        && let Some(problem) = id_type(schema.field(place).data_type())
    {
        return Err(Error::BadColumn { column: schema.field(place).name().clone(), problem });
    }
    let all = || {
        let fields = schema.fields().iter().enumerate();
        fields.filter(|field| Some(field.0) != place).map(|field| field.1.name().clone()).collect()
    };
    let names: Vec<String> = names.map_or_else(all, <[String]>::to_vec);
    let covariate = |name: &String| find(&schema, name).map(Some);
    let places = names.iter().map(covariate).collect::<Result<Vec<_>>>()?;
    check_covariates(&schema, &places)?;
    let mut clients = place.map(|_| Vec::new());
    let mut columns = vec![Vec::new(); names.len()];
    for batch in reader {
        let batch = batch.map_err(|error| of_arrow(&error))?;
        if let (Some(clients), Some(place)) = (&mut clients, place) {
            ids(batch.column(place).as_ref(), schema.field(place).name(), clients)?;
        }
        add_batch(&batch, &places, &mut columns);
    }
    Ok(CovariateFrame::new(clients, names, columns))
}

/// The ids of a batch behind those before.
fn ids(array: &dyn Array, column: &str, to: &mut Vec<ClientId>) -> Result<()> {
    let mut list = Vec::new();
    let mut faults = Faults { list: &mut list, column, rank: 0 };
    let ids = clients(array, &mut faults)?;
    if let Some(fault) = list.first() {
        return Err(Error::BadRow {
            row: (to.len() + fault.row) as u64,
            column: column.to_owned(),
            value: fault.value.clone(),
            problem: "no id of a client".to_owned(),
            remedy: "give every row its client, or leave it out".to_owned(),
        });
    }
    match ids {
        ClientColumn::Int(ids) => to.extend(ids.iter().copied().map(ClientId::Int)),
        ClientColumn::Text(ids) => to.extend(ids.iter().map(ClientId::from)),
    }
    Ok(())
}

/// Refuses columns that hold no numbers, with a word on categories.
pub(crate) fn check_covariates(schema: &Schema, places: &[Option<usize>]) -> Result<()> {
    check_numbers(schema, places).map_err(|error| match error {
        Error::BadColumn { column, problem } => {
            let problem = format!(
                "{problem}; give a category as columns of 0 and 1, one fewer \
                                   than it has values"
            );
            Error::BadColumn { column, problem }
        }
        other => other,
    })
}
