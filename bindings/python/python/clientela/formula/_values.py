"""Formulas that read values: phones, addresses, dates, amounts, codes, passports, cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _GivenPolicy


@dataclass(frozen=True)
class PhoneRead:
    """The answer of `read_phone`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The number, such as +78005553535."""
    region: str | None
    """The country by its code of two letters."""
    extension: str | None
    """The extension."""
    problem: str | None
    """Why there is no number."""


def read_phone(
    *,
    text: str,
    region: str | None = None,
    policy: _GivenPolicy = None,
) -> PhoneRead:
    """Give a phone number in its international form.

    `region` is the country of a number without its country's prefix, by a code or name.

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
    """The address."""
    domain: str | None
    """Its part behind the `@`."""
    problem: str | None
    """Why there is no address."""


def read_email(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> EmailRead:
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
    """Why there is no day."""


def read_date(
    *,
    text: str,
    formats: Iterable[str],
    as_of: date | None = None,
    policy: _GivenPolicy = None,
) -> DateRead:
    """Give a date by an explicit list of formats, such as `DD.MM.YYYY` and `excel_1900`.

    A year of two digits needs `as_of`.

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
    """The amount."""
    problem: str | None
    """Why there is no amount."""


def read_amount(
    *,
    text: str,
    written: Literal["plain", "decimal_comma", "decimal_point"],
    policy: _GivenPolicy = None,
) -> AmountRead:
    """Give an amount by a stated way of writing: 1234.56, 1 234,56 or 1,234.56.

    Source: R47; convention.
    """
    given = {
        "text": text,
        "written": written,
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
    """The code of two letters."""
    alpha_3: str | None
    """The code of three letters."""
    numeric: str | None
    """The code of three digits."""
    name: str | None
    """The English short name of the standard."""
    problem: str | None
    """Why there is no country."""


def read_country(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> CountryRead:
    """Give a country by its code, or by its name in English, Russian, French or Ukrainian.

    Source: R47, S2.32; ISO 3166-1.
    """
    return CountryRead(**answer("read_country", policy=policy, text=text))


@dataclass(frozen=True)
class CurrencyRead:
    """The answer of `read_currency`."""

    raw: str
    """The text as it came."""
    value: str | None
    """The code of three letters."""
    numeric: str | None
    """The code of three digits."""
    places: int | None
    """Decimal places of its minor unit."""
    problem: str | None
    """Why there is no currency."""


def read_currency(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> CurrencyRead:
    """Give a currency by its code, name or sign.

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
    """Why there is no number."""


def read_passport(
    *,
    text: str,
    country: str | None = None,
    kind: Literal["foreign", "civil"] | None = None,
    check_digit: str | None = None,
    policy: _GivenPolicy = None,
) -> PassportRead:
    """Give the series and number of a passport, held to its check digit.

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
    """The check digit, 0 to 9."""
    problem: str | None
    """Why there is none."""


def passport_check_digit(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> CheckDigit:
    """Give the check digit of a number in a document that machines read.

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
    """Whether the last digit is the check digit of the others."""
    last_four: str | None
    """The last four digits."""
    value: str | None
    """The number of any other card."""
    problem: str | None
    """Why it is no number."""


def read_card(
    *,
    text: str,
    policy: _GivenPolicy = None,
) -> CardRead:
    """Give whether a text is the number of a bank card, which is never given back.

    Source: R47, S2.29; ISO/IEC 7812-1.
    """
    return CardRead(**answer("read_card", policy=policy, text=text))
