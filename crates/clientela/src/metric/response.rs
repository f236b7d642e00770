//! Who responds to what (R30).

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::Policy;

/// Whom a channel reached, and who of them responded. An id that stands twice counts once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelUse {
    /// The channel's name.
    pub channel: String,
    /// The clients reached.
    pub reached: Vec<ClientId>,
    /// The clients that responded; all of them reached.
    pub responded: Vec<ClientId>,
}

/// Response rates by channel, and over unique clients (R30, S4.13): who was reached by two
/// channels is one client.
///
/// ```
/// use clientela::{ChannelUse, ClientId, Formula, Policy, Response};
///
/// let ids = |ids: &[i64]| ids.iter().map(|&id| ClientId::from(id)).collect();
/// let used = |channel: &str, reached: &[i64], responded: &[i64]| ChannelUse {
///     channel: channel.to_owned(),
///     reached: ids(reached),
///     responded: ids(responded),
/// };
/// let email = used("email", &[1, 2, 3, 4], &[1]);
/// let phone = used("phone", &[1, 2, 5, 6], &[1, 2]);
/// let answer = Response { channels: vec![email, phone] }.answer(&Policy::default())?;
/// assert_eq!(answer.channels[0].rate.response.to_string(), "25 %");
/// // Two of six clients, not three of eight messages.
/// assert_eq!(answer.combined.response.to_string(), "33.333333 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The channels, each once.
    pub channels: Vec<ChannelUse>,
}

/// Clients reached, and those of them that responded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResponseRate {
    /// Clients reached.
    pub reached: u64,
    /// Clients that responded.
    pub responded: u64,
    /// The share that responded, in per cent.
    pub response: Figure,
}

/// The response to one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelResponse {
    /// The channel's name.
    pub channel: String,
    /// The rate.
    #[serde(flatten)]
    pub rate: ResponseRate,
}

/// What [`Response`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResponseAnswer {
    /// By channel, in the order given.
    pub channels: Vec<ChannelResponse>,
    /// Over unique clients of all channels.
    pub combined: ResponseRate,
}

fn rate(reached: usize, responded: usize) -> Result<ResponseRate> {
    let decimal = |count: usize| Decimal::from(count as u64);
    let cause = "nobody was reached";
    let response = Figure::quotient(decimal(responded), decimal(reached), Unit::Percent, cause)?;
    Ok(ResponseRate { reached: reached as u64, responded: responded as u64, response })
}

impl Formula for Response {
    const NAME: &'static str = "response";
    const ABOUT: &'static str = "How many per cent of the clients reached respond, by channel.";
    const SOURCE: &'static str = "R30, S4.13";
    type Answer = ResponseAnswer;

    fn answer(&self, _: &Policy) -> Result<ResponseAnswer> {
        let bad = |problem| Err(Error::BadArgument { argument: "channels", problem });
        let (mut names, mut channels) = (BTreeSet::new(), Vec::new());
        let (mut all_reached, mut all_responded) = (BTreeSet::new(), BTreeSet::new());
        for one in &self.channels {
            if !names.insert(&one.channel) {
                return bad(format!("`{}` stands twice", one.channel));
            }
            let reached: BTreeSet<&ClientId> = one.reached.iter().collect();
            let responded: BTreeSet<&ClientId> = one.responded.iter().collect();
            if let Some(id) = responded.difference(&reached).next() {
                return bad(format!("{id} responded to `{}` without being reached", one.channel));
            }
            let rate = rate(reached.len(), responded.len())?;
            channels.push(ChannelResponse { channel: one.channel.clone(), rate });
            all_reached.extend(reached);
            all_responded.extend(responded);
        }
        let combined = rate(all_reached.len(), all_responded.len())?;
        Ok(ResponseAnswer { channels, combined })
    }
}
