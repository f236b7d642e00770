//! Cyrillic in Latin letters and back, letter by letter, by a named scheme.

use serde::{Deserialize, Serialize};

use super::given::RawText;
use super::scheme::{Back, Place, Scheme, Table};
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;

/// What a transliteration answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transliterated {
    /// The text; `None` where it has a letter that the scheme does not know.
    pub text: Option<String>,
    /// The scheme that was used.
    pub scheme: Scheme,
    /// Whether the scheme has a way back for every text of its language.
    pub reversible: bool,
    /// Whether the way back gives this very text again.
    pub exact: bool,
    /// Why there is no text; `None` where there is one.
    pub problem: Option<String>,
}

/// A text with its Cyrillic letters in Latin ones (S2.35; ICAO Doc 9303-3 and other schemes).
///
/// Latin letters and all that is no letter stay. A word of two or more letters that is all
/// capitals stays so. A Cyrillic letter that the scheme does not know is a missing answer that
/// names it, so no answer has letters of both scripts.
///
/// ```
/// use clientela::intake::{Scheme, ToLatin};
/// use clientela::{Formula, Policy};
///
/// let name = ToLatin { text: "ЩЕГЛОВ Юрий".into(), scheme: Scheme::Icao9303Ru };
/// let answer = name.answer(&Policy::default())?;
/// assert_eq!(answer.text.as_deref(), Some("SHCHEGLOV Iurii"));
/// let other = ToLatin { text: "Євген".into(), scheme: Scheme::Icao9303Ru };
/// let answer = other.answer(&Policy::default())?;
/// assert_eq!(answer.problem.as_deref(), Some("`Є` is no letter of the scheme `icao_9303_ru`"));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToLatin {
    /// The text.
    pub text: RawText,
    /// The scheme.
    pub scheme: Scheme,
}

impl Formula for ToLatin {
    const NAME: &'static str = "to_latin";
    const ABOUT: &'static str =
        "A text with its Cyrillic letters in Latin ones, by a named scheme.";
    const SOURCE: &'static str = "R47, S2.35; ICAO Doc 9303-3";
    type Answer = Transliterated;

    fn answer(&self, _: &Policy) -> Result<Transliterated> {
        let text = composed(&self.text.masked());
        let back = |latin: &str| self.scheme.cyrillic(latin).is_ok_and(|back| back == text);
        Ok(told(self.scheme, self.scheme.latin(&text), back))
    }
}

/// A text with its Latin letters in Cyrillic ones (S2.35).
///
/// Schemes without a way back give one of the spellings that read so: `exact` says only that
/// this one reads so too. A Latin letter that the scheme never writes is a missing answer that
/// names it.
///
/// ```
/// use clientela::intake::{Scheme, ToCyrillic};
/// use clientela::{Formula, Policy};
///
/// let name = ToCyrillic { text: "Shcheglov Andrei".into(), scheme: Scheme::Icao9303Ru };
/// let answer = name.answer(&Policy::default())?;
/// assert_eq!(answer.text.as_deref(), Some("Щеглов Андрей"));
/// assert!(!answer.reversible);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToCyrillic {
    /// The text.
    pub text: RawText,
    /// The scheme.
    pub scheme: Scheme,
}

impl Formula for ToCyrillic {
    const NAME: &'static str = "to_cyrillic";
    const ABOUT: &'static str =
        "A text with its Latin letters in Cyrillic ones, by a named scheme.";
    const SOURCE: &'static str = "R47, S2.35; ICAO Doc 9303-3";
    type Answer = Transliterated;

    fn answer(&self, _: &Policy) -> Result<Transliterated> {
        let text = composed(&self.text.masked());
        let back = |cyrillic: &str| self.scheme.latin(cyrillic).is_ok_and(|back| back == text);
        Ok(told(self.scheme, self.scheme.cyrillic(&text), back))
    }
}

fn told(
    scheme: Scheme,
    text: std::result::Result<String, char>,
    back: impl Fn(&str) -> bool,
) -> Transliterated {
    let (reversible, name) = (scheme.is_reversible(), scheme.name());
    match text {
        Ok(text) => {
            let exact = back(&text);
            Transliterated { text: Some(text), scheme, reversible, exact, problem: None }
        }
        Err(letter) => Transliterated {
            text: None,
            scheme,
            reversible,
            exact: false,
            problem: Some(format!("`{letter}` is no letter of the scheme `{name}`")),
        },
    }
}

