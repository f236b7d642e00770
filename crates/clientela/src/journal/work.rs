//! What the firm does: its staff, who looks after whom, activities, touches, group tasks.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::client::ClientId;

/// What someone of ours does for clients (S1.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Coordinates the main decisions with clients.
    ClientManager,
    /// After-sales service, restocking, incoming requests.
    CustomerService,
    /// Asks how content clients are.
    CallCentre,
    /// Heads the firm or its sales.
    Head,
    /// Owns the firm.
    Owner,
    /// Another specialist.
    Other,
}

/// One of ours. Names are those of the sales' column `manager` and of the portraits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffMember {
    /// The name.
    pub name: String,
    /// What it is that the person does.
    pub role: StaffRole,
    /// The first day; unknown is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The last day; unknown is still here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// How someone of ours stands to a client (R44, S1.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentRole {
    /// Coordinates the work with the client; there is one.
    Coordinator,
    /// Is in contact with the client besides.
    Contact,
}

/// Who of ours looks after a client (R44).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The client.
    pub client: ClientId,
    /// The name of the one of ours.
    pub staff: String,
    /// As what.
    pub role: AssignmentRole,
    /// The first day; unknown is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The last day; unknown is until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// What an activity is for (R28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// To win new clients.
    Acquisition,
    /// To keep the ones that there are.
    Retention,
}

/// What an activity is (S2.25, S2.26, S1.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Advertising.
    Advertising,
    /// An exhibition.
    Exhibition,
    /// A seminar.
    Seminar,
    /// A presentation.
    Presentation,
    /// A promotion for loyal clients.
    LoyalPromo,
    /// A discount on a repeat order.
    RepeatDiscount,
    /// A bonus.
    Bonus,
    /// Greetings.
    Greeting,
    /// A gift.
    Gift,
    /// A souvenir.
    Souvenir,
    /// Training of staff.
    StaffTraining,
    /// A club of regular clients.
    Club,
    /// A meeting or round table.
    RoundTable,
    /// News of the best clients.
    ClientNews,
    /// A publication of the firm.
    Publication,
    /// Something else.
    Other,
}

impl ActivityKind {
    /// Whether it holds clients by price (S1.14).
    pub const fn is_price(self) -> bool {
        matches!(self, Self::LoyalPromo | Self::RepeatDiscount | Self::Bonus)
    }
}

/// Something done to win or to keep clients (R28).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirmActivity {
    /// The day.
    pub on: Day,
    /// What for.
    pub goal: Goal,
    /// What.
    pub kind: ActivityKind,
    /// What it cost; unknown is not nothing.
    #[serde(
        default,
        deserialize_with = "crate::exact::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub money: Option<Decimal>,
    /// How long it took, in minutes; unknown is not nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A way to reach clients (S2.38c, S4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A phone call.
    Phone,
    /// A meeting.
    Meeting,
    /// An e-mail.
    Email,
    /// A short message, a push or a messenger.
    Message,
    /// A letter on paper.
    Letter,
    /// The firm's site; nobody is reached by it in person.
    Site,
    /// Social networks; nobody is reached by them in person.
    Social,
}

impl Channel {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 7] =
        ["phone", "meeting", "email", "message", "letter", "site", "social"];

    /// The name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether it speaks to nobody in particular (S2.38c).
    pub const fn is_broadcast(self) -> bool {
        matches!(self, Self::Site | Self::Social)
    }
}

/// What a message is about (S2.16, S2.22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Something of use to the client that sells nothing.
    Useful,
    /// A special offer.
    SpecialOffer,
    /// A promotion.
    Promotion,
    /// New prices.
    NewPrices,
    /// A new product or collection.
    NewProduct,
    /// News of the firm.
    CompanyNews,
    /// An invitation to an event.
    EventInvitation,
    /// Greetings.
    Greeting,
    /// How an order or a project goes.
    Progress,
    /// A request for contacts or a recommendation.
    ReferralRequest,
    /// A follow-up after a purchase.
    FollowUp,
    /// Something else.
    Other,
}

impl Content {
    /// Whether it offers something for sale (S2.16).
    pub const fn is_offer(self) -> bool {
        matches!(self, Self::SpecialOffer | Self::Promotion | Self::NewPrices | Self::NewProduct)
    }
}

/// A message or call to one client (R30, S4.13).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub on: Day,
    /// By which way.
    pub channel: Channel,
    /// What about.
    pub content: Content,
    /// The campaign that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The rule and what set it off, for a touch that a trigger asked for; it is not asked for
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Who of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// Whether it arrived; unknown counts as arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
    /// When the client responded; missing is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responded_on: Option<Day>,
}

/// What a group task says of one client (S2.18).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskClient {
    /// The client.
    pub client: ClientId,
    /// Who does it; missing is the client's own manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// The steps that are done, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<StepDone>,
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDone {
    /// The step, one of the task's.
    pub step: String,
    /// The day.
    pub on: Day,
}

/// A task for a group of clients, each under its own manager (R45, S2.18).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupTask {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its steps, in their order.
    pub steps: Vec<String>,
    /// The clients, each once.
    pub clients: Vec<TaskClient>,
    /// By when; missing is some time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
}
