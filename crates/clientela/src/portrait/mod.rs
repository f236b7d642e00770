//! What is known of a client beside the sales: portraits, their fields and records, and how
//! complete they are (R4 to R13).

mod axis;
mod builder;
mod catalogue;
pub(crate) mod column;
mod completeness;
mod document;
mod field;
mod form;
mod frame;
mod gaps;
mod judge;
mod membership;
mod person;
mod portraits;
mod questionnaire;
mod record;
mod records;
mod rekey;
mod rows;
mod unite;
mod value;

pub(crate) use axis::{KNOWLEDGE_LEVELS, KnowledgeAxis};
pub use builder::{PortraitReport, PortraitsBuilder};
pub use catalogue::Catalogue;
pub(crate) use column::FieldStorage;
pub use completeness::{Completeness, knowledge_level};
pub use document::Portrait;
pub(crate) use field::says_something;
pub use field::{Field, FieldType, Kind, RecordField};
pub use form::{Form, FormEntry, FormStatus, fill_questionnaire};
pub use frame::{FieldColumn, PortraitFrame, PortraitNames};
pub use membership::{
    Membership, MembershipAction, MembershipEvent, MembershipOffer, MembershipState,
};
pub(crate) use person::is_no;
pub use person::{Contact, ContactKind, Person, Relative, RoleLevel};
pub use portraits::{PortraitOptions, Portraits};
pub use questionnaire::{
    Additional, AnswerOrigin, Dictionary, Equivalents, FormLanguage, Question, Questionnaire,
    Translation,
};
pub use record::{
    Companion, Complaint, ComplaintAbout, Interaction, InteractionKind, LoyaltyComponent, Note,
    Pain, Preference, PurchaseCompanions, Recommendation, ReferralRelation, Subject,
};
pub use records::Records;
pub(crate) use records::unite_lists;
pub use rekey::{RekeyedPortraits, SetAsideValue};
pub use value::FieldValue;
