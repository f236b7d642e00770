"""Formulas of names: transliteration, splitting, cleaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from clientela._native import _GivenPolicy


@dataclass(frozen=True)
class Transliterated:
    """The answer of `to_latin` and `to_cyrillic`."""

    text: str | None
    """The text; `None` where it has a letter that the scheme does not know."""
    scheme: str
    """The scheme that was used."""
    reversible: bool
    """Whether the scheme has a way back for every text of its language."""
    exact: bool
    """Whether the way back gives this very text again."""
    problem: str | None
    """Why there is no text; `None` where there is one."""


def to_latin(*, text: str, scheme: str, policy: _GivenPolicy = None) -> Transliterated:
    """Give a text with its Cyrillic letters in Latin ones, by a named scheme.

    `scheme` is such as `icao_9303_ru`, `national_uk`, `gost_779_b`; `formulas()` lists them. Words
    that are all capitals stay so, and a letter that the scheme does not know is told, so no answer
    has letters of both scripts.

    Source: R47, S2.35; ICAO Doc 9303-3.
    """
    given = {
        "text": text,
        "scheme": scheme,
    }
    return Transliterated(**answer("to_latin", policy=policy, **given))


def to_cyrillic(*, text: str, scheme: str, policy: _GivenPolicy = None) -> Transliterated:
    """Give a text with its Latin letters in Cyrillic ones, by a named scheme.

    Schemes without a way back give one of the spellings that read so.

    Source: R47, S2.35; ICAO Doc 9303-3.
    """
    given = {
        "text": text,
        "scheme": scheme,
    }
    return Transliterated(**answer("to_cyrillic", policy=policy, **given))


@dataclass(frozen=True)
class CopiedName:
    """The answer of `copy_name`."""

    latin: str | None
    """The name in Latin letters; `None` is missing."""
    cyrillic: str | None
    """The name in Cyrillic letters; `None` is missing."""
    filled: Literal["latin", "cyrillic"] | None
    """Which of them was filled; `None` is neither."""
    problem: str | None
    """Why the missing one was not filled; `None` where it was or where neither is missing."""


def copy_name(
    *,
    latin: str | None = None,
    cyrillic: str | None = None,
    scheme: str,
    policy: _GivenPolicy = None,
) -> CopiedName:
    """Give a name in Latin and Cyrillic letters, the missing one from the other.

    What is given stays as it is.

    Source: R47, S2.35.
    """
    given = {
        "latin": latin,
        "cyrillic": cyrillic,
        "scheme": scheme,
    }
    return CopiedName(**answer("copy_name", policy=policy, **given))


@dataclass(frozen=True)
class SurnameSex:
    """The answer of `split_surname_sex`."""

    surname: str
    """The surname; the text as it came where no sex is told."""
    sex: Literal["female", "male"] | None
    """The sex; `None` is unknown."""


def split_surname_sex(*, text: str, policy: _GivenPolicy = None) -> SurnameSex:
    """Give a surname, and the sex that stands behind it as MR, MRS, MS, MISS, M, F, м or ж.

    Source: R47, S2.35.
    """
    return SurnameSex(**answer("split_surname_sex", policy=policy, text=text))


@dataclass(frozen=True)
class SurnameGivenName:
    """The answer of `split_surname_given_name`."""

    surname: str
    """The surname: the first word."""
    given_name: str | None
    """The given name; `None` is unknown."""
    patronymic: str | None
    """The patronymic; `None` where no word ends as one."""


def split_surname_given_name(*, text: str, policy: _GivenPolicy = None) -> SurnameGivenName:
    """Give a surname, a given name and a patronymic out of one text; the surname comes first.

    Source: R47, S2.35.
    """
    return SurnameGivenName(**answer("split_surname_given_name", policy=policy, text=text))


@dataclass(frozen=True)
class CleanedName:
    """The answer of `clean_name`."""

    name: str | None
    """The name; `None` where nothing of it is left."""
    removed: str
    """The characters that were taken out, in their order, without white space."""


def clean_name(*, text: str, policy: _GivenPolicy = None) -> CleanedName:
    """Give a name without the characters that no name has.

    Letters, hyphens, apostrophes and single spaces stay.

    Source: R47, S2.35.
    """
    return CleanedName(**answer("clean_name", policy=policy, text=text))
