//! One dated record: a preference, a pain, a talk, a complaint and the like.

use serde::{Deserialize, Serialize};

use super::person::is_no;
use crate::calendar::Day;

/// Whom a preference is about (S2.20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The client.
    Client,
    /// Wife or husband.
    Spouse,
    /// A child.
    Child,
    /// Mother or father.
    Parent,
    /// Someone else.
    Other,
}

/// What someone likes (R11, S2.20).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preference {
    /// Who likes it.
    pub subject: Subject,
    /// What.
    pub what: String,
    /// When we learned it; unknown counts as always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted_on: Option<Day>,
}

/// What hurts the client's business (R11, R46).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pain {
    /// A short name, such as `late_delivery`.
    pub what: String,
    /// What the client said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// When; unknown counts as always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_on: Option<Day>,
    /// Who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Who comes along to a purchase and can sway it (R8, S4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Companion {
    /// Nobody; excludes the others.
    Alone = 0,
    /// Wife or husband.
    Spouse = 1,
    /// Children.
    Child = 2,
    /// Friends.
    Friend = 3,
    /// Colleagues.
    Colleague = 4,
    /// Personal assistant.
    PersonalAssistant = 5,
}

impl Companion {
    /// The names in JSON, Python and C, in the order of the codes.
    pub const NAMES: [&'static str; 6] =
        ["alone", "spouse", "child", "friend", "colleague", "personal_assistant"];

    /// All of them, in the order of the codes.
    pub const ALL: [Self; 6] = [
        Self::Alone,
        Self::Spouse,
        Self::Child,
        Self::Friend,
        Self::Colleague,
        Self::PersonalAssistant,
    ];
}

/// How and what was bought, and with whom (R8, S4.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseCompanions {
    /// The day of the purchase.
    pub on: Day,
    /// Its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// How it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Who came along; `alone` stands by itself.
    pub companions: Vec<Companion>,
}

/// What kind of touch it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionKind {
    /// A call.
    Call,
    /// A letter on paper.
    Letter,
    /// An e-mail.
    Email,
    /// A short message.
    Message,
    /// A meeting.
    Meeting,
    /// A visit.
    Visit,
    /// A contract signed.
    Contract,
    /// Something else.
    Other,
}

/// A talk or other touch (S0.15, S1.11).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interaction {
    /// The day.
    pub on: Day,
    /// What kind of touch it was.
    pub kind: InteractionKind,
    /// Who of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// Who of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// How long it took, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// What it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What is to be done next (S1.11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_on: Option<Day>,
}

/// A part of our offer that holds the client (S1.13).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoyaltyComponent {
    /// The part: one of [`LoyaltyComponent::COMPONENTS`], or the firm's own name.
    pub component: String,
    /// Whether it is about price.
    #[serde(default, skip_serializing_if = "is_no")]
    pub price: bool,
    /// How content the client is with it, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<u8>,
    /// When it was rated; unknown counts as always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

impl LoyaltyComponent {
    /// The parts that the sources name, none of them about price (S1.13).
    pub const COMPONENTS: [&'static str; 9] = [
        "service",
        "personal_manager",
        "electronic_ordering",
        "trade_marketing",
        "territorial_dealership",
        "uninterrupted_service",
        "complaint_handling",
        "speed",
        "automated_service",
    ];
}

/// What a complaint is about: the three parts of the form of S2.28 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintAbout {
    /// The product or service.
    Product,
    /// The staff's work.
    Staff,
    /// The moment of sale.
    MomentOfSale,
    /// The price.
    Price,
    /// Terms of payment or delivery.
    Terms,
    /// Quality.
    Quality,
    /// How things are done.
    Process,
    /// Something else.
    Other,
}

/// A complaint (R43, S2.28).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The day.
    pub on: Day,
    /// What it is about.
    pub about: ComplaintAbout,
    /// What the client said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was settled; unknown is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_on: Option<Day>,
}

/// What the one recommended to is to the client (S0.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralRelation {
    /// A friend.
    Friend,
    /// A relative.
    Relative,
    /// A partner in business.
    Partner,
    /// A counterparty.
    Counterparty,
    /// One of the client's own clients.
    ConsumerBase,
    /// Something else.
    Other,
}

/// A contact handed over, or a recommendation given, by the client (S0.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    /// The day.
    pub on: Day,
    /// To whom.
    pub to: String,
    /// What that is to the client.
    pub relation: ReferralRelation,
    /// Whether the client gave us the contact.
    #[serde(default, skip_serializing_if = "is_no")]
    pub contact_given: bool,
    /// Whether the client recommended us.
    #[serde(default, skip_serializing_if = "is_no")]
    pub recommended: bool,
}

/// A dated text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The day.
    pub on: Day,
    /// The text.
    pub text: String,
    /// Who noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}
