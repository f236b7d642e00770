"""Days, numbers and refusals that the whole oracle uses."""

import datetime
import decimal
import re
from fractions import Fraction

MAX_DAY = datetime.date(9999, 12, 31)
MOST_DIGITS = 18  # of an amount in minor units


class Refused(Exception):
    """The library must answer with an error of this code and these fields."""

    def __init__(self, code, **fields):
        super().__init__(code, fields)
        self.error = {"code": code, **fields}


# --------------------------------------------------------------------------- calendar


def read_day(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def length_of_month(year, month):
    first = datetime.date(year, month, 1)
    if (year, month) == (9999, 12):
        return 31
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - first).days


def plus(day, span):
    """The day `span` later; a month keeps the day of the month or takes the month's last."""
    ((unit, number),) = span.items()
    if unit == "days":
        if number > (MAX_DAY - day).days:
            return MAX_DAY
        return day + datetime.timedelta(days=number)
    months = day.year * 12 + day.month - 1 + number
    year, month = months // 12, months % 12 + 1
    if year > 9999:
        return MAX_DAY
    return datetime.date(year, month, min(day.day, length_of_month(year, month)))


def period(day, step):
    """A number that grows by 1 from each calendar period to the next."""
    if step == "week":
        monday = day - datetime.timedelta(days=day.weekday())
        return (monday - datetime.date(1969, 12, 29)).days // 7
    month = day.year * 12 + day.month - 1
    return {"month": month, "quarter": month // 3, "year": month // 12}[step]


def first_day(number, step):
    if step == "week":
        return datetime.date(1969, 12, 29) + datetime.timedelta(days=7 * number)
    month = number * {"month": 1, "quarter": 3, "year": 12}[step]
    return datetime.date(month // 12, month % 12 + 1, 1)


def last_day(number, step):
    try:
        return first_day(number + 1, step) - datetime.timedelta(days=1)
    except (ValueError, OverflowError):  # the calendar ends with the year 9999
        return MAX_DAY


def label(number, step):
    first = first_day(number, step)
    if step == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    if step == "month":
        return f"{first.year:04}-{first.month:02}"
    if step == "quarter":
        return f"{first.year:04}-Q{(first.month + 2) // 3}"
    return f"{first.year:04}"


def last_period(as_of, step, complete_only):
    current = period(as_of, step)
    if complete_only and last_day(current, step) > as_of:
        return current - 1
    return current


# --------------------------------------------------------------------------- numbers


def up(fraction):
    """The smallest whole number at or above."""
    return -((-fraction.numerator) // fraction.denominator)


def down(fraction):
    return fraction.numerator // fraction.denominator


def half_even(fraction):
    """The nearest whole number, a half to the even one (what `round` does to a Fraction)."""
    return round(fraction)


def median(numbers):
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def root(fraction):
    """The square root as the nearest float, through 60 digits."""
    with decimal.localcontext() as context:
        context.prec = 60
        quotient = decimal.Decimal(fraction.numerator) / decimal.Decimal(fraction.denominator)
        return quotient.sqrt()


def money(minor, scale):
    """Minor units as text with exactly `scale` places."""
    if minor is None:
        return None
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    if scale == 0:
        return f"{sign}{minor}"
    whole, rest = divmod(minor, 10**scale)
    return f"{sign}{whole}.{rest:0{scale}}"