/// A text with its Russian letters in Latin ones (S2.37; ICAO Doc 9303, part 3), all else as it
/// is; `None` where a letter is neither Russian nor Latin.
///
/// A word of two or more letters that is all capitals stays so: ЩУКА is SHCHUKA, Щука is
/// Shchuka. The table is not one to one, so there is no way back.
///
/// ```
/// use clientela::transliterate;
///
/// assert_eq!(transliterate("Юлия Подъячева").as_deref(), Some("Iuliia Podieiacheva"));
/// assert_eq!(transliterate("ЖУКОВ-Щукин").as_deref(), Some("ZHUKOV-Shchukin"));
/// assert_eq!(transliterate("Ґанок"), None);
/// ```
pub fn transliterate(text: &str) -> Option<String> {
    Scheme::Icao9303Ru.latin(&composed(text)).ok()
}

/// Whether a text has a Cyrillic letter.
pub(crate) fn has_cyrillic(text: &str) -> bool {
    text.chars().any(is_cyrillic)
}

/// Whether a letter is Cyrillic.
pub(super) fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1d2b}' | '\u{1d78}'
        | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}')
}

/// Whether a letter is Latin.
pub(super) fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// A mark that belongs to the letter before it.
pub(super) fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// An apostrophe however it is written.
pub(super) fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}' | '\u{2bc}')
}

/// The text with letters whose marks stand apart each as one, as alphabets count them.
pub(super) fn composed(text: &str) -> String {
    const WHOLE: [(char, char, char); 12] = [
        ('е', '\u{308}', 'ё'),
        ('Е', '\u{308}', 'Ё'),
        ('и', '\u{306}', 'й'),
        ('И', '\u{306}', 'Й'),
        ('і', '\u{308}', 'ї'),
        ('І', '\u{308}', 'Ї'),
        ('у', '\u{306}', 'ў'),
        ('У', '\u{306}', 'Ў'),
        ('г', '\u{301}', 'ѓ'),
        ('Г', '\u{301}', 'Ѓ'),
        ('к', '\u{301}', 'ќ'),
        ('К', '\u{301}', 'Ќ'),
    ];
    let mut letters = String::with_capacity(text.len());
    for letter in text.chars() {
        let last = letters.chars().next_back();
        let whole = last
            .filter(|_| is_mark(letter))
            .and_then(|last| WHOLE.iter().find(|(base, mark, _)| (*base, *mark) == (last, letter)));
        if let Some(&(_, _, whole)) = whole {
            letters.pop();
            letters.push(whole);
        } else {
            letters.push(letter);
        }
    }
    letters
}

/// The small letter of one letter.
fn small(letter: char) -> char {
    let mut small = letter.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => letter,
    }
}

/// Whether letters are two or more and all capitals.
fn all_capitals(letters: &[char]) -> bool {
    let cased = letters.iter().filter(|letter| letter.is_uppercase() || letter.is_lowercase());
    let count = cased.clone().count();
    count > 1 && cased.into_iter().all(|letter| letter.is_uppercase())
}

/// Adds a letter's spelling: as it is, with its first letter large, or all of it.
fn push(latin: &mut String, spelling: &str, capital: bool, all: bool) {
    let mut first = true;
    for letter in spelling.chars() {
        let high = capital && (all || first) && letter.is_lowercase();
        first &= !letter.is_lowercase();
        if high {
            latin.extend(letter.to_uppercase());
        } else {
            latin.push(letter);
        }
    }
}

impl Scheme {
    /// The text in Latin letters; the letter that the scheme does not know.
    pub(super) fn latin(self, text: &str) -> std::result::Result<String, char> {
        let table = self.table();
        let letters: Vec<char> = text.chars().collect();
        // An apostrophe within a word is a letter where the scheme says so.
        let sign = table.letters.contains_key(&'\'');
        let joins = |i: usize| {
            sign && is_apostrophe(letters[i])
                && i > 0
                && letters.get(i + 1).is_some_and(|&next| is_cyrillic(next))
                && is_cyrillic(letters[i - 1])
        };
        let in_word: Vec<bool> =
            (0..letters.len()).map(|i| letters[i].is_alphabetic() || joins(i)).collect();
        let mut latin = String::with_capacity(text.len());
        let mut start = 0;
        for run in in_word.chunk_by(|a, b| a == b) {
            let word = &letters[start..start + run.len()];
            if run[0] && word.iter().any(|&letter| is_cyrillic(letter)) {
                table.word(word, &mut latin)?;
            } else if let Some(&other) = word.iter().find(|&&letter| is_foreign(letter)) {
                return Err(other);
            } else {
                latin.extend(word);
            }
            start += run.len();
        }
        Ok(latin)
    }

