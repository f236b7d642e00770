//! The rules of triggers, each for one client.

use std::collections::BTreeMap;

use super::audience::Audience;
use super::{Subject, Trigger, TriggerKind, TriggerOrder};
use crate::axis::amount_text;
use crate::calendar::{Day, Span};
use crate::journal::{Delivery, Product, PromoDays, Touch};
use crate::outreach::reach::{Reach, Way};
use crate::outreach::scene::{Scene, bare, twice};
use crate::policy::OutreachPolicy;
use crate::portrait::{FieldStorage, Pain};
use crate::table::NO_INT32;

/// All rules, with what they look for.
pub(super) struct Rules<'s, 'a> {
    scene: &'s Scene<'a>,
    policy: &'a OutreachPolicy,
    follow_up_within: Span,
    most: TriggerOrder,
    audience: Audience<'a>,
    /// Products that can be had on the day.
    products: Vec<&'a Product>,
    /// Days of promotion that run or are near.
    promos: Vec<&'a PromoDays>,
    /// Deliveries after which contacts are asked for, by row.
    deliveries: BTreeMap<usize, Vec<&'a Delivery>>,
    birth_dates: Option<&'a [i32]>,
}

/// One client while rules look at it.
struct One<'r, 'a> {
    row: usize,
    reach: Reach<'a>,
    found: &'r mut Vec<Trigger<'a>>,
}

/// What a rule found.
struct Found<'a> {
    kind: TriggerKind,
    order: TriggerOrder,
    subject: Subject<'a>,
    due_on: Day,
    /// What to do after the words that say how to reach the client.
    what: String,
    reason: String,
    /// What follows the name of the kind in the mark.
    mark: String,
}

/// The day by which something is to be done that could be done from one of several days on.
fn latest(days: [Option<Day>; 2], otherwise: Day) -> Day {
    days.into_iter().flatten().max().unwrap_or(otherwise)
}

/// The next day on which a birthday is kept; 29 February is kept on the 28th in other years.
fn next_birthday(born: Day, as_of: Day) -> Day {
    let years = (as_of.days() - born.days()).max(0) as u32 / 366;
    let mut years = years..;
    let kept = |years: u32| born.plus(Span::Months(12 * years));
    years.find(|&years| kept(years) >= as_of).map_or(Day::MAX, kept)
}

impl<'s, 'a> Rules<'s, 'a> {
    pub(super) fn new(scene: &'s Scene<'a>, most: TriggerOrder) -> Self {
        let (seen, as_of) = (&scene.seen, scene.as_of());
        let policy = seen.policy();
        let entries = seen.journal.entries();
        let had = |product: &&Product| product.launched_on.is_none_or(|day| day <= as_of);
        let ahead = as_of.plus(policy.outreach.promo_ahead);
        let near = |promo: &&PromoDays| promo.from <= ahead && promo.to >= as_of;
        let mut deliveries: BTreeMap<usize, Vec<&Delivery>> = BTreeMap::new();
        for delivery in entries.deliveries.iter().filter(|one| one.on <= as_of) {
            if let Some(row) = seen.row(&delivery.client) {
                deliveries.entry(row).or_default().push(delivery);
            }
        }
        let declared = seen.known.basis.declared;
        let birth_dates = declared.and_then(|all| match all.portraits.column("birth_date") {
            Some(FieldStorage::Day(days)) => Some(&days[..]),
            _ => None,
        });
        Self {
            scene,
            policy: &policy.outreach,
            follow_up_within: policy.risk.follow_up_within,
            most,
            audience: Audience::new(seen),
            products: entries.products.iter().filter(had).collect(),
            promos: entries.promo_days.iter().filter(near).collect(),
            deliveries,
            birth_dates,
        }
    }

