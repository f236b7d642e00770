//! Records of clients as rules see them: members by place, each a small value.

use serde::Deserialize;
use serde::de::Deserializer;

use super::kind::{Kind, Typed};
use crate::calendar::Day;
use crate::journal::{
    Assignment, AssignmentRole, BrokenPromise, Channel, Content, Deal, Delivery, Departure,
    Entries, Extra, LossReason, Promise, ReferralOutcome, Refusal, RelationScore, Touch, WinBack,
};
use crate::ledger::SaleKind;
use crate::money::Scale;
use crate::portrait::{
    Companion, Complaint, ComplaintAbout, Contact, ContactKind, Interaction, InteractionKind,
    LoyaltyComponent, MembershipAction, MembershipEvent, Pain, Person, Preference,
    PurchaseCompanions, Recommendation, Records, ReferralRelation, RoleLevel, Subject,
    says_something,
};
use rust_decimal::Decimal;

/// One value of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Missing,
    /// Whole numbers, amounts in minor units, days, codes of choices, 0 and 1.
    Number(i64),
    Text(&'a str),
    /// An amount.
    Decimal(Decimal),
    List(Vec<&'a str>),
}

/// A type that members of records have.
trait Member {
    const KIND: Kind;

    /// The names of a choice.
    fn options() -> &'static [&'static str] {
        &[]
    }

    fn cell(&self) -> Cell<'_>;
}

impl Member for String {
    const KIND: Kind = Kind::Text;

    fn cell(&self) -> Cell<'_> {
        if says_something(self) { Cell::Text(self) } else { Cell::Missing }
    }
}

impl Member for Day {
    const KIND: Kind = Kind::Date;

    fn cell(&self) -> Cell<'_> {
        Cell::Number(self.days().into())
    }
}

impl Member for bool {
    const KIND: Kind = Kind::YesNo;

    fn cell(&self) -> Cell<'_> {
        Cell::Number((*self).into())
    }
}

impl Member for Decimal {
    const KIND: Kind = Kind::Money;

    fn cell(&self) -> Cell<'_> {
        Cell::Decimal(*self)
    }
}

impl Member for Vec<String> {
    const KIND: Kind = Kind::List;

    fn cell(&self) -> Cell<'_> {
        Cell::List(self.iter().map(String::as_str).collect())
    }
}

impl Member for Vec<Companion> {
    const KIND: Kind = Kind::List;

    fn options() -> &'static [&'static str] {
        &Companion::NAMES
    }

    fn cell(&self) -> Cell<'_> {
        Cell::List(self.iter().map(|&who| Companion::NAMES[who as usize]).collect())
    }
}

impl<T: Member> Member for Option<T> {
    const KIND: Kind = T::KIND;

    fn options() -> &'static [&'static str] {
        T::options()
    }

    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Missing, Member::cell)
    }
}

macro_rules! integers {
    ($($kind:ty)*) => {
        $(impl Member for $kind {
            const KIND: Kind = Kind::Integer;

            fn cell(&self) -> Cell<'_> {
                Cell::Number((*self).into())
            }
        })*
    };
}

macro_rules! choices {
    ($($kind:ty)*) => {
        $(impl Member for $kind {
            const KIND: Kind = Kind::Choice;

            fn options() -> &'static [&'static str] {
                variants::<Self>()
            }

            fn cell(&self) -> Cell<'_> {
                Cell::Number(*self as i64)
            }
        })*
    };
}

integers! { u8 u32 i64 }

choices! {
    AssignmentRole Channel ComplaintAbout ContactKind Content InteractionKind LossReason
    MembershipAction ReferralOutcome ReferralRelation RoleLevel Subject
}

/// The names of an enumeration, in the order of its codes.
fn variants<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    struct Ask<'a>(&'a mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: serde::de::Visitor<'de>>(
            self,
            _: V,
        ) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("only names are asked for"))
        }

        fn deserialize_enum<V: serde::de::Visitor<'de>>(
            self,
            _: &'static str,
            variants: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = variants;
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier
            ignored_any
        }
    }
    let mut names: &'static [&'static str] = &[];
    // It cannot be read; what it asks for is all that is wanted.
    let _ = T::deserialize(Ask(&mut names));
    names
}

/// A member of a kind of record.
#[derive(Debug, Clone, Copy)]
pub(super) struct MemberInfo {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    kind: Kind,
    options: fn() -> &'static [&'static str],
}

impl MemberInfo {
    /// What its values can be; amounts are at a scale.
    pub(super) fn typed(&self, money: Scale) -> Typed {
        let scale = if self.kind == Kind::Money { money } else { Scale::WHOLE };
        let options = (self.options)();
        match self.kind {
            Kind::Choice => Typed::coded(options),
            kind => {
                let options = options.iter().map(|&option| option.to_owned()).collect();
                Typed { options, ..Typed::new(kind, scale) }
            }
        }
    }
}

