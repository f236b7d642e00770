//! Patterns with `%` and `_`, matched in one pass for each part between two `%`.

/// A pattern: `%` is any text, `_` any character, `\` takes away the meaning of what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the `%`; `None` is any character.
    parts: Vec<Vec<Option<char>>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let mut parts = vec![Vec::new()];
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let meant = match character {
                '%' => {
                    parts.push(Vec::new());
                    continue;
                }
                '_' => None,
                '\\' => Some(characters.next().unwrap_or('\\')),
                other => Some(other),
            };
            if let Some(part) = parts.last_mut() {
                part.push(meant);
            }
        }
        Self { parts }
    }

    /// Whether a whole text is as the pattern says. The time is at most that of the text times
    /// the pattern: a part is looked for from where the one before was first found, which is
    /// enough, since what is skipped only leaves more for the parts that follow.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let same = |at: usize, part: &[Option<char>]| {
            text[at..].len() >= part.len()
                && part.iter().zip(&text[at..]).all(|(meant, c)| meant.is_none_or(|m| m == *c))
        };
        let [first, middle @ .., last] = &self.parts[..] else {
            return self.parts.first().is_some_and(|p| p.len() == text.len() && same(0, p));
        };
        if text.len() < first.len() + last.len() || !same(0, first) {
            return false;
        }
        let end = text.len() - last.len();
        let mut at = first.len();
        for part in middle {
            let found = (at..=end).find(|&at| at + part.len() <= end && same(at, part));
            let Some(found) = found else { return false };
            at = found + part.len();
        }
        same(end, last)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_fit_whole_texts() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern).fits(text);
        for (pattern, text) in [
            ("", ""),
            ("%", ""),
            ("a%", "abc"),
            ("%c", "abc"),
            ("%b%", "abc"),
            ("a_c", "a\u{444}c"),
            ("a%b%a", "abba"),
            ("50\\%", "50%"),
            ("%ab%ab", "abab"),
            ("_%_", "ab"),
            ("%%", "x"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a%", "ba"),
            ("a%a", "a"),
            ("50\\%", "500"),
            ("%ab%ab", "ab"),
            ("_%_", "a"),
            ("a_c", "ac"),
            ("abc", "abcd"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn many_wild_cards_take_no_longer() {
        let pattern = Pattern::new(&"%a".repeat(2_000));
        assert!(!pattern.fits(&"ab".repeat(20_000)));
    }
}
