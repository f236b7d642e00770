"""Formulas of values that come in: phones, addresses, dates, amounts, documents, cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _Day, _GivenPolicy


@dataclass(frozen=True)
class PhoneRead:
    """The answer of `read_phone`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The number, such as +78005553535; `None` where the text is none."""
    region: str | None
    """The country by its code of two letters; `None` where the number is of none."""
    extension: str | None
    """The extension; `None` where there is none."""
    problem: str | None
    """Why there is no number; `None` where there is one."""


def read_phone(*, text: str, region: str | None = None, policy: _GivenPolicy = None) -> PhoneRead:
    """Give a phone number in its international form.

    `region` is the country of a number without its country's prefix, by a code or name; without
    one such a number is not read.

    Source: R47, S2.20; ITU-T E.164.
    """
    given = {
        "text": text,
        "region": region,
    }
    return PhoneRead(**answer("read_phone", policy=policy, **given))


@dataclass(frozen=True)
class EmailRead:
    """The answer of `read_email`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The address; `None` where the text is none."""
    domain: str | None
    """Its part behind the `@`."""
    problem: str | None
    """Why there is no address; `None` where there is one."""


def read_email(*, text: str, policy: _GivenPolicy = None) -> EmailRead:
    """Give an e-mail address, trimmed, its domain in small letters.

    Source: R47, S2.20; RFC 5321.
    """
    return EmailRead(**answer("read_email", policy=policy, text=text))


@dataclass(frozen=True)
class DateRead:
    """The answer of `read_date`."""

    raw: str
    """The text as it came."""
    value: date | None
    """The day; `None` where the text is none, or is two."""
    format: str | None
    """The first format that fitted."""
    century_added: bool
    """Whether the century was not in the text."""
    problem: str | None
    """Why there is no day; `None` where there is one."""


def read_date(
    *,
    text: str,
    formats: Iterable[str],
    as_of: _Day | None = None,
    policy: _GivenPolicy = None,
) -> DateRead:
    """Give a date by an explicit list of formats; nothing is guessed.

    Formats are such as `DD.MM.YYYY`, `D MMMM YYYY`, `excel_1900`. A text that is one day by one
    format and another by the next is no date. A year of two digits needs `as_of`.

    Source: R47; convention.
    """
    given = {
        "text": text,
        "formats": list(formats),
        "as_of": as_of,
    }
    told = answer("read_date", policy=policy, **given)
    if told["value"] is not None:
        told["value"] = date.fromisoformat(told["value"])
    return DateRead(**told)


@dataclass(frozen=True)
class AmountRead:
    """The answer of `read_amount`."""

    raw: str
    """The text as it came."""
    value: Decimal | None
    """The amount; `None` where the text is none."""
    problem: str | None
    """Why there is no amount; `None` where there is one."""


def read_amount(
    *,
    text: str,
    format: Literal["plain", "decimal_comma", "decimal_point"],  # noqa: A002  (its name)
    policy: _GivenPolicy = None,
) -> AmountRead:
    """Give an amount by a stated way of writing, exact.

    Source: R47; convention.
    """
    given = {
        "text": text,
        "format": format,
    }
    told = answer("read_amount", policy=policy, **given)
    if told["value"] is not None:
        told["value"] = Decimal(told["value"])
    return AmountRead(**told)


@dataclass(frozen=True)
class CountryRead:
    """The answer of `read_country`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The code of two letters; `None` where the text is no country."""
    alpha_3: str | None
    """The code of three letters."""
    numeric: str | None
    """The code of three digits."""
    name: str | None
    """The English short name of the standard."""
    problem: str | None
    """Why there is no country; `None` where there is one."""


def read_country(*, text: str, policy: _GivenPolicy = None) -> CountryRead:
    """Give a country by its code or name, in English, Russian, French or Ukrainian.

    Source: R47, S2.32; ISO 3166-1.
    """
    return CountryRead(**answer("read_country", policy=policy, text=text))


@dataclass(frozen=True)
class CurrencyRead:
    """The answer of `read_currency`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The code of three letters; `None` where the text is no currency."""
    numeric: str | None
    """The code of three digits."""
    places: int | None
    """Decimal places of its minor unit."""
    problem: str | None
    """Why there is no currency; `None` where there is one."""


def read_currency(*, text: str, policy: _GivenPolicy = None) -> CurrencyRead:
    """Give a currency by its code, name or sign; a sign of several currencies is told.

    Source: R47; ISO 4217.
    """
    return CurrencyRead(**answer("read_currency", policy=policy, text=text))


@dataclass(frozen=True)
class PassportRead:
    """The answer of `read_passport`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The number; `None` where the text is none or its check digit is wrong."""
    series: str | None
    """The series; `None` where it has none or where it is not told apart."""
    kind: Literal["foreign", "civil"] | None
    """Which passport it is; `None` is unknown."""
    checked: bool | None
    """Whether the check digits are right; `None` where there are none."""
    nationality: str | None
    """The nationality in the line for machines, as it stands there."""
    problem: str | None
    """Why there is no number; `None` where there is one."""


def read_passport(
    *,
    text: str,
    country: str | None = None,
    kind: Literal["foreign", "civil"] | None = None,
    check_digit: str | None = None,
    policy: _GivenPolicy = None,
) -> PassportRead:
    """Give the series and number of a passport, held to its check digit where it has one.

    `text` is the series and number as people write them, or the second line of the zone that
    machines read. `country` issued it, by a code or name; `check_digit` is that of the number where
    it is given apart.

    Source: R47, S2.32; ICAO Doc 9303-3, 9303-4.
    """
    given = {
        "text": text,
        "country": country,
        "kind": kind,
        "check_digit": check_digit,
    }
    return PassportRead(**answer("read_passport", policy=policy, **given))


@dataclass(frozen=True)
class CheckDigit:
    """The answer of `passport_check_digit`."""

    value: int | None
    """The check digit, 0 to 9; `None` where the text has none."""
    problem: str | None
    """Why there is none; `None` where there is one."""


def passport_check_digit(*, text: str, policy: _GivenPolicy = None) -> CheckDigit:
    """Give the check digit of a number in a document that machines read.

    `text` has letters from A to Z, digits, and `<` for a filler.

    Source: R47; ICAO Doc 9303-3.
    """
    return CheckDigit(**answer("passport_check_digit", policy=policy, text=text))


@dataclass(frozen=True)
class CardRead:
    """The answer of `read_card`; never the number of a bank card."""

    kind: Literal["bank", "other"] | None
    """What it is; `None` where it is no number."""
    network: str | None
    """The network of a bank card."""
    luhn: bool | None
    """Whether the last digit is the check digit of the others; `None` where it is no number."""
    last_four: str | None
    """The last four digits."""
    value: str | None
    """The number of any other card; never that of a bank card."""
    problem: str | None
    """Why it is no number; `None` where it is."""


def read_card(*, text: str, policy: _GivenPolicy = None) -> CardRead:
    """Give whether a text is the number of a bank card, which is never given back.

    Source: R47, S2.29; ISO/IEC 7812-1.
    """
    return CardRead(**answer("read_card", policy=policy, text=text))
