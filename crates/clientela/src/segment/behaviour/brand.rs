//! Loyalty to brands (R22, S4.4).

/// Whether a client buys certain brands only (S4.4).
///
/// `brands` is the number of known brands among the lines, `most` how many a loyal client may
/// have; `purchases` and `least` are what was bought and what is needed to say so; `unknown`
/// says that a line's brand is not known.
///
/// ```
/// use clientela::brand_only;
///
/// assert_eq!(brand_only(1, 1, 4, 3, false), Some(true));
/// assert_eq!(brand_only(2, 1, 2, 3, false), Some(false));
/// assert_eq!(brand_only(1, 1, 2, 3, false), None);
/// assert_eq!(brand_only(1, 1, 4, 3, true), None);
/// ```
pub fn brand_only(
    brands: u32,
    most: u16,
    purchases: u32,
    least: u16,
    unknown: bool,
) -> Option<bool> {
    if brands > u32::from(most) {
        return Some(false);
    }
    (purchases > 0 && purchases >= u32::from(least) && !unknown).then_some(true)
}

/// The longest run of equal brands in a row; a day without one brand (`None`) ends a run.
///
/// ```
/// use clientela::longest_run;
///
/// assert_eq!(longest_run([Some(1), Some(1), None, Some(1)]), 2);
/// assert_eq!(longest_run([None::<u32>; 0]), 0);
/// ```
pub fn longest_run<B: PartialEq>(brands: impl IntoIterator<Item = Option<B>>) -> u32 {
    let (mut longest, mut run) = (0, 0);
    let mut last: Option<B> = None;
    for brand in brands {
        run = match &brand {
            None => 0,
            Some(_) if brand == last => run + 1,
            Some(_) => 1,
        };
        longest = longest.max(run);
        last = brand;
    }
    longest
}
