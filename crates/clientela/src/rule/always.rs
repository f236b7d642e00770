//! Conditions that say the same of every client, found from their values alone.

use std::collections::BTreeMap;

use super::accept::{Accept, Numbers, TextTest};
use super::attribute::Source;
use super::condition::Unknown;
use super::program::{Node, Test};
use crate::portrait::FieldStorage;

/// What a leaf accepts among all that its subject can be.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    numbers: Numbers,
    /// All that there can be.
    all: Numbers,
    /// Whether what is missing is accepted; nothing where it stays unknown.
    missing: Option<bool>,
}

impl Shape {
    /// The shape of a leaf; `None` where nothing is said of it.
    pub(super) fn of(test: &Test<'_>, unknown: Option<Unknown>) -> Option<Self> {
        let (low, high) = test.typed.limits;
        let all = Numbers::stretch(low, high);
        let missing = unknown.map(|unknown| unknown == Unknown::Yes);
        if let Source::Field(_, FieldStorage::Text(_), _) = test.source
            && matches!(test.accept, Accept::Numbers(_))
        {
            // Its codes are those of texts that somebody has, not of all that there can be.
            return None;
        }
        match &test.accept {
            Accept::Numbers(numbers) if test.typed.kind != super::kind::Kind::Text => {
                let open = test.typed.kind == super::kind::Kind::Choice && test.typed.open;
                (!open).then(|| Self { numbers: numbers.and(&all), all, missing })
            }
            Accept::Floats(numbers) => Some(Self { numbers: numbers.and(&all), all, missing }),
            Accept::Known(known) => Some(Self {
                numbers: if *known { all.clone() } else { Numbers::default() },
                all,
                missing: Some(!*known),
            }),
            _ => None,
        }
    }

    fn not(&self) -> Self {
        let numbers = self.numbers.other().and(&self.all);
        Self { numbers, all: self.all.clone(), missing: self.missing.map(|missing| !missing) }
    }

    fn and(&self, other: &Self) -> Self {
        let missing = match (self.missing, other.missing) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        Self { numbers: self.numbers.and(&other.numbers), all: self.all.clone(), missing }
    }

    fn or(&self, other: &Self) -> Self {
        self.not().and(&other.not()).not()
    }

    /// What there is to warn of.
    pub(super) fn verdict(&self) -> Option<(&'static str, String)> {
        if self.numbers.is_empty() && self.missing != Some(true) {
            return Some(("always_false", "no value satisfies this".to_owned()));
        }
        if self.numbers.other().and(&self.all).is_empty() && self.missing != Some(false) {
            let problem = match self.missing {
                Some(_) => "every client satisfies this",
                None => "every value satisfies this; `is_not_null` asks whether there is one",
            };
            return Some(("always_true", problem.to_owned()));
        }
        None
    }
}

/// A leaf, or the NOT of one: what it compares, and its shape.
fn leaf<'p>(node: &Node, leaves: &'p [Test<'_>]) -> Option<(&'p str, Shape)> {
    match node {
        Node::Leaf(place) => {
            let test = &leaves[*place];
            Some((&test.what, Shape::of(test, test.unknown)?))
        }
        Node::Not(inner) => leaf(inner, leaves).map(|(what, shape)| (what, shape.not())),
        _ => None,
    }
}

/// What there is to warn of among the conditions of an `all` or `any`: those that compare one
/// thing.
pub(super) fn watch(nodes: &[Node], leaves: &[Test<'_>], all: bool) -> Vec<(&'static str, String)> {
    let mut groups: BTreeMap<&str, Vec<Shape>> = BTreeMap::new();
    for node in nodes {
        if let Some((what, shape)) = leaf(node, leaves) {
            groups.entry(what).or_default().push(shape);
        }
    }
    let mut found = Vec::new();
    for (what, shapes) in groups.into_iter().filter(|(_, shapes)| shapes.len() > 1) {
        // A leaf that says nothing by itself is told where it stands.
        if shapes.iter().any(|shape| shape.verdict().is_some()) {
            continue;
        }
        let join = |a: Shape, b: Shape| if all { a.and(&b) } else { a.or(&b) };
        let verdict = shapes.into_iter().reduce(join).and_then(|shape| shape.verdict());
        match verdict {
            Some(("always_false", _)) if all => {
                found
                    .push(("always_false", format!("no value of `{what}` satisfies all of these")));
            }
            Some(("always_true", _)) if !all => {
                found.push((
                    "always_true",
                    format!("every value of `{what}` satisfies one of these"),
                ));
            }
            _ => {}
        }
    }
    found.extend(texts(nodes, leaves, all));
    found
}

/// The same for texts that must equal two different ones.
fn texts(nodes: &[Node], leaves: &[Test<'_>], all: bool) -> Vec<(&'static str, String)> {
    let mut groups: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for node in nodes {
        if let Node::Leaf(place) = node
            && let Accept::Text { test: TextTest::OneOf(texts), contrary: false, .. } =
                &leaves[*place].accept
        {
            groups.entry(&leaves[*place].what).or_default().push(texts);
        }
    }
    let none = |lists: &Vec<&[String]>| {
        lists[0].iter().all(|text| lists.iter().any(|list| !list.contains(text)))
    };
    let wrong = groups.into_iter().filter(|(_, lists)| all && lists.len() > 1 && none(lists));
    wrong
        .map(|(what, _)| ("always_false", format!("no value of `{what}` satisfies all of these")))
        .collect()
}