    /// Finds what there is to talk about with one client.
    pub(super) fn find(&self, row: usize, found: &mut Vec<Trigger<'a>>) {
        if self.scene.has_departed(row) || self.scene.reaches.is_closed(row) {
            return;
        }
        // Most clients of most bases have none of this.
        let quiet = self.products.is_empty() && self.promos.is_empty();
        let known = self.scene.records(row).is_some() || self.birth_dates.is_some();
        let delivered = self.deliveries.contains_key(&row);
        let new = self.is_new(row);
        if quiet && !known && !delivered && !new && self.policy.contact_within.is_none() {
            return;
        }
        let mut one = One { row, reach: self.scene.reaches.read(row), found };
        self.products(&mut one);
        self.promos(&mut one);
        self.referral(&mut one);
        self.birthdays(&mut one);
        self.follow_up(&mut one);
        self.contact(&mut one);
    }

    /// Adds what a rule found, where the client may be reached and was not asked before.
    fn add(&self, one: &mut One<'_, 'a>, found: Found<'a>) {
        if found.order > self.most {
            return;
        }
        let way = match found.order {
            TriggerOrder::Personal => one.reach.personal(),
            _ => one.reach.mailing(),
        };
        if let Some(way) = way {
            self.add_by(one, way, found);
        }
    }

    fn add_by(&self, one: &mut One<'_, 'a>, way: Way<'a>, found: Found<'a>) {
        let mark = format!("{}:{}", found.kind.name(), found.mark);
        if self.was_asked(one.row, &mark) || self.was_offered(one.row, &found) {
            return;
        }
        let asks = way.asks(&self.scene.id(one.row));
        one.found.push(Trigger {
            row: one.row,
            kind: found.kind,
            order: found.order,
            subject: found.subject,
            due_on: found.due_on,
            way,
            action: format!("{asks} {}.", found.what),
            reason: found.reason,
            mark,
        });
    }

