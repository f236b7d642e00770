//! Values of outside filters: exact numbers, texts and days, and patterns of texts.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::money::parse_decimal;
use crate::rule::operand::Operand;
use crate::rule::when::DateValue;

/// Digits that a float keeps as they were written.
const DIGITS: usize = 15;

/// A value of theirs as one of ours; the error says what is wrong with it.
pub(super) fn operand(value: &Json) -> Result<Operand, String> {
    match value {
        Json::String(text) if text.is_empty() => Err("an empty text".to_owned()),
        Json::String(text) => Ok(Operand::Text(text.clone())),
        Json::Bool(flag) => Ok(Operand::Flag(*flag)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(Operand::Integer(whole)),
            (None, Some(float)) => exact(float).map(Operand::Text),
            (None, None) => Err(format!("{number} is beyond 64 bits")),
        },
        Json::Null => Err("null is no value".to_owned()),
        Json::Array(_) | Json::Object(_) => Err("a text or a number is wanted".to_owned()),
    }
}

/// Several values of theirs; the error says which one is wrong.
pub(super) fn operands(value: &Json) -> Result<Vec<Operand>, (String, String)> {
    let Json::Array(values) = value else {
        return Err((String::new(), "a list is wanted".to_owned()));
    };
    if values.is_empty() {
        return Err((String::new(), "an empty list".to_owned()));
    }
    let each = |(i, value)| operand(value).map_err(|problem| (format!("[{i}]"), problem));
    values.iter().enumerate().map(each).collect()
}

/// A float as it was written.
fn exact(float: f64) -> Result<String, String> {
    // Rust writes the shortest text that reads back as the same float, without an exponent.
    let text = float.to_string();
    let digits = text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit);
    if digits.count() > DIGITS || parse_decimal(&text).is_none() {
        return Err(format!("{float} is not exact: write it as text"));
    }
    Ok(text)
}

/// A number for their side: whole where it is whole, a float where that is exact, else `None`.
pub(super) fn number(number: Decimal) -> Option<Json> {
    let number = number.normalize();
    if number.is_integer() {
        return i64::try_from(number).ok().map(Json::from);
    }
    let float: f64 = number.to_string().parse().ok()?;
    (exact(float).ok()? == number.to_string()).then(|| Json::from(float))
}

/// A value that orders: a number where the text is one, a day, or a text.
pub(super) fn ordered(operand: &Operand) -> Result<Json, String> {
    match operand {
        Operand::Text(text) => match parse_decimal(text) {
            Some(decimal) => Ok(number(decimal).unwrap_or_else(|| Json::from(text.as_str()))),
            None => stated(operand),
        },
        other => stated(other),
    }
}

/// A value as it stands; a relative one is an error.
pub(super) fn stated(operand: &Operand) -> Result<Json, String> {
    match operand {
        Operand::Text(text) if text == AS_OF => Err(RELATIVE.to_owned()),
        Operand::Text(text) => Ok(Json::from(text.as_str())),
        Operand::Integer(number) => Ok(Json::from(*number)),
        Operand::Flag(flag) => Ok(Json::from(*flag)),
        Operand::Day(DateValue::Day(day)) => Ok(Json::from(day.to_string())),
        Operand::Day(_) | Operand::Window(_) | Operand::Length(_) => Err(RELATIVE.to_owned()),
        Operand::List(_) => Err("a list is no value here".to_owned()),
    }
}

/// Why a relative day is refused.
pub(super) const RELATIVE: &str =
    "it is relative to the day of the snapshot, which they cannot say: give `as_of` to fix it";

/// The day of the snapshot, as text.
pub(super) const AS_OF: &str = "as_of";

/// A text with the meaning of `%`, `_` and `\` taken away.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Whether a text means itself in a pattern.
pub(super) fn means_itself(text: &str) -> bool {
    !text.contains(['%', '_', '\\'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_stay_as_they_were_written() {
        let text = |text: &str| Ok(Operand::Text(text.to_owned()));
        assert_eq!(operand(&json!(12)), Ok(Operand::Integer(12)));
        assert_eq!(operand(&json!(0.1)), text("0.1"));
        assert_eq!(operand(&json!(1000.50)), text("1000.5"));
        assert_eq!(operand(&json!(123_456_789.012_345)), text("123456789.012345"));
        assert!(operand(&json!(0.123_456_789_012_345_68)).is_err());
        assert!(operand(&json!(u64::MAX)).is_err());
        assert!(operand(&json!(1e300)).is_err());
        assert!(operand(&json!(null)).is_err());
        assert!(operand(&json!("")).is_err());
        let back = |text: &str| number(parse_decimal(text).unwrap());
        assert_eq!(back("1000.50"), Some(json!(1000.5)));
        assert_eq!(back("1000.00"), Some(json!(1000)));
        assert_eq!(back("0.1234567890123456789"), None);
        assert_eq!(escaped("50%_\\"), "50\\%\\_\\\\");
    }
}
