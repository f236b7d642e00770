//! Decimals in JSON: written as text, or as whole numbers; never as floats.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserializer, Error, Visitor};

use crate::money::parse_decimal;

struct Exact;

impl Visitor<'_> for Exact {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number written as text, such as \"19.99\", or a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
        parse_decimal(text).ok_or_else(|| E::custom(format!("`{text}` is no plain decimal number")))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        Err(E::custom(format!("{number} is a float and so not exact: write it as text")))
    }
}

struct MaybeExact;

impl<'de> Visitor<'de> for MaybeExact {
    type Value = Option<Decimal>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Exact.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        decimal(value).map(Some)
    }
}

/// Reads a decimal.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(value: D) -> Result<Decimal, D::Error> {
    value.deserialize_any(Exact)
}

/// Reads a decimal that may be missing; give it with `default`.
pub(crate) fn maybe<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Decimal>, D::Error> {
    value.deserialize_option(MaybeExact)
}
