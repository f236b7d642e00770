//! Keys under which spellings of one value meet. A key is for searching, never for showing: it is
//! no spelling, and there is no way back from it.

/// The key of a name or another text: letters and digits only, in small letters, Cyrillic ones in
/// Latin, without accents, ё as е, and with the usual ways to write one sound as one.
///
/// Щеглова, ЩЕГЛОВА and Shcheglova have one key, as have Semyonov and Семёнов, Müller and Mueller.
/// Letters of other scripts stay.
pub(crate) fn text_key(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    // Names in plain small letters are most of what comes.
    if text.bytes().all(|byte| byte.is_ascii()) {
        let plain = text.bytes().filter(u8::is_ascii_alphanumeric);
        letters.extend(plain.map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        let mut before = ' ';
        for letter in text.chars().flat_map(char::to_lowercase) {
            spell(before, letter, &mut letters);
            before = letter;
        }
    }
    let is_plain =
        |byte: u8| !matches!(byte, b'y' | b'j' | b'w' | b'x' | b'h' | b'z' | b'e' | b'i');
    // Most of what is no name has nothing to join.
    if letters.bytes().all(is_plain) { letters } else { joined(&sounds(&letters)) }
}

/// Appends a small letter in plain Latin letters; two Cyrillic ones may write one sound.
fn spell(before: char, letter: char, out: &mut String) {
    if before == 'й' && letter == 'о' {
        out.pop();
        out.push('e');
        return;
    }
    if let Some(latin) = cyrillic(letter).or_else(|| accented(letter)) {
        out.push_str(latin);
    } else if letter.is_alphanumeric() {
        out.push(letter);
    }
}

/// A Cyrillic letter in Latin ones.
fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ѓ' => "g",
        'д' => "d",
        // Ъ is "ie" in passports.
        'е' | 'ё' | 'э' | 'є' | 'ъ' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'і' | 'ї' | 'ј' | 'ы' => "i",
        'к' | 'ќ' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ь' => "",
        'ю' => "iu",
        'я' => "ia",
        'љ' => "li",
        'њ' => "ni",
        'ћ' => "c",
        'ђ' => "di",
        'џ' => "dzh",
        'ѕ' => "dz",
        _ => return None,
    })
}

/// A Latin letter without its accent; a mark that stands apart is nothing.
fn accented(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{300}'..='\u{36f}' => "",
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'æ' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'œ' => "o",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// One way to write each sound: `kh` as `h`, `y` and `j` as `i`, `yo` as `e`, `w` as `v`.
fn sounds(letters: &str) -> String {
    let mut out = String::with_capacity(letters.len());
    let mut rest = letters;
    while let Some(first) = rest.chars().next() {
        if !matches!(first, 's' | 'k' | 't' | 'y' | 'j' | 'w' | 'x') {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (taken, sound) = match first {
            's' if rest.starts_with("shch") => (4, "shch"),
            's' if rest.starts_with("sch") => (3, "sh"),
            'k' if rest.starts_with("kh") => (2, "h"),
            't' if rest.starts_with("tz") => (2, "ts"),
            'y' if rest.starts_with("yo") => (2, "e"),
            'j' if rest.starts_with("jo") && out.is_empty() => (2, "e"),
            'y' | 'j' => (1, "i"),
            'w' => (1, "v"),
            'x' => (1, "ks"),
            other => (other.len_utf8(), &rest[..other.len_utf8()]),
        };
        out.push_str(sound);
        rest = &rest[taken..];
    }
    out
}

/// `ie` as `e`, `ii` as `i`, and `ae`, `oe`, `ue` as the letter that they stand for.
fn joined(sounds: &str) -> String {
    let mut out = String::with_capacity(sounds.len());
    let mut last = None;
    for letter in sounds.chars() {
        match (last, letter) {
            (Some('i'), 'e') => {
                out.pop();
                out.push('e');
            }
            (Some('i'), 'i') | (Some('a' | 'o' | 'u'), 'e') => continue,
            _ => out.push(letter),
        }
        last = Some(letter);
    }
    out
}

/// The key of a number of a document, a card or a house: its letters and digits.
pub(crate) fn number_key(text: &str) -> String {
    let kept = text.chars().filter(|letter| letter.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The key of a day that is written `YYYY-MM-DD` or `YYYYMMDD`: eight digits. What is no day is
/// kept as a text.
pub(crate) fn date_key(text: &str) -> String {
    let text = text.trim();
    let bytes = text.as_bytes();
    let dashed = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 && (dashed || bytes.len() == 8) { digits } else { text_key(text) }
}

/// The key of a phone number: its last ten digits, so that the ways to dial it meet.
pub(crate) fn phone_key(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(10)..].to_owned()
}

/// The key of an e-mail address: without white space around it, in small letters.
pub(crate) fn email_key(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for spellings in [
            &["Щеглова", "ЩЕГЛОВА", " щеглова ", "Shcheglova", "SHCHEGLOVA"][..],
            &["Семёнов", "Семенов", "Semenov", "Semyonov", "Семе\u{308}нов"],
            &["Иванова-Петрова", "Иванова Петрова", "ИВАНОВА - ПЕТРОВА", "Ivanova-Petrova"],
            &["Юлия", "Yuliya", "Iuliia", "Juliya", "Yulia"],
            &["Дмитрий", "Dmitriy", "Dmitrii", "Dmitry", "Дмитри\u{438}\u{306}"],
            &["Хрущёв", "Khrushchev", "Khrushchyov"],
            &["Ельцин", "Yeltsin", "Eltsin"],
            &["Müller", "Mueller", "MULLER"],
            &["Подъячева", "Podieiacheva"],
            &["Шмидт", "Schmidt", "Shmidt"],
            &["O'Brien", "O’Brien", "OBrien"],
            &["Йошкин", "Yoshkin"],
        ] {
            for spelling in spellings {
                assert_eq!(text_key(spelling), text_key(spellings[0]), "{spelling}");
            }
        }
    }

    #[test]
    fn different_names_do_not() {
        for (left, right) in
            [("Щукин", "Шукин"), ("Иванов", "Иванова"), ("Петров", "Петренко"), ("Anna", "Hanna")]
        {
            assert_ne!(text_key(left), text_key(right));
        }
        assert_eq!(text_key(" - "), "");
        assert_eq!(text_key("Παπάς"), "παπάς");
    }

    #[test]
    fn numbers_days_phones() {
        assert_eq!(number_key("45 06-№ 123 456"), "4506123456");
        assert_eq!(date_key("1990-02-01"), "19900201");
        assert_eq!(date_key("19900201"), "19900201");
        assert_eq!(date_key("01.02.1990"), "01021990");
        assert_eq!(phone_key("+7 (495) 123-45-67"), phone_key("8 495 1234567"));
        assert_eq!(email_key(" Ivan@Mail.RU "), "ivan@mail.ru");
    }
}
