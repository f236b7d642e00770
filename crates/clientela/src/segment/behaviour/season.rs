//! Buyers of a season's start and end (R22, S4.6, S4.7).

use crate::calendar::Day;
use crate::money::Percent;
use crate::policy::Season;

/// Where in its season a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeasonPart {
    /// In the first part.
    Start,
    /// In the last part.
    End,
    /// Between them, or in no season.
    Other,
}

/// The part of its season that a day lies in; a season has `parts` equal parts (S4.7).
///
/// ```
/// use clientela::{Day, Season, SeasonPart, part_of_season};
///
/// let spring: Season =
///     serde_json::from_str(r#"{"name": "spring", "from": "03-01", "to": "05-30"}"#).unwrap();
/// let part = |month, day| {
///     part_of_season(Day::of(1998, month, day).unwrap(), std::slice::from_ref(&spring), 3)
/// };
/// // 91 days: the first third ends with the 31st.
/// assert_eq!(part(3, 31), SeasonPart::Start);
/// assert_eq!(part(4, 1), SeasonPart::Other);
/// assert_eq!(part(5, 30), SeasonPart::End);
/// assert_eq!(part(6, 1), SeasonPart::Other);
/// ```
pub fn part_of_season(day: Day, seasons: &[Season], parts: u16) -> SeasonPart {
    let Some((first, last)) = seasons.iter().find_map(|season| season.around(day)) else {
        return SeasonPart::Other;
    };
    let days = |from: Day, to: Day| i64::from(to.days() - from.days());
    let (length, parts) = (days(first, last) + 1, i64::from(parts));
    if days(first, day) * parts < length {
        SeasonPart::Start
    } else if days(day, last) * parts < length {
        SeasonPart::End
    } else {
        SeasonPart::Other
    }
}

/// Whether a client buys at the start of seasons only (S4.7). Who buys mostly on promotion
/// does not: the two groups are apart.
///
/// `at_start` of `purchases` were made in the first part of a season; with fewer than `least`
/// nothing is said.
pub fn season_start_buyer(
    at_start: u32,
    purchases: u32,
    least: u16,
    promo_buyer: Option<bool>,
) -> Option<bool> {
    let enough = purchases > 0 && purchases >= u32::from(least);
    enough.then_some(at_start == purchases && promo_buyer != Some(true))
}

/// Whether a client makes more than a share of its purchases at the end of seasons (S4.6).
pub fn season_end_buyer(at_end: u32, purchases: u32, least: u16, share: Percent) -> Option<bool> {
    let enough = purchases > 0 && purchases >= u32::from(least);
    enough.then(|| share.exceeded_by(at_end.into(), purchases.into()))
}
