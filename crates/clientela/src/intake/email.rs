//! E-mail addresses.

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use super::card::holds_card;
use super::given::RawText;
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// An e-mail address as it is written to (RFC 5321, RFC 6531): trimmed, its domain in small
/// letters. A domain in other letters than Latin stays so. Whether there is such a mailbox only a
/// letter can tell.
///
/// ```
/// use clientela::intake::ReadEmail;
/// use clientela::{Formula, Policy};
///
/// let read = ReadEmail { text: " Ivan.Petrov@Mail.RU ".into() }.answer(&Policy::default())?;
/// assert_eq!(read.value.as_deref(), Some("Ivan.Petrov@mail.ru"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadEmail {
    /// The text.
    pub text: RawText,
}

/// What [`ReadEmail`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmailRead {
    /// The text as it came.
    pub raw: String,
    /// The address; `None` where the text is none.
    pub value: Option<String>,
    /// Its part behind the `@`.
    pub domain: Option<String>,
    /// Why there is no address; `None` where there is one.
    pub problem: Option<String>,
}

impl Formula for ReadEmail {
    const NAME: &'static str = "read_email";
    const ABOUT: &'static str = "An e-mail address, trimmed, its domain in small letters.";
    const SOURCE: &'static str = "R47, S2.20; RFC 5321";
    type Answer = EmailRead;

    fn answer(&self, _: &Policy) -> Result<EmailRead> {
        let raw = self.text.masked().into_owned();
        Ok(match address(&self.text) {
            Ok((value, domain)) => {
                EmailRead { raw, value: Some(value), domain: Some(domain), problem: None }
            }
            Err(problem) => EmailRead { raw, value: None, domain: None, problem: Some(problem) },
        })
    }
}

fn address(text: &RawText) -> std::result::Result<(String, String), String> {
    let text = text.trimmed();
    if holds_card(text) {
        return Err("a bank card number".to_owned());
    }
    let options =
        Options::default().with_required_tld().without_domain_literal().without_display_text();
    let read = EmailAddress::parse_with_options(text, options)
        .map_err(|error| format!("no e-mail address: {error}"))?;
    let domain = read.domain().to_lowercase();
    Ok((format!("{}@{domain}", read.local_part()), domain))
}
