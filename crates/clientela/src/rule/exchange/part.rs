//! What exporters ask of conditions.

use crate::rule::condition::{Condition, Leaf, Subject};
use crate::rule::words::Op;

/// Whether a condition is never unknown, whatever is known of a client.
pub(super) fn certain(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(certain),
        Condition::Not(inner) => certain(inner),
        Condition::Include(_) => false,
        Condition::Leaf(leaf) => certain_leaf(leaf),
    }
}

fn certain_leaf(leaf: &Leaf) -> bool {
    let never_unknown = [Op::IsNull, Op::IsNotNull, Op::ArrayIsEmpty, Op::ArrayIsNotEmpty];
    leaf.unknown.is_some()
        || leaf.op.is_some_and(|op| never_unknown.contains(&op))
        // They know all records that are linked.
        || matches!(leaf.subject, Subject::Exists { .. })
}

/// Every leaf by whose comparison with a text case matters or not.
pub(super) fn compares_texts(op: Op) -> bool {
    matches!(
        op,
        Op::Contains | Op::NotContains | Op::StartsWith | Op::EndsWith | Op::Like | Op::NotLike
    )
}

/// The operator that holds exactly where another is known not to, where there is one.
pub(super) fn opposite(op: Op) -> Option<Op> {
    const PAIRS: [(Op, Op); 10] = [
        (Op::Equals, Op::NotEquals),
        (Op::In, Op::NotIn),
        (Op::GreaterThan, Op::LessThanOrEquals),
        (Op::GreaterThanOrEquals, Op::LessThan),
        (Op::IsNull, Op::IsNotNull),
        (Op::IsTrue, Op::IsFalse),
        (Op::Contains, Op::NotContains),
        (Op::Like, Op::NotLike),
        (Op::ArrayIsEmpty, Op::ArrayIsNotEmpty),
        (Op::On, Op::NotOn),
    ];
    PAIRS.into_iter().find_map(
        |(one, other)| {
            if op == one { Some(other) } else { (op == other).then_some(one) }
        },
    )
}
