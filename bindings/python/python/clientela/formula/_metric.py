"""Formulas of the base and of its clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from clientela._native import Policy, _Document


@dataclass(frozen=True)
class Retention:
    """The answer of `crr`: per cent of the clients at the start."""

    retention: Figure
    """The rate by the formula of the source; above 100 where clients came back."""
    retention_without_reactivated: Figure
    """The rate without clients who came back."""
    loss: Figure
    """100 less the rate by the formula."""


def crr(
    *,
    at_start: int,
    at_end: int,
    new: int,
    reactivated: int = 0,
    policy: Policy | _Document | None = None,
) -> Retention:
    """Give how many per cent of the clients at the start of a period stay (R24, S2.14).

    Of `at_end` clients `new` were won in the period, and `reactivated` were clients once, but not
    at the start.
    """
    given = {"at_start": at_start, "at_end": at_end, "new": new, "reactivated": reactivated}
    return Retention(**answer("crr", policy=policy, **given))