/// A kind of record.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListInfo {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) source: &'static str,
    pub(super) members: &'static [MemberInfo],
    /// The place of the day that windows look at.
    pub(super) dated: Option<usize>,
    /// The place of the day before which the record is not there yet.
    pub(super) since: Option<usize>,
}

impl ListInfo {
    /// The place of a member.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }
}

/// A record of which a member can be asked for by its place.
pub(super) trait Entry: Sync {
    fn cell(&self, place: usize) -> Cell<'_>;
}

/// Members that say what has become of a record: before their day they are not known.
pub(super) const LATER: [&str; 5] =
    ["resolved_on", "responded_on", "done_on", "asked_on", "checked_on"];

/// The place of a name, where there is one.
const fn place_of(members: &[MemberInfo], name: &str) -> Option<usize> {
    let name = name.as_bytes();
    let mut at = 0;
    while at < members.len() {
        let other = members[at].name.as_bytes();
        let mut same = other.len() == name.len();
        let mut i = 0;
        while same && i < name.len() {
            same = other[i] == name[i];
            i += 1;
        }
        if same {
            return Some(at);
        }
        at += 1;
    }
    None
}

macro_rules! lists {
    ($all:ident of $holder:ty: $($list:ident: $entry:ident, $source:literal, $about:literal,
        windows by $dated:literal, there since $since:literal {
            $($member:ident: $kind:ty = $member_about:literal,)*
        })*) => {
        $(
            impl Entry for $entry {
                fn cell(&self, place: usize) -> Cell<'_> {
                    let cells: &[fn(&Self) -> Cell<'_>] = &[$(|one| Member::cell(&one.$member),)*];
                    cells.get(place).map_or(Cell::Missing, |cell| cell(self))
                }
            }
        )*

        /// The kinds of records that are kept there.
        pub(super) const $all: &[ListInfo] = &[$({
            const MEMBERS: &[MemberInfo] = &[$(MemberInfo {
                name: stringify!($member),
                about: $member_about,
                kind: <$kind as Member>::KIND,
                options: <$kind as Member>::options,
            },)*];
            ListInfo {
                name: stringify!($list),
                about: $about,
                source: $source,
                members: MEMBERS,
                dated: place_of(MEMBERS, $dated),
                since: place_of(MEMBERS, $since),
            }
        },)*];

        impl Listed for $holder {
            fn entries(&self, list: &str) -> Vec<&dyn Entry> {
                match list {
                    $(stringify!($list) => {
                        self.$list.iter().map(|entry| entry as &dyn Entry).collect()
                    })*
                    _ => Vec::new(),
                }
            }
        }
    };
}

/// What holds lists of records.
pub(super) trait Listed {
    /// The records of a list.
    fn entries(&self, list: &str) -> Vec<&dyn Entry>;
}

