//! What the fields of a directory hold, and so how their values are compared.

use serde::{Deserialize, Serialize};

use crate::intake::fold;

/// What a field of a [`Directory`](super::Directory) holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A name of a person: in any case, script or spacing.
    Name,
    /// Another text, such as a street or a firm.
    Text,
    /// A day, `YYYY-MM-DD` or `YYYYMMDD`.
    Date,
    /// A number of a document, a card or a house; letters may be in it.
    Number,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// One of a few words, such as a sex or a country; it is equal or it is not.
    Code,
}

impl FieldKind {
    /// The kind of a field that is known by its name; a text where it is not.
    pub fn of_name(name: &str) -> Self {
        match name {
            "surname" | "given_name" | "first_name" | "last_name" | "patronymic"
            | "middle_name" | "surname_latin" | "given_name_latin" | "name" | "contact_name" => {
                Self::Name
            }
            "birth_date" | "date_of_birth" | "birthday" => Self::Date,
            "phone" | "mobile" => Self::Phone,
            "email" => Self::Email,
            "sex" | "citizenship" | "country" | "state" | "kind" => Self::Code,
            "passport"
            | "passport_series"
            | "passport_number"
            | "civil_passport"
            | "civil_passport_series"
            | "civil_passport_number"
            | "card"
            | "loyalty_card"
            | "tax_id"
            | "ticket_number"
            | "soc_sec_id"
            | "postcode"
            | "street_number"
            | "house"
            | "flat" => Self::Number,
            _ => Self::Text,
        }
    }

    /// The key under which values of this kind meet; empty where there is none.
    pub(crate) fn key(self, text: &str) -> String {
        match self {
            Self::Name | Self::Text | Self::Code => fold::text_key(text),
            Self::Date => fold::date_key(text),
            Self::Number => fold::number_key(text),
            Self::Phone => fold::phone_key(text),
            Self::Email => fold::email_key(text),
        }
    }
}
