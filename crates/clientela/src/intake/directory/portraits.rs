//! The directory of the portraits of a base.

use super::{Directory, DirectoryOptions};
use crate::client::{ClientIds, Texts};
use crate::error::Result;
use crate::ledger::ClientColumn;
use crate::portrait::{FieldValue, Portraits};

/// The fields of the directory, and the fields of portraits that tell them: the parts of one
/// value together, and where those are unknown the next ones (S2.29, S2.32).
const FIELDS: [(&str, &[&[&str]]); 12] = [
    ("surname", &[&["surname"], &["surname_latin"]]),
    ("given_name", &[&["given_name"], &["given_name_latin"]]),
    ("patronymic", &[&["patronymic"]]),
    ("birth_date", &[&["birth_date"]]),
    ("phone", &[&["phone"]]),
    ("email", &[&["email"]]),
    ("address", &[&["home_address"], &["address"]]),
    ("passport", &[&["passport_series", "passport_number"]]),
    ("civil_passport", &[&["civil_passport_series", "civil_passport_number"]]),
    ("sex", &[&["sex"]]),
    ("contact_name", &[&["contact_name"]]),
    ("company", &[&["company_details"]]),
];

impl Directory {
    /// The directory of portraits: names, day of birth, phone, e-mail, address, passports, sex,
    /// whom to talk to and the firm's details, of those fields that somebody has a value of. A
    /// name in Latin letters stands in for one that is unknown.
    ///
    /// # Errors
    /// None for portraits that were taken.
    pub fn from_portraits(portraits: &Portraits) -> Result<Self> {
        let catalogue = portraits.catalogue();
        let value = |row: usize, name: &str| {
            let value = catalogue.place(name).and_then(|place| portraits.value_at(row, place));
            value.as_ref().and_then(FieldValue::text)
        };
        let mut columns = Vec::new();
        for (name, sources) in FIELDS {
            let mut texts = Texts::with_capacity(portraits.len(), 0);
            let mut some = false;
            for row in 0..portraits.len() {
                let told = |parts: &&[&str]| {
                    let parts: Vec<String> =
                        parts.iter().filter_map(|part| value(row, part)).collect();
                    (!parts.is_empty()).then(|| parts.join(" "))
                };
                let text = sources.iter().find_map(told);
                some |= text.is_some();
                texts.push(text.as_deref().unwrap_or(""));
            }
            if some {
                columns.push((name.to_owned(), texts));
            }
        }
        let ids = match portraits.ids() {
            ClientIds::Int(ids) => ClientColumn::Int(ids.to_vec().into()),
            ClientIds::Text(ids) => ClientColumn::Text(Texts::clone(ids).into()),
        };
        Self::from_columns(&ids, columns, &DirectoryOptions::default())
    }
}