lists! { DECLARED of Records:
    persons: Person, "R10, S2.44", "Persons known on the client's side.",
    windows by "", there since "known_since" {
        name: String = "The name in the person's own script.",
        latin_name: Option<String> = "The name in Latin letters.",
        role: Option<String> = "What the person does there.",
        level: Option<RoleLevel> = "How high that is.",
        birthday: Option<Day> = "The day of birth.",
        cuisine: Vec<String> = "The cuisine that the person prefers.",
        hobbies: Vec<String> = "Hobbies.",
        phone: Option<String> = "Phone number.",
        email: Option<String> = "E-mail address.",
        relation_score: Option<i64> = "How well we get on; more is better.",
        known_since: Option<Day> = "Since when the person is known to us.",
    }
    contacts: Contact, "S2.20, S4.2", "Ways to reach the client.",
    windows by "", there since "" {
        kind: ContactKind = "What kind of way it is.",
        value: String = "The number, address or account.",
        person: Option<String> = "Whom it reaches.",
        preferred: bool = "Whether the client prefers it.",
        do_not_contact: bool = "Whether it must not be used.",
        checked_on: Option<Day> = "When it was last found to be right.",
    }
    preferences: Preference, "R11, S2.20", "What the client and the family like.",
    windows by "noted_on", there since "noted_on" {
        subject: Subject = "Who likes it.",
        what: String = "What.",
        noted_on: Option<Day> = "When we learned it.",
    }
    pains: Pain, "R11, R46", "What hurts the client's business.",
    windows by "said_on", there since "said_on" {
        what: String = "A short name.",
        said: Option<String> = "What the client said.",
        said_on: Option<Day> = "When.",
        by: Option<String> = "Who said it.",
    }
    companions: PurchaseCompanions, "R8, S4.3", "Who came along to purchases.",
    windows by "on", there since "on" {
        on: Day = "The day of the purchase.",
        order: Option<String> = "Its order.",
        how: Option<String> = "How it was bought.",
        what: Option<String> = "What was bought.",
        companions: Vec<Companion> = "Who came along.",
    }
    interactions: Interaction, "S0.15, S1.11", "Talks and other touches.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        kind: InteractionKind = "What kind of touch it was.",
        staff: Option<String> = "Who of ours.",
        person: Option<String> = "Who of theirs.",
        minutes: Option<u32> = "How long it took, in minutes.",
        about: Option<String> = "What it was about.",
        next_step: Option<String> = "What is to be done next.",
        next_on: Option<Day> = "By when.",
    }
    loyalty_components: LoyaltyComponent, "S1.13", "Parts of our offer that hold the client.",
    windows by "on", there since "on" {
        component: String = "The part.",
        price: bool = "Whether it is about price.",
        rating: Option<u8> = "How content the client is with it, 1 to 5.",
        on: Option<Day> = "When it was rated.",
    }
    complaints: Complaint, "R43, S2.28", "Complaints.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        about: ComplaintAbout = "What it is about.",
        text: Option<String> = "What the client said.",
        resolved_on: Option<Day> = "When it was settled; missing is not yet.",
    }
    recommendations: Recommendation, "S0.4", "Recommendations that the client gave.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        to: String = "To whom.",
        relation: ReferralRelation = "What that is to the client.",
        contact_given: bool = "Whether the client gave us the contact.",
        recommended: bool = "Whether the client recommended us.",
    }
    membership: MembershipEvent, "R5", "Steps into and out of the regular base.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        action: MembershipAction = "The step.",
        by: Option<String> = "Who made it.",
        reason: Option<String> = "Why.",
    }
}

lists! { NOTED of Entries:
    assignments: Assignment, "R44", "Who of ours looks after the client.",
    windows by "", there since "since" {
        staff: String = "The name of the one of ours.",
        role: AssignmentRole = "As what.",
        since: Option<Day> = "The first day.",
        until: Option<Day> = "The last day.",
    }
    touches: Touch, "R30, S4.13", "Messages and calls.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        channel: Channel = "By which way.",
        content: Content = "What about.",
        campaign: Option<String> = "The campaign that it belongs to.",
        trigger: Option<String> = "The rule that asked for it.",
        staff: Option<String> = "Who of ours.",
        reached: Option<bool> = "Whether it arrived.",
        responded_on: Option<Day> = "When the client responded; missing is not yet.",
    }
    promises: Promise, "R38, S2.38e", "What we promised; windows look at the day by which.",
    windows by "due_on", there since "" {
        what: String = "What.",
        due_on: Day = "The day by which.",
        done_on: Option<Day> = "The day on which it was kept; missing is not yet.",
        consent: bool = "Whether the client agreed to have it early.",
        force_majeure: bool = "Whether an act of God kept us from it.",
        reported: bool = "Whether we told the client of the difficulty.",
    }
    extras: Extra, "R38, S2.38f", "What the client got unasked.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        what: String = "What.",
        courtesy: bool = "Whether it was a courtesy outside the order.",
        announced: bool = "Whether the client was told before.",
    }
    broken_promises: BrokenPromise, "S1.10", "What the client promised and did not do.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        what: String = "What.",
    }
    relation_scores: RelationScore, "R29, S2.56", "How well we get on with persons.",
    windows by "on", there since "on" {
        person: String = "The person on the client's side.",
        on: Day = "The day.",
        score: i64 = "The score; more is better.",
    }
    departures: Departure, "R42", "When and why the client left.",
    windows by "on", there since "on" {
        on: Day = "The day on which we learned it.",
        reason: LossReason = "Why.",
        said: Option<String> = "In the client's words.",
    }
    refusals: Refusal, "R43, S2.28", "Forms of refusal.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        product: Option<String> = "What did not suit in the product or service.",
        staff: Option<String> = "What displeased in the work of the staff.",
        moment_of_sale: Option<String> = "What annoyed at the moment of sale.",
    }
    win_backs: WinBack, "R42", "Attempts to win the client back.",
    windows by "opened_on", there since "opened_on" {
        opened_on: Day = "The day on which it began.",
        staff: Option<String> = "Who of ours.",
    }
    deals: Deal, "R45, S2.18", "Deals.",
    windows by "on", there since "on" {
        id: String = "Its id.",
        status: String = "The status, one of the firm's own.",
        on: Day = "Since when it has it.",
        manager: Option<String> = "Who of ours.",
        amount: Option<Decimal> = "What it is worth.",
    }
    deliveries: Delivery, "S0.14", "Deliveries done.",
    windows by "on", there since "on" {
        on: Day = "The day.",
        product: Option<String> = "What.",
        asked_on: Option<Day> = "When contacts were asked for; missing is not yet.",
        outcome: Option<ReferralOutcome> = "What came of it.",
    }
}

