//! What sources claim (R31). Claims are shown as such; nothing is reckoned with them.

use serde::Serialize;

/// A claim of a source, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// What is claimed.
    pub text: &'static str,
    /// The statement.
    pub source: &'static str,
}

/// Work on so-so clients and the mean purchase (S2.9).
pub(crate) const REGULAR_REVENUE: Claim = Claim {
    text: "claim: this work alone raises the revenue from regular clients by 15 %",
    source: "R31, S2.9",
};

/// All claims of the sources (R31).
pub const CLAIMS: [Claim; 3] = [
    REGULAR_REVENUE,
    Claim {
        text: "claim: retention (CRR) up by 5 % raises profit by 25 to 95 %; whether these are \
               points or relative is not said",
        source: "R31, S2.15",
    },
    Claim {
        text: "claim: more than half of the clients that leave do so for want of attention",
        source: "R31, S2.21",
    },
];
