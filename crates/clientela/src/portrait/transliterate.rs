//! Russian letter by letter in Latin letters, by ICAO Doc 9303, part 3 (2021).

/// The table for Russian; the soft sign is left out.
const LETTERS: [(char, &str); 33] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', "ie"),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "iu"),
    ('я', "ia"),
];

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
    let letters: Vec<char> = composed(text);
    let mut latin = String::with_capacity(text.len());
    for word in letters.chunk_by(|a, b| a.is_alphabetic() == b.is_alphabetic()) {
        let capitals = word.len() > 1 && word.iter().all(|letter| letter.is_uppercase());
        for &letter in word {
            let small = letter.to_lowercase().next().unwrap_or(letter);
            let found = LETTERS.iter().find(|(russian, _)| *russian == small);
            let Some(&(_, latin_letters)) = found else {
                if (letter.is_alphabetic() && !is_latin(letter)) || is_mark(letter) {
                    return None;
                }
                latin.push(letter);
                continue;
            };
            let capital = letter != small;
            for (i, latin_letter) in latin_letters.chars().enumerate() {
                let high = capital && (capitals || i == 0);
                latin.push(if high { latin_letter.to_ascii_uppercase() } else { latin_letter });
            }
        }
    }
    Some(latin)
}

/// Whether a text has a Cyrillic letter.
pub(super) fn has_cyrillic(text: &str) -> bool {
    text.chars().any(|letter| {
        matches!(letter, '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}'
            | '\u{a640}'..='\u{a69f}')
    })
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// A mark that belongs to the letter before it.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// The letters, ё and й each as one where their dots and breve stand apart.
fn composed(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let whole = match (letters.last(), letter) {
            (Some('е'), '\u{308}') => 'ё',
            (Some('Е'), '\u{308}') => 'Ё',
            (Some('и'), '\u{306}') => 'й',
            (Some('И'), '\u{306}') => 'Й',
            _ => {
                letters.push(letter);
                continue;
            }
        };
        letters.pop();
        letters.push(whole);
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_table() {
        let small = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
        let latin = "abvgdeezhziiklmnoprstufkhtschshshchieyeiuia";
        assert_eq!(transliterate(small).as_deref(), Some(latin));
        let capitals = small.to_uppercase();
        assert_eq!(transliterate(&capitals), Some(latin.to_uppercase()));
    }

    #[test]
    fn capitals_are_those_of_the_word() {
        for (russian, latin) in [
            ("Юля", "Iulia"),
            ("ЮЛЯ", "IULIA"),
            ("Ю", "Iu"),
            ("Ю. Щ.", "Iu. Shch."),
            ("Жизнь 24/7, café", "Zhizn 24/7, café"),
            ("ЭСМИНЕЦ «Щ-402»", "ESMINETS «Shch-402»"),
            ("Семе\u{308}нов Андреи\u{306}", "Semenov Andrei"),
            ("", ""),
        ] {
            assert_eq!(transliterate(russian).as_deref(), Some(latin));
        }
    }

    #[test]
    fn other_letters_are_not_guessed() {
        for text in ["Київ", "Ђорђе", "Αθήνα", "а\u{301}"] {
            assert_eq!(transliterate(text), None, "{text}");
        }
        assert!(has_cyrillic("Ґ") && !has_cyrillic("café"));
    }
}
