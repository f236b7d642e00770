"""Formulas of the life, the staying and the becoming of clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from clientela._native import _Exact, _GivenPolicy


@dataclass(frozen=True)
class LtvAnswer:
    """The answer of `ltv`; products have six decimal places, halves to even."""

    ltv: Figure
    """The profit of a client over its life."""
    revenue: Figure
    """The revenue of a client over its life."""
    losing: bool
    """Whether the client loses us money."""


def ltv(
    *,
    mean_purchase: _Exact,
    purchases_per_month: _Exact,
    profit_percent: _Exact,
    months: _Exact,
    still_active: bool = False,
    policy: _GivenPolicy = None,
) -> LtvAnswer:
    """Give what a client earns us over its life: the lifetime value.

    It is the product of the four, `profit_percent` being profit in per cent of the amount and
    `months` those of the life, with or without a purchase. With `still_active` the life still runs,
    and the value is a lower bound.

    Source: R23, S2.5.
    """
    given = {
        "mean_purchase": mean_purchase,
        "purchases_per_month": purchases_per_month,
        "profit_percent": profit_percent,
        "months": months,
        "still_active": still_active,
    }
    told = answer("ltv", policy=policy, **given)
    return LtvAnswer(**told)


class LtvChanges(TypedDict, total=False):
    """Changes of the factors in per cent of the factor; absent ones stay."""

    mean_purchase: _Exact
    purchases_per_month: _Exact
    profit_percent: _Exact
    months: _Exact


@dataclass(frozen=True)
class LtvWhatIfAnswer:
    """The answer of `ltv_what_if`."""

    before: Figure
    """The lifetime value as it is."""
    after: Figure
    """As it would be."""
    difference: Figure
    """After less before."""
    difference_percent: Figure
    """The difference in per cent of the value as it is."""


def ltv_what_if(
    *,
    mean_purchase: _Exact,
    purchases_per_month: _Exact,
    profit_percent: _Exact,
    months: _Exact,
    still_active: bool = False,
    change_percent: LtvChanges,
    policy: _GivenPolicy = None,
) -> LtvWhatIfAnswer:
    """Give what becomes of a lifetime value when its factors change.

    The factors are those of `ltv`. Each change is above -100: 10 makes 33 % of a profit of 30 %.

    Source: R23, S2.6.
    """
    given = {
        "mean_purchase": mean_purchase,
        "purchases_per_month": purchases_per_month,
        "profit_percent": profit_percent,
        "months": months,
        "still_active": still_active,
        "change_percent": change_percent,
    }
    told = answer("ltv_what_if", policy=policy, **given)
    return LtvWhatIfAnswer(**told)


@dataclass(frozen=True)
class LtvByChurnAnswer:
    """The answer of `ltv_by_churn`."""

    ltv: Figure
    """The profit of a client over its life."""


def ltv_by_churn(
    *,
    revenue_per_client: _Exact,
    churn_percent: _Exact,
    profit_percent: _Exact = 100,
    policy: _GivenPolicy = None,
) -> LtvByChurnAnswer:
    """Give what a client earns us over its life, by the churn of clients.

    It is the revenue of a client in a period, times the share of it that is profit, over the share
    of clients that leave in a period. Without churn the answer is that of the policy's
    `metric.zero_churn`.

    Source: convention (ChartMogul, Stripe).
    """
    given = {
        "revenue_per_client": revenue_per_client,
        "churn_percent": churn_percent,
        "profit_percent": profit_percent,
    }
    told = answer("ltv_by_churn", policy=policy, **given)
    return LtvByChurnAnswer(**told)


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
    policy: _GivenPolicy = None,
) -> Retention:
    """Give how many per cent of the clients at the start of a period stay.

    Of `at_end` clients `new` were won in the period, and `reactivated` were clients once, but not
    at the start.

    Source: R24, S2.14.
    """
    given = {
        "at_start": at_start,
        "at_end": at_end,
        "new": new,
        "reactivated": reactivated,
    }
    told = answer("crr", policy=policy, **given)
    return Retention(**told)


@dataclass(frozen=True)
class ChurnAnswer:
    """The answer of `churn`."""

    churn: Figure
    """The share of clients that left, in per cent."""


def churn(
    *,
    at_start: int,
    lost: int,
    new: int = 0,
    policy: _GivenPolicy = None,
) -> ChurnAnswer:
    """Give how many per cent of the clients leave in a period.

    Per cent of whom is told by the policy's `metric.churn`; `new` were won in the period.

    Source: R24; convention (Stripe).
    """
    given = {
        "at_start": at_start,
        "lost": lost,
        "new": new,
    }
    told = answer("churn", policy=policy, **given)
    return ChurnAnswer(**told)


@dataclass(frozen=True)
class ConversionAnswer:
    """The answer of `conversion`."""

    conversion: Figure
    """The share of new clients who became regulars, in per cent."""


def conversion(
    *,
    new: int,
    became_regular: int,
    policy: _GivenPolicy = None,
) -> ConversionAnswer:
    """Give how many per cent of new clients become regulars.

    Source: R27, S2.24.
    """
    given = {
        "new": new,
        "became_regular": became_regular,
    }
    told = answer("conversion", policy=policy, **given)
    return ConversionAnswer(**told)
