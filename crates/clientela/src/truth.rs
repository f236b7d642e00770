//! Facts of three values: yes, no and unknown, as `Some(true)`, `Some(false)` and `None`.
//!
//! Unknown is not no: it neither promotes a client nor satisfies a NOT.

/// Whether all facts hold: no if one does not, unknown if one of the others is unknown.
///
/// ```
/// use clientela::all;
///
/// assert_eq!(all(&[Some(true), None]), None);
/// assert_eq!(all(&[Some(false), None]), Some(false));
/// assert_eq!(all(&[Some(true), Some(true)]), Some(true));
/// ```
pub fn all(facts: &[Option<bool>]) -> Option<bool> {
    if facts.contains(&Some(false)) {
        return Some(false);
    }
    (!facts.contains(&None)).then_some(true)
}

/// Whether any fact holds: yes if one does, unknown if none does and one is unknown.
///
/// ```
/// use clientela::any;
///
/// assert_eq!(any(&[Some(true), None]), Some(true));
/// assert_eq!(any(&[Some(false), None]), None);
/// assert_eq!(any(&[Some(false), Some(false)]), Some(false));
/// ```
pub fn any(facts: &[Option<bool>]) -> Option<bool> {
    if facts.contains(&Some(true)) {
        return Some(true);
    }
    (!facts.contains(&None)).then_some(false)
}
