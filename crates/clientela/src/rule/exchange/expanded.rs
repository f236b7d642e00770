//! A rule with those that it includes in place of their ids.

use super::{fault, member};
use crate::error::Result;
use crate::policy::{Policy, RulePolicy};
use crate::rule::DOCUMENT;
use crate::rule::condition::Condition;
use crate::rule::document::{Rule, Rules};

/// The condition of a rule with those of the rules that it includes in place of their ids, for
/// forms that know no includes.
///
/// # Errors
/// [`Error::BadDocument`](crate::Error::BadDocument) with the path: a rule that is not there,
/// rules that include each other, more leaves or deeper ones than the policy's `rule` allows.
pub fn expanded(rules: &Rules, id: &str, policy: &Policy) -> Result<Condition> {
    let limits = &policy.rule;
    let mut expansion = Expansion { rules: rules.rules(), within: Vec::new(), limits, leaves: 0 };
    expansion.rule(id, "rules", 0)
}

struct Expansion<'a> {
    rules: &'a [Rule],
    /// The rules on the way, from the first.
    within: Vec<&'a str>,
    limits: &'a RulePolicy,
    leaves: u32,
}

impl<'a> Expansion<'a> {
    fn rule(&mut self, id: &str, path: &str, depth: u16) -> Result<Condition> {
        let rules = self.rules;
        let Some((i, rule)) = rules.iter().enumerate().find(|(_, rule)| rule.id == id) else {
            return Err(fault(DOCUMENT, path, format!("there is no rule `{id}`")));
        };
        if self.within.contains(&id) {
            let way = [&self.within[..], &[id]].concat().join(" -> ");
            return Err(fault(DOCUMENT, path, format!("rules include each other: {way}")));
        }
        self.within.push(&rule.id);
        let condition = self.condition(&rule.when, &format!("rules[{i}].when"), depth);
        self.within.pop();
        condition
    }

    fn condition(&mut self, of: &'a Condition, path: &str, depth: u16) -> Result<Condition> {
        let RulePolicy { max_depth, max_leaves, .. } = *self.limits;
        if depth >= max_depth {
            let problem = format!("more than {max_depth} conditions within one another");
            return Err(fault(DOCUMENT, path, problem));
        }
        let depth = depth + 1;
        Ok(match of {
            Condition::All(parts) => Condition::All(self.each(parts, path, "all", depth)?),
            Condition::Any(parts) => Condition::Any(self.each(parts, path, "any", depth)?),
            Condition::Not(inner) => {
                Condition::Not(Box::new(self.condition(inner, &member(path, "not"), depth)?))
            }
            Condition::Include(id) => self.rule(id, &member(path, "include"), depth)?,
            Condition::Leaf(_) => {
                self.leaves += 1;
                if self.leaves > max_leaves {
                    return Err(fault(DOCUMENT, path, format!("more than {max_leaves} leaves")));
                }
                of.clone()
            }
        })
    }

    fn each(
        &mut self,
        parts: &'a [Condition],
        path: &str,
        name: &str,
        depth: u16,
    ) -> Result<Vec<Condition>> {
        let path = member(path, name);
        let part = |(i, part)| self.condition(part, &format!("{path}[{i}]"), depth);
        parts.iter().enumerate().map(part).collect()
    }
}