    /// The text in Cyrillic letters; the letter that the scheme does not write.
    pub(super) fn cyrillic(self, text: &str) -> std::result::Result<String, char> {
        let table = self.table();
        let letters: Vec<char> = text.chars().collect();
        let small: Vec<char> = letters.iter().map(|&letter| small(letter)).collect();
        // Signs such as ` belong to the word that they stand in.
        let sign = |letter: char| table.back.iter().any(|back| back.latin.contains(&letter));
        let word =
            |i: usize| letters.get(i).is_some_and(|&letter| letter.is_alphabetic() || sign(letter));
        let mut cyrillic = String::with_capacity(2 * text.len());
        let (mut i, mut capitals, mut end) = (0, false, 0);
        while i < letters.len() {
            if i >= end && word(i) {
                end = (i..letters.len()).find(|&i| !word(i)).unwrap_or(letters.len());
                capitals = all_capitals(&letters[i..end]);
            }
            let starts = i == 0 || !word(i - 1);
            let before = cyrillic.chars().next_back().map(self::small).filter(|_| !starts);
            let fits = |back: &&Back| {
                let sign = !back.latin[0].is_alphabetic();
                small[i..].starts_with(&back.latin)
                    && (!sign || before.is_some_and(is_cyrillic))
                    && match back.place {
                        Place::After(letter) => before == Some(letter),
                        Place::Start => starts,
                        Place::Any | Place::Last => true,
                    }
            };
            let Some(back) = table.back.iter().find(fits) else {
                if is_foreign(letters[i]) || is_latin(letters[i]) && letters[i].is_alphabetic() {
                    return Err(letters[i]);
                }
                cyrillic.push(letters[i]);
                i += 1;
                continue;
            };
            let next = i + back.latin.len();
            let letter = match before {
                Some(vowel) if table.is_short_i(back, vowel, next >= end) => 'й',
                _ => back.letter,
            };
            let cased = letters[i..next].iter().find(|l| l.is_uppercase() || l.is_lowercase());
            if cased.map_or(capitals, |letter| letter.is_uppercase()) {
                cyrillic.extend(letter.to_uppercase());
            } else {
                cyrillic.push(letter);
            }
            i = next;
        }
        Ok(cyrillic)
    }
}

/// Whether it is a letter or mark of a script that is neither Latin nor Cyrillic.
fn is_foreign(letter: char) -> bool {
    is_mark(letter)
        || letter.is_alphabetic()
            && !is_latin(letter)
            && !is_cyrillic(letter)
            && !matches!(letter, '\u{2b0}'..='\u{2ff}')
}

impl Table {
    fn word(&self, word: &[char], latin: &mut String) -> std::result::Result<(), char> {
        let small: Vec<char> =
            word.iter().map(|&l| if is_apostrophe(l) { '\'' } else { small(l) }).collect();
        let capitals = all_capitals(word);
        let ending = match *small {
            [.., a, b] if small.len() > 2 => self.ending.get(&(a, b)),
            _ => None,
        };
        let stem = if ending.is_some() { small.len() - 2 } else { small.len() };
        for (i, (&letter, &large)) in small[..stem].iter().zip(word).enumerate() {
            let before = i.checked_sub(1).map(|i| small[i]);
            let next = small[..stem].get(i + 1);
            let spelling = self
                .after
                .get(&(before, letter))
                .or_else(|| self.before.get(&(letter, *next?)))
                .or_else(|| self.letters.get(&letter));
            match spelling {
                Some(spelling) => push(latin, spelling, large != letter, capitals),
                None if is_latin(large) => latin.push(large),
                None => return Err(large),
            }
        }
        if let Some(ending) = ending {
            push(latin, ending, capitals, true);
        }
        Ok(())
    }

    /// Whether a spelling that й shares with another letter is й after a vowel: at the end of a
    /// word, as in Andrei, and in place of ы everywhere, as in Maykop.
    fn is_short_i(&self, back: &Back, before: char, at_end: bool) -> bool {
        let same = |spelling: &String| spelling.chars().eq(back.latin.iter().copied());
        !self.reversible
            && back.place == Place::Any
            && "аеёиіїоуыэюяє".contains(before)
            && (at_end || back.letter == 'ы')
            && self.letters.get(&'й').is_some_and(same)
    }
}
