//! Rules made ready for a base: names found, values exact, windows as days.

use super::accept::Accept;
use super::attribute::Source;
use super::condition::Unknown;
use super::figure::Figure;
use super::kind::Typed;
use super::words::Op;
use crate::table::Value;

/// All rules of a document.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// In the order of the document.
    pub(super) rules: Vec<Node>,
    /// Whether other rules include it.
    pub(super) included: Vec<bool>,
    pub(super) leaves: Vec<Test<'a>>,
    pub(super) figures: Vec<Figure<'a>>,
}

/// A condition.
#[derive(Debug)]
pub(super) enum Node {
    All(Branches),
    Any(Branches),
    Not(Box<Self>),
    /// Another rule, by its place.
    Rule(usize),
    /// A leaf, by its place.
    Leaf(usize),
}

/// Conditions in the order of the document, and the order in which they are tried.
#[derive(Debug)]
pub(super) struct Branches {
    pub(super) nodes: Vec<Node>,
    pub(super) order: Vec<usize>,
}

/// A leaf.
#[derive(Debug)]
pub(super) struct Test<'a> {
    pub(super) source: Source<'a>,
    pub(super) accept: Accept,
    pub(super) unknown: Option<Unknown>,
    pub(super) typed: Typed,
    /// What is compared, in words.
    pub(super) what: String,
    /// How; none where it is asked whether there is a record.
    pub(super) op: Option<Op>,
    /// With what, as of the day.
    pub(super) threshold: Vec<Value>,
}

impl Test<'_> {
    /// What it takes to look at a client, by and large in nanoseconds.
    fn cost(&self) -> u64 {
        use crate::table::Values;
        let text = matches!(self.accept, Accept::Text { .. } | Accept::List(..));
        match self.source {
            Source::Nothing(_) => 0,
            Source::Column(Values::Text(_) | Values::Client(_)) if text => 50,
            Source::Column(Values::Choice(..) | Values::Flag(_) | Values::Count8(_)) => 1,
            Source::Column(_) => 2,
            Source::Field(..) => 5,
            Source::Filled(..) => 100,
            Source::Figure(_) => 200,
        }
    }
}

impl Node {
    /// What it takes to look at a client.
    pub(super) fn cost(&self, leaves: &[Test<'_>]) -> u64 {
        match self {
            Self::All(branches) | Self::Any(branches) => {
                branches.nodes.iter().map(|node| node.cost(leaves)).sum()
            }
            Self::Not(node) => node.cost(leaves),
            // It may have been found already.
            Self::Rule(_) => 100,
            Self::Leaf(leaf) => leaves[*leaf].cost(),
        }
    }
}

impl Branches {
    /// The cheap ones are tried first; equal ones in the order of the document.
    pub(super) fn new(nodes: Vec<Node>, leaves: &[Test<'_>]) -> Self {
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&place| nodes[place].cost(leaves));
        Self { nodes, order }
    }
}