    /// The touches in which a trigger was followed lately.
    fn followed(&self, row: usize) -> impl Iterator<Item = (&'a str, &'a Touch)> + '_ {
        self.scene.touches(row).iter().filter_map(|&(_, touch)| {
            let mark = touch.trigger.as_deref()?;
            let lately = self.scene.is_within(touch.on, self.policy.repeat_after);
            (lately && touch.reached != Some(false)).then_some((mark, touch))
        })
    }

    fn was_asked(&self, row: usize, mark: &str) -> bool {
        self.followed(row).any(|(other, _)| other == mark)
    }

    /// Whether the product was offered in a more personal way.
    fn was_offered(&self, row: usize, found: &Found<'_>) -> bool {
        let Subject::Product(product) = found.subject else { return false };
        found.kind != TriggerKind::Pain
            && self.followed(row).any(|(mark, _)| {
                let told = mark.strip_prefix("pain:").and_then(|rest| rest.strip_suffix(product));
                told.is_some_and(|rest| rest.ends_with(':'))
            })
    }

    fn is_key(&self, one: &One<'_, 'a>) -> bool {
        self.scene.is_key(one.row)
    }

    fn products(&self, one: &mut One<'_, 'a>) {
        if self.products.is_empty() {
            return;
        }
        let delivered = self.deliveries.get(&one.row).map_or(&[][..], |all| all);
        let has = |product: &str| delivered.iter().any(|d| d.product.as_deref() == Some(product));
        let wants = |of: fn(&Product) -> bool| self.products.iter().any(|product| of(product));
        let brands = if wants(|product| product.collection) {
            self.audience.only_brands(one.row)
        } else {
            Vec::new()
        };
        let categories = if wants(|product| !product.goes_with.is_empty()) {
            self.audience.categories(one.row)
        } else {
            Vec::new()
        };
        for product in self.products.iter().filter(|product| !has(&product.name)) {
            self.pains(one, product);
            self.news(one, product, &brands);
            self.cross_sell(one, product, &categories);
        }
    }

    /// A pain that the client told of, and a product that heals it (S0.12).
    fn pains(&self, one: &mut One<'_, 'a>, product: &'a Product) {
        let as_of = self.scene.as_of();
        let pains = self.scene.records(one.row).map_or(&[][..], |records| &records.pains);
        let told = |pain: &&Pain| pain.said_on.is_none_or(|day| day <= as_of);
        for pain in pains.iter().filter(told).filter(|pain| product.solves.contains(&pain.what)) {
            let who = pain.by.as_deref().unwrap_or("the client");
            let when = pain.said_on.map_or_else(String::new, |day| format!(" on {day}"));
            let quote = pain.said.as_deref().map_or_else(
                || format!("{who} told us{when} of {}", pain.what),
                |said| format!("{who} said{when}: “{}” ({})", said.trim(), pain.what),
            );
            let benefit = product
                .benefit
                .as_deref()
                .map_or_else(String::new, |benefit| format!(": {}", bare(benefit)));
            let remind = pain
                .said
                .as_deref()
                .map_or_else(|| pain.what.clone(), |said| format!("“{}”", bare(said)));
            let found = Found {
                kind: TriggerKind::Pain,
                order: TriggerOrder::Personal,
                subject: Subject::Product(&product.name),
                due_on: latest([product.launched_on, pain.said_on], as_of),
                what: format!("and offer {} against {remind}", product.name),
                reason: capital(&format!("{quote}. {} is made for that{benefit}.", product.name)),
                mark: format!("{}:{}", pain.what, product.name),
            };
            self.add(one, found);
        }
    }

    /// A product that is new: a collection to those who buy its brand only, anything to key
    /// clients in person, and the rest of the base by a broadcast.
    fn news(&self, one: &mut One<'_, 'a>, product: &'a Product, brands: &[&str]) {
        let Some(launched) = product.launched_on else { return };
        if !self.scene.is_within(launched, self.policy.news_within) {
            return;
        }
        let scene = self.scene;
        let benefit = product
            .benefit
            .as_deref()
            .map_or_else(String::new, |benefit| format!(" It offers: {}.", bare(benefit)));
        let out = format!("{} is out since {launched} ({})", product.name, scene.ago(launched));
        let brand = product.brand.as_deref().filter(|_| product.collection);
        if let Some(brand) = brand.filter(|brand| brands.contains(brand)) {
            self.add(
                one,
                Found {
                    kind: TriggerKind::Collection,
                    order: TriggerOrder::Mailing,
                    subject: Subject::Product(&product.name),
                    due_on: launched,
                    what: format!("about {}, the new collection of {brand}", product.name),
                    reason: format!("It buys {} only; {out}.{benefit}", brands.join(", ")),
                    mark: product.name.clone(),
                },
            );
        }
        let key = self.is_key(one);
        let (order, due_on, why) = if key {
            let why = "A key client hears of new products at once";
            (TriggerOrder::Personal, launched, why)
        } else {
            let last = launched.plus(self.policy.news_within);
            (TriggerOrder::Broadcast, last, "New products go to the existing base first")
        };
        let what = if key { "and show" } else { "about" };
        self.add(
            one,
            Found {
                kind: TriggerKind::NewProduct,
                order,
                subject: Subject::Product(&product.name),
                due_on,
                what: format!("{what} {}, which is new", product.name),
                reason: format!("{why}; {out}.{benefit}"),
                mark: product.name.clone(),
            },
        );
    }

    /// What buyers of the client's categories need too (S4.14).
    fn cross_sell(&self, one: &mut One<'_, 'a>, product: &'a Product, bought: &[&'a str]) {
        let Some(category) = product.category.as_deref() else { return };
        if bought.contains(&category) {
            return;
        }
        let with: Vec<&str> = (product.goes_with.iter().map(String::as_str))
            .filter(|with| bought.contains(with))
            .collect();
        if with.is_empty() {
            return;
        }
        let key = self.is_key(one);
        let benefit = product
            .benefit
            .as_deref()
            .map_or_else(String::new, |benefit| format!(" It offers: {}.", bare(benefit)));
        let with = with.join(", ");
        let found = Found {
            kind: TriggerKind::CrossSell,
            order: if key { TriggerOrder::Personal } else { TriggerOrder::Mailing },
            subject: Subject::Product(&product.name),
            due_on: self.scene.as_of().plus(self.policy.list_ahead),
            what: format!("{} {}, which goes with {with}", offer(key), product.name),
            reason: format!("It buys {with} from us, and never {category}.{benefit}"),
            mark: product.name.clone(),
        };
        self.add(one, found);
    }

    /// Days of promotion (S4.5, S2.38b).
    fn promos(&self, one: &mut One<'_, 'a>) {
        if self.promos.is_empty() {
            return;
        }
        let brands = if self.promos.iter().any(|promo| promo.brand.is_some()) {
            self.audience.only_brands(one.row)
        } else {
            Vec::new()
        };
        for promo in &self.promos {
            let (order, why) = match promo.brand.as_deref() {
                Some(brand) if brands.contains(&brand) => {
                    (TriggerOrder::Mailing, format!("It buys {} only", brands.join(", ")))
                }
                Some(_) => continue,
                None if self.scene.seen.flag("promo_buyer", one.row) == Some(true) => {
                    (TriggerOrder::Mailing, "It buys mostly on promotion".to_owned())
                }
                None => (TriggerOrder::Broadcast, "Clients are told of all promotions".to_owned()),
            };
            let of =
                promo.brand.as_deref().map_or_else(String::new, |brand| format!(" of {brand}"));
            let days = if promo.from == promo.to {
                format!("on {}", promo.from)
            } else {
                format!("from {} to {}", promo.from, promo.to)
            };
            let found = Found {
                kind: TriggerKind::PromoDays,
                order,
                subject: Subject::Promo(&promo.name, promo.from),
                due_on: promo.from.max(self.scene.as_of()),
                what: format!("about the promotion {}{of}", promo.name),
                reason: format!("{why}; {}{of} runs {days}.", promo.name),
                mark: format!("{}:{}", promo.name, promo.from),
            };
            self.add(one, found);
        }
    }

    /// After a delivery contacts are asked for, unless a complaint is open (S0.14).
    fn referral(&self, one: &mut One<'_, 'a>) {
        let Some(deliveries) = self.deliveries.get(&one.row) else { return };
        let as_of = self.scene.as_of();
        let complaints = self.scene.records(one.row).map_or(&[][..], |records| &records.complaints);
        let open = complaints
            .iter()
            .any(|one| one.on <= as_of && one.resolved_on.is_none_or(|day| day > as_of));
        if open {
            return;
        }
        for delivery in deliveries {
            let due = delivery.on.plus(self.policy.referral_after);
            let asked = delivery.asked_on.is_some_and(|day| day <= as_of)
                || (delivery.asked_on.is_none() && delivery.outcome.is_some());
            if asked || !self.scene.is_within(due, self.policy.referral_within) {
                continue;
            }
            let what = delivery.product.as_deref().unwrap_or("The order");
            let found = Found {
                kind: TriggerKind::ReferralRequest,
                order: TriggerOrder::Personal,
                subject: Subject::Referral,
                due_on: due,
                what: format!(
                    "and ask how {} serves and who else could use it",
                    delivery.product.as_deref().unwrap_or("the delivery")
                ),
                reason: format!(
                    "{what} was delivered on {} ({}), nobody has asked for contacts, and no \
                     complaint is open.",
                    delivery.on,
                    self.scene.ago(delivery.on)
                ),
                mark: delivery.on.to_string(),
            };
            self.add(one, found);
        }
    }

    fn birthdays(&self, one: &mut One<'_, 'a>) {
        let as_of = self.scene.as_of();
        let persons = self.scene.records(one.row).map_or(&[][..], |records| &records.persons);
        let known = persons
            .iter()
            .filter(|one| one.is_known() && one.known_since.is_none_or(|day| day <= as_of))
            .filter_map(|one| Some((one.name.as_str(), one.birthday?)));
        let declared = self.scene.seen.known.basis.declared;
        let at = declared.and_then(|all| all.at(one.row));
        let own = self.birth_dates.zip(at).map(|(days, at)| days[at]);
        let own = own.filter(|&day| day != NO_INT32).and_then(Day::new);
        let all: Vec<(Option<&str>, Day)> = known
            .map(|(name, day)| (Some(name), day))
            .chain(own.map(|day| (None, day)))
            .filter(|&(_, day)| day <= as_of)
            .collect();
        for (name, born) in all {
            let next = next_birthday(born, as_of);
            if next > as_of.plus(self.policy.birthday_ahead) {
                continue;
            }
            let way = match name {
                Some(name) => one.reach.personal_to(name),
                None => one.reach.personal(),
            };
            let Some(way) = way else { continue };
            let whose = name.unwrap_or("the client");
            let found = Found {
                kind: TriggerKind::Birthday,
                order: TriggerOrder::Personal,
                subject: Subject::Birthday(name.unwrap_or("")),
                due_on: next,
                what: format!("with good wishes for the birthday on {next}"),
                reason: capital(&format!(
                    "{whose} has a birthday on {next} ({}).",
                    self.scene.ahead(next)
                )),
                mark: format!("{}:{}", name.unwrap_or("client"), &next.to_string()[..4]),
            };
            self.add_by(one, way, found);
        }
    }

    /// Whether the client bought once, so lately that a follow-up is still timely.
    fn is_new(&self, row: usize) -> bool {
        let twice = twice(self.follow_up_within);
        let first = self.scene.first_purchase(row);
        self.scene.purchases(row) == 1 && first.is_some_and(|day| self.scene.is_within(day, twice))
    }

    /// After the first purchase we must not vanish (S2.1).
    fn follow_up(&self, one: &mut One<'_, 'a>) {
        let Some(first) = self.scene.first_purchase(one.row).filter(|_| self.is_new(one.row))
        else {
            return;
        };
        if self.scene.contact_days(one.row).any(|day| day > first) {
            return;
        }
        let due = first.plus(self.follow_up_within);
        let ledger = self.scene.seen.known.basis.ledger;
        let amount = self.scene.seen.money("amount", one.row).unwrap_or(0);
        let amount = amount_text(self.scene.seen.scale(), ledger.currency(), amount);
        let found = Found {
            kind: TriggerKind::FollowUp,
            order: TriggerOrder::Personal,
            subject: Subject::FollowUp,
            due_on: due,
            what: "and ask how the first purchase serves and what is needed next".to_owned(),
            reason: format!(
                "It bought for the first time on {first} ({}), for {amount}, and no contact is on \
                 record since.",
                self.scene.ago(first)
            ),
            mark: first.to_string(),
        };
        self.add(one, found);
    }

    /// Relations break off where nobody keeps in contact (S0.11).
    fn contact(&self, one: &mut One<'_, 'a>) {
        let Some(within) = self.policy.contact_within else { return };
        let bought = self.scene.last_purchase(one.row);
        let Some(last) = self.scene.contact_days(one.row).chain(bought).max() else { return };
        let due = last.plus(within);
        if due > self.scene.as_of() {
            return;
        }
        let found = Found {
            kind: TriggerKind::Contact,
            order: TriggerOrder::Personal,
            subject: Subject::Contact,
            due_on: due,
            what: "and ask how business goes".to_owned(),
            reason: format!(
                "The last contact was on {last} ({}), and {within} are the limit.",
                self.scene.ago(last)
            ),
            mark: last.to_string(),
        };
        self.add(one, found);
    }
}

fn offer(in_person: bool) -> &'static str {
    if in_person { "and offer" } else { "about" }
}

/// With a capital letter at its start.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
