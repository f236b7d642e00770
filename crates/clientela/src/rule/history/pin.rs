//! Pins: who put a client into a segment or kept it out by hand, when and why (R47).

use serde::{Deserialize, Serialize};

use super::DOCUMENT;
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};

/// What a pin does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// The client is in the segment, whatever the rule says.
    In,
    /// The client is not in it, whatever the rule says.
    Out,
    /// The rule decides again.
    Released,
}

/// One decision about one client and one rule, by hand.
///
/// It holds from `on` to `until`, or until a later pin on the same client and rule. On a day the
/// latest pin begun by then counts: by `on`, then by the order of the other members, so that the
/// order of a list never matters.
///
/// ```
/// use clientela::rule::Pin;
///
/// let pins = Pin::list(
///     r#"[{"rule": "vip", "client": 7, "on": "2026-02-01", "until": "2026-03-31",
///          "state": "in", "by": "Ada", "why": "Signed a frame contract."}]"#,
/// )?;
/// assert_eq!(pins[0].by, "Ada");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The rule, by id; all its versions.
    pub rule: String,
    /// The client.
    pub client: ClientId,
    /// First day.
    pub on: Day,
    /// Last day; missing is until a later pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// In, out, or left to the rule again.
    pub state: PinState,
    /// Who decided.
    pub by: String,
    /// Why.
    pub why: String,
}

impl Pin {
    /// Reads a list of pins from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `[3].why`.
    pub fn list(text: &str) -> Result<Vec<Self>> {
        let pins: Vec<Self> = crate::json::parse("pins", text)?;
        check("pins", "", &pins)?;
        Ok(pins)
    }

    /// Whether it puts the client in on a day, if it says anything of that day.
    fn says(&self, day: Day) -> Option<bool> {
        if self.until.is_some_and(|until| until < day) {
            return None;
        }
        match self.state {
            PinState::In => Some(true),
            PinState::Out => Some(false),
            PinState::Released => None,
        }
    }
}

/// Checks pins; `at` is the path of the list in its document.
pub(super) fn check(document: &'static str, at: &str, pins: &[Pin]) -> Result<()> {
    for (i, pin) in pins.iter().enumerate() {
        let fault = |member: &str, problem: String| {
            let path = format!("{at}[{i}].{member}");
            Err(Error::BadDocument { document, path, problem })
        };
        for (member, text) in [("rule", &pin.rule), ("by", &pin.by), ("why", &pin.why)] {
            if text.trim().is_empty() {
                return fault(member, "an empty text".to_owned());
            }
        }
        if matches!(&pin.client, ClientId::Text(id) if id.is_empty()) {
            return fault("client", "an empty id".to_owned());
        }
        match pin.until {
            Some(until) if until < pin.on => {
                return fault("until", format!("{until} is before {}", pin.on));
            }
            Some(_) if pin.state == PinState::Released => {
                return fault("until", "a pin that is released has no last day".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Pins of a history, sorted and without doubles.
pub(super) fn sorted(mut pins: Vec<Pin>) -> Result<Vec<Pin>> {
    check(DOCUMENT, "pins", &pins)?;
    pins.sort_unstable();
    pins.dedup();
    Ok(pins)
}

/// The pins on one client and rule, in their order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pinned<'a>(&'a [Pin]);

impl<'a> Pinned<'a> {
    /// Of a rule's sorted pins, those on a client.
    pub(super) fn of(pins: &'a [Pin], client: &ClientId) -> Self {
        let from = pins.partition_point(|pin| pin.client < *client);
        let count = pins[from..].partition_point(|pin| pin.client == *client);
        Self(&pins[from..from + count])
    }

    /// The pin that decides on a day, and whether it puts the client in.
    pub(super) fn on(self, day: Day) -> Option<(&'a Pin, bool)> {
        let begun = self.0.partition_point(|pin| pin.on <= day);
        let pin = self.0[..begun].last()?;
        Some((pin, pin.says(day)?))
    }

    /// The latest pin begun by a day, whether or not it still decides.
    pub(super) fn latest(self, day: Day) -> Option<&'a Pin> {
        self.0[..self.0.partition_point(|pin| pin.on <= day)].last()
    }
}

/// Of all sorted pins, those on a rule.
pub(super) fn of_rule<'a>(pins: &'a [Pin], rule: &str) -> &'a [Pin] {
    let from = pins.partition_point(|pin| pin.rule.as_str() < rule);
    let count = pins[from..].partition_point(|pin| pin.rule == rule);
    &pins[from..from + count]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_latest_pin_begun_by_a_day_decides() {
        let pins = Pin::list(
            r#"[{"rule": "a", "client": 1, "on": "2026-01-10", "state": "in", "by": "A", "why": "x"},
                {"rule": "a", "client": 1, "on": "2026-02-01", "until": "2026-02-10",
                 "state": "out", "by": "A", "why": "x"},
                {"rule": "a", "client": 1, "on": "2026-03-01", "state": "in", "by": "A", "why": "x"},
                {"rule": "a", "client": 1, "on": "2026-03-05", "state": "released", "by": "A",
                 "why": "x"},
                {"rule": "a", "client": 2, "on": "2026-01-01", "state": "out", "by": "A", "why": "x"}]"#,
        )
        .unwrap();
        let pins = sorted(pins).unwrap();
        let of = |client: i64, on: &str| {
            Pinned::of(of_rule(&pins, "a"), &client.into()).on(day(on)).map(|(_, is_in)| is_in)
        };
        assert_eq!(of(1, "2026-01-09"), None);
        assert_eq!(of(1, "2026-01-10"), Some(true));
        assert_eq!(of(1, "2026-01-31"), Some(true));
        assert_eq!(of(1, "2026-02-10"), Some(false));
        // The first pin does not come back: a later one ended it.
        assert_eq!(of(1, "2026-02-11"), None);
        assert_eq!(of(1, "2026-03-04"), Some(true));
        assert_eq!(of(1, "2026-03-05"), None);
        assert_eq!(of(2, "2026-03-05"), Some(false));
        assert_eq!(of(3, "2026-03-05"), None);
        assert_eq!(of_rule(&pins, "b"), []);
    }

    #[test]
    fn bad_pins_name_their_path() {
        let of = |members: &str| {
            let base = r#""rule": "a", "client": 1, "on": "2026-01-10", "by": "A""#;
            Pin::list(&format!("[{{{base}, {members}}}]")).unwrap_err().to_string()
        };
        let told = of(r#""state": "in", "why": " ""#);
        assert_eq!(told, "pins, [0].why: an empty text");
        let told = of(r#""state": "in", "why": "x", "until": "2026-01-09""#);
        assert_eq!(told, "pins, [0].until: 2026-01-09 is before 2026-01-10");
        let told = of(r#""state": "released", "why": "x", "until": "2026-01-11""#);
        assert!(told.starts_with("pins, [0].until"), "{told}");
        assert!(of(r#""state": "maybe", "why": "x""#).starts_with("pins, [0].state"));
        assert!(of(r#""state": "in", "why": "x", "till": 1"#).contains("till"));
    }
}
