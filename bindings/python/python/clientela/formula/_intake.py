"""Formulas of the central file: names and values that come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from clientela._native import _GivenPolicy

    _Scheme = Literal[
        "ala_lc",
        "ala_lc_alt",
        "bgn_ru",
        "bgn_ru_plain",
        "bs_2979",
        "bs_2979_alt",
        "gost_16876",
        "gost_16876_alt",
        "gost_52290",
        "gost_52535",
        "gost_7034",
        "gost_779_a",
        "gost_779_b",
        "icao_9303_be",
        "icao_9303_bg",
        "icao_9303_mk",
        "icao_9303_ru",
        "icao_9303_sr",
        "icao_9303_uk",
        "iso_9_1954",
        "iso_9_1968",
        "iso_9_1968_alt",
        "mosmetro",
        "mvd_310",
        "mvd_310_fr",
        "mvd_782",
        "national_be",
        "national_bg",
        "national_sr",
        "national_uk",
        "scientific",
        "telegram",
        "ungegn_1987",
        "uz",
        "wikipedia",
        "yandex_maps",
        "yandex_money",
    ]

"""A scheme of transliteration by its name."""


@dataclass(frozen=True)
class Transliterated:
    """The answer of `to_latin` and `to_cyrillic`."""

    text: str | None
    """The text; `None` where it has a letter that the scheme does not know."""
    scheme: _Scheme
    """The scheme that was used."""
    reversible: bool
    """Whether the scheme has a way back for every text of its language."""
    exact: bool
    """Whether the way back gives this very text again."""
    problem: str | None
    """Why there is no text."""


def to_latin(
    *,
    text: str,
    scheme: _Scheme,
    policy: _GivenPolicy = None,
) -> Transliterated:
    """Give a text with its Cyrillic letters in Latin ones.

    A word of two or more letters that is all capitals stays so.

    Source: R47, S2.35; ICAO Doc 9303-3.
    """
    given = {
        "text": text,
        "scheme": scheme,
    }
    return Transliterated(**answer("to_latin", policy=policy, **given))


def to_cyrillic(
    *,
    text: str,
    scheme: _Scheme,
    policy: _GivenPolicy = None,
) -> Transliterated:
    """Give a text with its Latin letters in Cyrillic ones.

    A scheme that is not reversible gives one of the spellings that read so.

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
    """Which of them was filled."""
    problem: str | None
    """Why the missing one was not filled."""


def copy_name(
    *,
    latin: str | None = None,
    cyrillic: str | None = None,
    scheme: _Scheme,
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


def split_surname_sex(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> SurnameSex:
    """Give a surname, and the sex that stands behind it as MR, MRS, MS, MISS, M or F.

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


def split_surname_given_name(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> SurnameGivenName:
    """Give a surname, a given name and a patronymic out of one text.

    Source: R47, S2.35.
    """
    return SurnameGivenName(**answer("split_surname_given_name", policy=policy, text=text))


@dataclass(frozen=True)
class CleanedName:
    """The answer of `clean_name`."""

    name: str | None
    """The name; `None` where nothing of it is left."""
    removed: str
    """The characters that were taken out, without white space."""


def clean_name(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> CleanedName:
    """Give a name without the characters that no name has.

    Source: R47, S2.35.
    """
    return CleanedName(**answer("clean_name", policy=policy, text=text))
