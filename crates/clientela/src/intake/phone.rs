//! Phone numbers.

use serde::{Deserialize, Serialize};

use super::given::RawText;
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// A phone number in its international form (ITU-T E.164), held to the numbering plan of its
/// country (S2.20).
///
/// It needs the feature `phone`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadPhone {
    /// The text.
    pub text: RawText,
    /// The country of a number without its country's prefix, by a code or name; without one such
    /// a number is not read.
    #[serde(default)]
    pub region: Option<RawText>,
}

/// What [`ReadPhone`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneRead {
    /// The text as it came.
    pub raw: String,
    /// The number, such as +78005553535; `None` where the text is none.
    pub value: Option<String>,
    /// The country by its code of two letters; `None` where the number is of none.
    pub region: Option<String>,
    /// The extension; `None` where there is none.
    pub extension: Option<String>,
    /// Why there is no number; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadPhone {
    const NAME: &'static str = "read_phone";
    const ABOUT: &'static str = "A phone number in its international form.";
    const SOURCE: &'static str = "R47, S2.20; ITU-T E.164";
    type Answer = PhoneRead;

    fn answer(&self, _: &Policy) -> Result<PhoneRead> {
        Ok(match number(self)? {
            Ok(read) => read,
            Err(problem) => PhoneRead {
                raw: self.text.masked().into_owned(),
                value: None,
                region: None,
                extension: None,
                problem: Some(problem),
            },
        })
    }
}

#[cfg(not(feature = "phone"))]
fn number(_: &ReadPhone) -> Result<std::result::Result<PhoneRead, String>> {
    let problem = "this build reads no phone numbers: the library's feature `phone` is off";
    Err(crate::error::Error::BadArgument { argument: "text", problem: problem.to_owned() })
}

#[cfg(feature = "phone")]
fn number(given: &ReadPhone) -> Result<std::result::Result<PhoneRead, String>> {
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

    use crate::error::Error;

    let region = match given.region.as_ref().map(RawText::trimmed).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let known = super::country::country(text)
                .and_then(|country| country.alpha_2.parse::<Region>().ok());
            Some(known.ok_or_else(|| {
                let shown = RawText::from(text);
                let problem = format!("`{}` is no country with phones", shown.masked());
                Error::BadArgument { argument: "region", problem }
            })?)
        }
    };
    let text = given.text.trimmed();
    if super::card::holds_card(text) {
        return Ok(Err("a bank card number".to_owned()));
    }
    let phone = match PHONE_NUMBER_UTIL.parse(text, region) {
        Ok(phone) => phone,
        Err(error) => {
            let hint = match region {
                None if !text.starts_with(['+', '\u{ff0b}']) => {
                    "; without `region` it begins with +"
                }
                _ => "",
            };
            return Ok(Err(format!("no phone number: {}{hint}", lowered(&error.to_string()))));
        }
    };
    if !phone.is_valid() {
        return Ok(Err("no number of its country's numbering plan".to_owned()));
    }
    let region = phone.get_region_code().map(|region| format!("{region:?}"));
    Ok(Ok(PhoneRead {
        raw: given.text.masked().into_owned(),
        value: Some(phone.format_as(PhoneNumberFormat::E164).into_owned()),
        // A number of no one country, such as +800, has a region that is no code.
        region: region.filter(|code| super::country::country(code).is_some()),
        extension: phone.extension.clone().filter(|extension| !extension.is_empty()),
        problem: None,
    }))
}

#[cfg(feature = "phone")]
fn lowered(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_lowercase().chain(signs).collect()).unwrap_or_default()
}
