//! The journal: what the firm does and has beside its sales, as one document.

mod check;
mod loss;
mod offer;
mod promise;
mod rekey;
mod work;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use loss::{
    Departure, LossReason, Refusal, WinBack, WinBackOutcome, WinBackStep, WinBackTaken,
};
pub use offer::{
    Deal, DealStatus, Delivery, DiscountTier, FixedCosts, Product, PromoDays, ReferralOutcome,
    Supplier, VolumeMeasure,
};
pub use promise::{BrokenPromise, Extra, Promise, RelationScore};
pub use work::{
    ActivityKind, Assignment, AssignmentRole, Channel, Content, FirmActivity, Goal, GroupTask,
    StaffMember, StaffRole, StepDone, TaskClient, Touch,
};

use crate::client::ClientId;
use crate::error::{Error, Result};

/// How errors name the document.
const DOCUMENT: &str = "journal";

macro_rules! journal {
    ($($(#[$about:meta])* $list:ident: $entry:ty,)*) => {
        /// The lists of a journal.
        ///
        /// In JSON it is an object of these lists; absent ones are empty, unknown keys are
        /// errors. What is dated after the day of a snapshot does not count for it.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Entries {
            $(
                $(#[$about])*
                #[serde(skip_serializing_if = "Vec::is_empty")]
                pub $list: Vec<$entry>,
            )*
        }

        impl Entries {
            fn sort(&mut self) {
                $(self.$list.sort_unstable();)*
            }

            /// Every entry of both, each as often as where it stands most often.
            fn unite(self, other: &Self) -> Self {
                Self { $($list: crate::portrait::unite_lists(self.$list, other.$list.clone()),)* }
            }
        }
    };
}

journal! {
    /// Our staff.
    staff: StaffMember,
    /// Who looks after whom.
    assignments: Assignment,
    /// What was done to win and to keep clients.
    activities: FirmActivity,
    /// Messages and calls to clients.
    touches: Touch,
    /// Tasks for groups of clients.
    tasks: GroupTask,
    /// What we promised.
    promises: Promise,
    /// What clients got unasked.
    extras: Extra,
    /// What clients promised and did not do.
    broken_promises: BrokenPromise,
    /// How people get on.
    relation_scores: RelationScore,
    /// Clients that left, and why.
    departures: Departure,
    /// Forms of clients that refused.
    refusals: Refusal,
    /// Attempts to win clients back.
    win_backs: WinBack,
    /// What we sell.
    products: Product,
    /// Days of promotion.
    promo_days: PromoDays,
    /// Deals under way.
    deals: Deal,
    /// Deliveries done.
    deliveries: Delivery,
    /// Our own suppliers.
    suppliers: Supplier,
}

impl Entries {
    /// Every client that is named, with the path.
    fn clients(&self) -> impl Iterator<Item = (String, &ClientId)> {
        macro_rules! of {
            ($($list:ident),*) => {
                std::iter::empty()$(.chain(self.$list.iter().enumerate().map(|(i, entry)| {
                    (format!(concat!(stringify!($list), "[{}].client"), i), &entry.client)
                })))*
            };
        }
        let tasks = self.tasks.iter().enumerate().flat_map(|(i, task)| {
            let path = move |j| format!("tasks[{i}].clients[{j}].client");
            task.clients.iter().enumerate().map(move |(j, entry)| (path(j), &entry.client))
        });
        of!(
            assignments,
            touches,
            promises,
            extras,
            broken_promises,
            relation_scores,
            departures,
            refusals,
            win_backs,
            deals,
            deliveries
        )
        .chain(tasks)
    }
}

/// A journal as it is written: its lists, and what there is one of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
struct Document {
    /// The statuses of deals, in the order of the funnel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deal_statuses: Vec<DealStatus>,
    /// Costs that stay when a client leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_costs: Option<FixedCosts>,
    #[serde(flatten)]
    entries: Entries,
}

/// What the firm does and has beside its sales. Immutable, cheap to clone.
///
/// The same entries make the same journal, byte for byte, whatever their order.
///
/// ```
/// use clientela::Journal;
///
/// let journal = Journal::from_json(
///     r#"{"activities": [{"on": "2026-03-01", "goal": "retention", "kind": "greeting",
///                         "money": "150.00"}]}"#,
/// )?;
/// assert_eq!(journal.entries().activities.len(), 1);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    document: Arc<Document>,
}

impl Journal {
    /// Reads a journal from JSON.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `touches[3].channel`.
    pub fn from_json(text: &str) -> Result<Self> {
        let bad = |path: String, problem: String| Error::BadDocument {
            document: DOCUMENT,
            path,
            problem,
        };
        let mut json: serde_json::Value =
            serde_json::from_str(text).map_err(|error| bad(".".to_owned(), error.to_string()))?;
        let Some(members) = json.as_object_mut() else {
            return Err(bad(".".to_owned(), "an object of lists is wanted".to_owned()));
        };
        // Flattened members would lose their paths, so the parts are read one by one.
        let mut document = Document::default();
        if let Some(statuses) = members.remove("deal_statuses") {
            document.deal_statuses = part("deal_statuses", &statuses)?;
        }
        if let Some(costs) = members.remove("fixed_costs") {
            document.fixed_costs = part("fixed_costs", &costs)?;
        }
        document.entries = part("", &json)?;
        Self::of(document)
    }

    fn of(mut document: Document) -> Result<Self> {
        document.entries.sort();
        let journal = Self { document: Arc::new(document) };
        journal.check()?;
        Ok(journal)
    }

    /// The journal as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&*self.document).unwrap_or_default()
    }

    /// The lists, each in the order of its entries' members.
    pub fn entries(&self) -> &Entries {
        &self.document.entries
    }

    /// The statuses of deals, in the order of the funnel.
    pub fn deal_statuses(&self) -> &[DealStatus] {
        &self.document.deal_statuses
    }

    /// Costs that stay when a client leaves.
    pub fn fixed_costs(&self) -> Option<&FixedCosts> {
        self.document.fixed_costs.as_ref()
    }

    /// The journal of both: every entry as often as where it stands most often.
    ///
    /// # Errors
    /// Different statuses of deals or fixed costs.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        let differ = |what, left: String, right: String| Error::Mismatch { what, left, right };
        let (left, right) = (&*self.document, &*other.document);
        let deal_statuses = match (&left.deal_statuses[..], &right.deal_statuses[..]) {
            (some, []) | ([], some) => some.to_vec(),
            (some, others) if some == others => some.to_vec(),
            (some, others) => {
                let names = |statuses: &[DealStatus]| {
                    let names: Vec<&str> = statuses.iter().map(|s| s.name.as_str()).collect();
                    names.join(", ")
                };
                return Err(differ("statuses of deals", names(some), names(others)));
            }
        };
        let fixed_costs = match (&left.fixed_costs, &right.fixed_costs) {
            (some, None) | (None, some) => some.clone(),
            (some, others) if some == others => some.clone(),
            (Some(some), Some(others)) => {
                let (some, others) = (some.per_month.to_string(), others.per_month.to_string());
                return Err(differ("fixed costs", some, others));
            }
        };
        let entries = left.entries.clone().unite(&right.entries);
        Self::of(Document { deal_statuses, fixed_costs, entries })
    }
}

/// Reads a part of the document; `name` is its path.
fn part<T: serde::de::DeserializeOwned>(name: &str, json: &serde_json::Value) -> Result<T> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let below = error.path().to_string();
        let path = match (name, below.as_str()) {
            ("", below) => below.to_owned(),
            (name, ".") => name.to_owned(),
            (name, below) if below.starts_with('[') => format!("{name}{below}"),
            (name, below) => format!("{name}.{below}"),
        };
        Error::BadDocument { document: DOCUMENT, path, problem: error.into_inner().to_string() }
    })
}
