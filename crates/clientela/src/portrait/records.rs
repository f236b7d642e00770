//! All records of one client.

use serde::Serialize;

use super::field::{RecordField, says_something};
use super::membership::{self, MembershipEvent};
use super::person::{Contact, Person};
use super::record::{
    Companion, Complaint, Interaction, LoyaltyComponent, Pain, Preference, PurchaseCompanions,
    Recommendation,
};
use crate::calendar::Day;

/// The records of one client. Kept in the order of their days or names; membership in the
/// order of its days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Records {
    /// Persons known on the client's side.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// Ways to reach the client.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// What the client and the family like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference>,
    /// What hurts the client's business.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pains: Vec<Pain>,
    /// Who came along to purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<PurchaseCompanions>,
    /// Talks and other touches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<Interaction>,
    /// Parts of our offer that hold the client.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub loyalty_components: Vec<LoyaltyComponent>,
    /// Complaints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<Complaint>,
    /// Recommendations that the client gave.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recommendations: Vec<Recommendation>,
    /// Steps into and out of the regular base (R5).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub membership: Vec<MembershipEvent>,
}

impl Records {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
            && self.contacts.is_empty()
            && self.preferences.is_empty()
            && self.pains.is_empty()
            && self.companions.is_empty()
            && self.interactions.is_empty()
            && self.loyalty_components.is_empty()
            && self.complaints.is_empty()
            && self.recommendations.is_empty()
            && self.membership.is_empty()
    }

    /// Whether a field is filled from these records as of a day; later ones do not count.
    pub fn fills(&self, field: RecordField, as_of: Day) -> bool {
        let person = |holds: fn(&Person) -> bool| {
            let known = |person: &&Person| person.is_known() && by(person.known_since, as_of);
            self.persons.iter().filter(known).any(holds)
        };
        match field {
            RecordField::Persons => person(|_| true),
            RecordField::PersonsBirthday => person(|person| person.birthday.is_some()),
            RecordField::PersonsCuisine => person(Person::has_cuisine),
            RecordField::PersonsHobbies => person(Person::has_hobbies),
            RecordField::Contacts => self.contacts.iter().any(|entry| says_something(&entry.value)),
            RecordField::Preferences => {
                let known = |entry: &Preference| says_something(&entry.what);
                self.preferences.iter().any(|entry| known(entry) && by(entry.noted_on, as_of))
            }
            RecordField::Pains => {
                let known = |entry: &Pain| says_something(&entry.what);
                self.pains.iter().any(|entry| known(entry) && by(entry.said_on, as_of))
            }
            RecordField::Companions => self.companions.iter().any(|entry| entry.on <= as_of),
            RecordField::Interactions => self.interactions.iter().any(|entry| entry.on <= as_of),
            RecordField::LoyaltyComponents => {
                let known = |entry: &LoyaltyComponent| says_something(&entry.component);
                self.loyalty_components.iter().any(|entry| known(entry) && by(entry.on, as_of))
            }
            RecordField::Complaints => self.complaints.iter().any(|entry| entry.on <= as_of),
            RecordField::Recommendations => {
                let known = |entry: &Recommendation| says_something(&entry.to);
                self.recommendations.iter().any(|entry| known(entry) && entry.on <= as_of)
            }
        }
    }

    /// Whether they say more than a list of contacts does (R10, S0.15, S2.47).
    pub fn are_enough(&self, as_of: Day) -> bool {
        const TELLING: [RecordField; 7] = [
            RecordField::PersonsBirthday,
            RecordField::PersonsCuisine,
            RecordField::PersonsHobbies,
            RecordField::Preferences,
            RecordField::Pains,
            RecordField::Companions,
            RecordField::Interactions,
        ];
        TELLING.iter().any(|&field| self.fills(field, as_of))
    }

    /// Puts them in their order: by day or name, whatever order they came in. Steps of one day
    /// of a membership stay as they came.
    pub(super) fn sort(&mut self) {
        for purchase in &mut self.companions {
            purchase.companions.sort_unstable();
            purchase.companions.dedup();
        }
        self.persons.sort_unstable();
        self.contacts.sort_unstable();
        self.preferences.sort_unstable();
        self.pains.sort_unstable();
        self.companions.sort_unstable();
        self.interactions.sort_unstable();
        self.loyalty_components.sort_unstable();
        self.complaints.sort_unstable();
        self.recommendations.sort_unstable();
        self.membership.sort_by_key(|event| event.on);
    }

    /// The records of both, each as often as where it stands most often.
    pub(super) fn unite(self, other: &Self) -> Self {
        fn lists<T: Ord + Clone>(a: Vec<T>, b: &[T]) -> Vec<T> {
            unite_lists(a, b.to_vec())
        }
        Self {
            persons: lists(self.persons, &other.persons),
            contacts: lists(self.contacts, &other.contacts),
            preferences: lists(self.preferences, &other.preferences),
            pains: lists(self.pains, &other.pains),
            companions: lists(self.companions, &other.companions),
            interactions: lists(self.interactions, &other.interactions),
            loyalty_components: lists(self.loyalty_components, &other.loyalty_components),
            complaints: lists(self.complaints, &other.complaints),
            recommendations: lists(self.recommendations, &other.recommendations),
            membership: membership::unite(&self.membership, &other.membership),
        }
    }

    /// Checks what the types cannot: the path of what is wrong, and the problem.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        for (i, purchase) in self.companions.iter().enumerate() {
            let fault =
                |problem: &str| Err((format!("companions[{i}].companions"), problem.to_owned()));
            if purchase.companions.is_empty() {
                return fault("nobody is there; leave the record out, or write `alone`");
            }
            let alone = purchase.companions.contains(&Companion::Alone);
            if alone && purchase.companions.iter().any(|&who| who != Companion::Alone) {
                return fault("`alone` excludes the others");
            }
        }
        for (i, entry) in self.loyalty_components.iter().enumerate() {
            if let Some(rating) = entry.rating.filter(|rating| !(1..=5).contains(rating)) {
                let path = format!("loyalty_components[{i}].rating");
                return Err((path, format!("{rating} is not 1 to 5")));
            }
        }
        let mut events: Vec<(usize, &MembershipEvent)> =
            self.membership.iter().enumerate().collect();
        events.sort_by_key(|(_, event)| event.on);
        membership::check(&events)
            .map_err(|(place, problem)| (format!("membership[{place}]"), problem))
    }
}

/// Whether a day has come as of another; an unknown one always has.
fn by(day: Option<Day>, as_of: Day) -> bool {
    day.is_none_or(|day| day <= as_of)
}

/// The entries of both lists in order, each as often as in the list that has it most often.
pub(crate) fn unite_lists<T: Ord>(mut a: Vec<T>, mut b: Vec<T>) -> Vec<T> {
    if b.is_empty() {
        return a;
    }
    a.sort_unstable();
    b.sort_unstable();
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    loop {
        let order = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) => x.cmp(y),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return all,
        };
        if order == std::cmp::Ordering::Equal {
            b.next();
        }
        all.extend(if order == std::cmp::Ordering::Greater { b.next() } else { a.next() });
    }
}

#[cfg(test)]
mod tests {
    use super::unite_lists;

    #[test]
    fn a_record_stands_as_often_as_where_it_stands_most_often() {
        assert_eq!(unite_lists(vec![3, 1, 1], vec![1, 2, 3, 3]), [1, 1, 2, 3, 3]);
        assert_eq!(unite_lists(Vec::<i32>::new(), vec![2, 1]), [1, 2]);
    }
}
