"""Country questionnaires: filled from a portrait and additional texts, translated as fields say."""

import re

from basis import Refused

# ICAO Doc 9303, part 3 (2021), section 6 B, the letters of Russian.
LETTERS = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z",
    "И": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R",
    "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH",
    "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA",
}


def cyrillic(letter):
    return "\u0400" <= letter <= "\u04ff"


def by_letter(text):
    """The text in Latin letters, or None where a letter is not in the table."""
    def word(match):
        letters = match.group()
        capitals = len(letters) > 1 and letters == letters.upper()
        written = ""
        for letter in letters:
            latin = LETTERS.get(letter.upper(), letter)
            if letter != letter.upper():
                latin = latin.lower()
            elif not capitals:
                latin = latin.capitalize()
            written += latin
        return written

    if any(cyrillic(letter) and letter.upper() not in LETTERS for letter in text):
        return None
    return re.sub(r"[\u0400-\u04ff]+", word, text)


def fill(vector):
    questionnaire, portrait = vector["questionnaire"], vector["portrait"]
    additional, dictionary = vector.get("additional", {}), vector.get("dictionary", {})
    fields = portrait.get("fields", {})
    for number, question in enumerate(questionnaire["fields"]):
        if question["name"].startswith("_") and not question.get("options"):
            raise Refused(
                "bad_document", document="questionnaire",
                path=f"questionnaire.fields[{number}].options",
            )
    entries = []
    for question in questionnaire["fields"]:
        name = question["name"]
        if question.get("origin") == "record":
            value = fields.get(question.get("field") or name)
        else:
            value = additional.get(name)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif value is not None:
            value = str(value)
        entry = {"name": name, "value": value, "status": "filled", "original": None}
        entries.append(entry)
        if value is None or not value.strip():
            entry.update(value=None, status="empty")
        elif name.startswith("_"):
            if value not in question["options"]:
                entry.update(value=None, status="not_an_option", original=value)
        elif any(map(cyrillic, value)) and questionnaire["language"] != "ru":
            how, found = question.get("translation", "none"), value
            if how == "letter":
                found = by_letter(value)
            elif how == "dictionary":
                found = dictionary.get(value.strip().lower(), {}).get(questionnaire["language"])
            if how != "none":
                entry.update(value=found, original=value)
            if found is None:
                entry["status"] = "needs_translation"
    initials = [fields[name][0] + "." for name in ("given_name", "patronymic") if fields.get(name)]
    heading = " ".join([fields["surname"], *initials]) if fields.get("surname") else ""
    return {"heading": heading, "entries": entries}