/// The clients of a list of the journal, in the order of its entries.
pub(super) fn clients<'a>(entries: &'a Entries, list: &str) -> Vec<&'a crate::client::ClientId> {
    macro_rules! of {
        ($($name:ident)*) => {
            match list {
                $(stringify!($name) => entries.$name.iter().map(|one| &one.client).collect(),)*
                _ => Vec::new(),
            }
        };
    }
    of! {
        assignments touches promises extras broken_promises relation_scores departures refusals
        win_backs deals deliveries
    }
}

/// The lines of the sales as records.
pub(super) const SALES: ListInfo = {
    const fn member(
        name: &'static str,
        kind: Kind,
        options: fn() -> &'static [&'static str],
        about: &'static str,
    ) -> MemberInfo {
        MemberInfo { name, about, kind, options }
    }
    fn none() -> &'static [&'static str] {
        &[]
    }
    const MEMBERS: &[MemberInfo] = &[
        member("day", Kind::Date, none, "The day."),
        member("amount", Kind::Money, none, "Net of tax; of returns below zero."),
        member("kind", Kind::Choice, || &SaleKind::NAMES, "Sale, return or cancellation."),
        member("order", Kind::Text, none, "The order that the line belongs to."),
        member("quantity", Kind::Decimal, none, "Units."),
        member("profit", Kind::Money, none, "Profit."),
        member("category", Kind::Text, none, "What was bought."),
        member("brand", Kind::Text, none, "The brand of what was bought."),
        member("manager", Kind::Text, none, "Who sold it."),
        member("department", Kind::Text, none, "Which department sold it."),
        member("promo", Kind::YesNo, none, "Whether it was sold on promotion."),
    ];
    ListInfo {
        name: "sales",
        about: "Lines of the sales, returns among them; none of orders that were called off.",
        source: "convention",
        members: MEMBERS,
        dated: Some(0),
        since: Some(0),
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every member that a document can have is known here, but for lists of objects.
    #[test]
    fn members_are_those_of_the_documents() {
        fn held<T: serde::de::DeserializeOwned>(list: &str, skipped: &[&str]) {
            let all = DECLARED.iter().chain(NOTED);
            let info = all.clone().find(|info| info.name == list).unwrap();
            let mut mine: Vec<&str> = info.members.iter().map(|member| member.name).collect();
            mine.extend(skipped);
            let theirs: Vec<&str> =
                crate::signature::of::<T>().iter().map(|argument| argument.name).collect();
            mine.sort_unstable();
            let mut sorted = theirs.clone();
            sorted.sort_unstable();
            assert_eq!(mine, sorted, "{list}");
        }
        held::<Person>("persons", &["family"]);
        held::<Contact>("contacts", &[]);
        held::<Preference>("preferences", &[]);
        held::<Pain>("pains", &[]);
        held::<PurchaseCompanions>("companions", &[]);
        held::<Interaction>("interactions", &[]);
        held::<LoyaltyComponent>("loyalty_components", &[]);
        held::<Complaint>("complaints", &[]);
        held::<Recommendation>("recommendations", &[]);
        held::<MembershipEvent>("membership", &[]);
        held::<Assignment>("assignments", &["client"]);
        held::<Touch>("touches", &["client"]);
        held::<Promise>("promises", &["client"]);
        held::<Extra>("extras", &["client"]);
        held::<BrokenPromise>("broken_promises", &["client"]);
        held::<RelationScore>("relation_scores", &["client"]);
        held::<Departure>("departures", &["client"]);
        held::<Refusal>("refusals", &["client"]);
        held::<WinBack>("win_backs", &["client", "steps"]);
        held::<Deal>("deals", &["client"]);
        held::<Delivery>("deliveries", &["client"]);
    }

    #[test]
    fn codes_are_places_among_the_names() {
        let code = |cell: Cell<'_>| match cell {
            Cell::Number(code) => code as usize,
            other => panic!("{other:?}"),
        };
        assert_eq!(Channel::options()[code(Channel::Social.cell())], "social");
        assert_eq!(ComplaintAbout::options()[code(ComplaintAbout::Other.cell())], "other");
        assert_eq!(LossReason::options()[code(LossReason::Inattention.cell())], "inattention");
        assert_eq!(Subject::options()[code(Subject::Parent.cell())], "parent");
        assert_eq!(ContactKind::options()[code(ContactKind::Site.cell())], "site");
    }
}
