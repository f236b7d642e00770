//! What comes first on the list of what to do, and where each rule comes from.

/// When something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Urgency {
    /// At once, before anything else.
    Now = 0,
    /// Today.
    Today = 1,
    /// This week.
    ThisWeek = 2,
}

impl Urgency {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 3] = ["now", "today", "this_week"];
}

macro_rules! rules {
    ($($(#[$about:meta])* $rule:ident $name:literal, $kind:literal, $urgency:ident,
       $when_due:ident, $contacts:literal, $source:literal;)*) => {
        /// A rule that asks to do something, in the order in which they stand for one client.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum ActionRule {
            $($(#[$about])* $rule,)*
        }

        impl ActionRule {
            /// All rules, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$rule),*];

            /// The names in JSON, Python and C.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// What kind of work it is.
            pub const fn kind(self) -> &'static str {
                match self { $(Self::$rule => $kind,)* }
            }

            /// When it is to be done: before its day, and from its day on.
            pub const fn urgency(self, due: bool) -> Urgency {
                match self {
                    $(Self::$rule => if due { Urgency::$when_due } else { Urgency::$urgency },)*
                }
            }

            /// Whether it asks to contact the client.
            pub const fn contacts(self) -> bool {
                match self { $(Self::$rule => $contacts,)* }
            }

            /// Where it comes from.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$rule => $source,)* }
            }
        }
    };
}

// The order of urgency as data: name, kind, urgency before the day and from the day on, whether
// it contacts the client, source. Immediate is what the sources call so: key clients that stay
// away (S2.53), and promises, which may not be late (S2.38e).
rules! {
    /// A promise is late, and nothing excuses it.
    PromiseLate "promise_late", "promise", Now, Now, false, "R38, S2.38e";
    /// A key client or VIP is on its way back, and the next step waits.
    WinBackFirst "win_back_first", "win_back", Now, Now, true, "R42, S2.53";
    /// A key client or VIP is lost.
    FirstLost "key_or_vip_lost", "loss", Now, Now, true, "R40, S2.53";
    /// A key client or VIP does not come when it was to come.
    FirstDue "key_or_vip_due", "loss", Now, Now, true, "R40, S2.53";
    /// It was at the top of a month and has neither bought nor paid since.
    SpikeThenGone "spike_then_gone", "loss", Now, Now, true, "R40, S3.10";
    /// A complaint is open.
    Complaint "complaint", "complaint", Today, Today, true, "R43, S1.13";
    /// A client told us that it leaves.
    Departed "departed", "win_back", Today, Today, true, "R42, S2.53";
    /// The next step to win a client back waits.
    WinBack "win_back", "win_back", Today, Today, true, "R42, S2.54";
    /// A promise is late, but the client was told.
    PromiseExcused "promise_excused", "promise", Today, Today, false, "R38, S2.38e";
    /// A promise is due.
    PromiseDue "promise_due", "promise", ThisWeek, Today, false, "R38, S2.38e";
    /// What was agreed in the last talk is due.
    NextStep "next_step", "talk", ThisWeek, Today, true, "R45, S1.11";
    /// A product heals a pain that the client told of.
    Pain "pain", "trigger", Today, Today, true, "R46, S0.12";
    /// A key client is to see a new product at once.
    NewProduct "new_product", "trigger", Today, Today, true, "R46, S2.18, S2.44";
    /// A new collection of a brand, for those who buy certain brands only.
    Collection "collection", "trigger", Today, Today, true, "R46, S4.4";
    /// Nobody looks after a key client.
    NoManager "no_manager", "manager", Today, Today, false, "R44, S1.17";
    /// Nobody of ours is in contact with a key client or VIP.
    Orphan "orphan", "contact", Today, Today, false, "R35, S1.18";
    /// A VIP is sold at cost or below.
    MarginGone "margin_gone", "margin", Today, Today, false, "R34, S3.2";
    /// A birthday is near.
    Birthday "birthday", "trigger", ThisWeek, Today, true, "R46, S2.47";
    /// Nobody followed up the first purchase.
    FollowUp "follow_up", "trigger", ThisWeek, Today, true, "R37, S2.1";
    /// A step of a group task is due.
    Task "task", "task", ThisWeek, Today, true, "R45, S2.18";
    /// Days of promotion are near.
    PromoDays "promo_days", "trigger", ThisWeek, Today, true, "R46, S4.5, S2.38b";
    /// Contacts can be asked for after a delivery.
    ReferralRequest "referral_request", "trigger", ThisWeek, Today, true, "R46, S0.14";
    /// It is time for a client to come again.
    Due "due", "loss", ThisWeek, ThisWeek, true, "R39, S4.9";
    /// A client is lost since a short time.
    Lost "lost", "loss", ThisWeek, ThisWeek, true, "R39, R41, S4.8";
    /// A deal waits for a word of ours.
    Deal "deal", "deal", ThisWeek, ThisWeek, true, "R45, S2.18";
    /// A client gave us the contact of someone who is no client yet.
    WarmLead "warm_lead", "lead", ThisWeek, ThisWeek, false, "R41, S4.11, S4.12";
    /// Buyers of what the client buys need another product too.
    CrossSell "cross_sell", "trigger", ThisWeek, ThisWeek, true, "R46, S4.14, S2.45";
    /// The head has not been in contact with a key client for long.
    HeadAbsent "head_contact", "contact", ThisWeek, ThisWeek, true, "R44, S2.44, S2.57";
    /// Only one of ours is in contact with a key client or VIP.
    OneOfOurs "second_contact", "contact", ThisWeek, ThisWeek, true, "R35, S1.18";
    /// Too few persons are known at a key client or VIP.
    OneOfTheirs "second_person", "contact", ThisWeek, ThisWeek, true, "R35, S2.44";
    /// The margin of a VIP falls.
    MarginFalls "margin_falls", "margin", ThisWeek, ThisWeek, false, "R34, S3.2";
    /// The manager of a key client has too many of them.
    ManagerFull "manager_full", "manager", ThisWeek, ThisWeek, false, "R44, S2.43";
    /// The last talk with a key client or VIP ended without a next step.
    NoNextStep "no_next_step", "talk", ThisWeek, ThisWeek, true, "R45, S1.11";
    /// There was no contact for long.
    Contact "contact", "trigger", ThisWeek, Today, true, "S0.11";
    /// The portrait of a key client has gaps.
    Portrait "portrait", "portrait", ThisWeek, ThisWeek, true, "R10, R12, S2.46, S2.47";
}
