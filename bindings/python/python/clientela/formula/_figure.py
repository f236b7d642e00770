"""Figures, and the answers of formulas by name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from clientela._native import _formula

if TYPE_CHECKING:
    from clientela._native import _GivenPolicy


@dataclass(frozen=True)
class Figure:
    """One figure. What is undefined has a cause in place of a value; it is never 0 for that.

    Sums are exact; quotients have six decimal places, halves to even. `bound` is `lower` where
    the true value is this or more, because what it counts still runs.
    """

    value: Decimal | None
    unit: Literal["money", "percent", "ratio", "count", "months", "days"]
    bound: Literal["exact", "lower"]
    cause: str | None


def _figures(told: Any) -> Any:
    """Give an answer of JSON with its figures as figures."""
    if isinstance(told, dict):
        if "unit" in told and "bound" in told:
            value = told["value"]
            value = None if value is None else Decimal(value)
            return Figure(value, told["unit"], told["bound"], told.get("cause"))
        return {name: _figures(part) for name, part in told.items()}
    if isinstance(told, list):
        return [_figures(part) for part in told]
    return told


def answer(name: str, /, *, policy: _GivenPolicy = None, **arguments: Any) -> Any:
    """Give the answer of a formula by name as a dict; its figures are `Figure`s."""
    return _figures(_formula(name, arguments, policy))
