"""Formulas of revenue: what stays, what grows, on whom it hangs, what winning costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _Exact, _GivenPolicy


@dataclass(frozen=True)
class RevenueRetentionAnswer:
    """The answer of `revenue_retention`: per cent of the revenue at the start."""

    net: Figure
    """With what grew, by the convention."""
    gross: Figure
    """Without anything that grew."""
    net_churn: Figure
    """100 less the net retention."""


def revenue_retention(
    *,
    at_start: _Exact,
    expansion: _Exact = 0,
    contraction: _Exact = 0,
    lost: _Exact = 0,
    reactivation: _Exact = 0,
    policy: _GivenPolicy = None,
) -> RevenueRetentionAnswer:
    """Give how many per cent of a period's revenue its clients bring after.

    `expansion` and `contraction` are what clients that stayed buy more and less, `lost` is what
    clients that left bought, `reactivation` what clients that came back buy. Whose definition is
    told by the policy's `metric.revenue_retention`.

    Source: convention (ChartMogul, Baremetrics).
    """
    given = {
        "at_start": at_start,
        "expansion": expansion,
        "contraction": contraction,
        "lost": lost,
        "reactivation": reactivation,
    }
    told = answer("revenue_retention", policy=policy, **given)
    return RevenueRetentionAnswer(**told)


@dataclass(frozen=True)
class QuickRatioAnswer:
    """The answer of `quick_ratio`."""

    quick_ratio: Figure
    """What grew over what shrank."""


def quick_ratio(
    *,
    new: _Exact,
    expansion: _Exact,
    reactivation: _Exact = 0,
    contraction: _Exact,
    lost: _Exact,
    policy: _GivenPolicy = None,
) -> QuickRatioAnswer:
    """Give how much revenue grew for each unit that shrank.

    Whether what came back counts is told by the policy's `metric.quick_ratio_with_reactivation`.

    Source: convention.
    """
    given = {
        "new": new,
        "expansion": expansion,
        "reactivation": reactivation,
        "contraction": contraction,
        "lost": lost,
    }
    told = answer("quick_ratio", policy=policy, **given)
    return QuickRatioAnswer(**told)


@dataclass(frozen=True)
class PenetrationAnswer:
    """The answer of `penetration`."""

    penetration: Figure
    """Our share, in per cent."""


def penetration(
    *,
    ours: _Exact,
    competitors: _Exact,
    policy: _GivenPolicy = None,
) -> PenetrationAnswer:
    """Give our sales in per cent of ours and the competitors'.

    Both are sales to the same clients in the same time.

    Source: R25, S2.11.
    """
    given = {
        "ours": ours,
        "competitors": competitors,
    }
    told = answer("penetration", policy=policy, **given)
    return PenetrationAnswer(**told)


@dataclass(frozen=True)
class ExclusiveShareAnswer:
    """The answer of `exclusive_share`."""

    exclusive_share: Figure
    """The share of those who buy of us only, in per cent."""


def exclusive_share(
    *,
    regulars: int,
    supporters: int,
    advocates: int,
    policy: _GivenPolicy = None,
) -> ExclusiveShareAnswer:
    """Give how many per cent of the regulars buy of us only.

    `regulars` are the clients at that stage and no further.

    Source: R25, S2.11.
    """
    given = {
        "regulars": regulars,
        "supporters": supporters,
        "advocates": advocates,
    }
    told = answer("exclusive_share", policy=policy, **given)
    return ExclusiveShareAnswer(**told)


@dataclass(frozen=True)
class TopShare:
    """The share of the largest clients."""

    top: int
    """How many clients."""
    share: Figure
    """Their share, in per cent."""


@dataclass(frozen=True)
class ConcentrationAnswer:
    """The answer of `concentration`."""

    clients: int
    """Clients with an amount above zero."""
    total: Decimal
    """What they bring together."""
    set_aside: int
    """Amounts of zero and below."""
    shares: list[TopShare]
    """Shares of the largest clients."""
    hhi: Figure
    """The Herfindahl index: the sum of squared shares in per cent, 0 to 10,000."""
    gini: Figure
    """0 where all bring the same, towards 1 where one brings all."""
    clients_for_80_percent: int | None
    """The fewest clients that bring 80 %."""


def concentration(
    *,
    amounts: Iterable[_Exact],
    tops: Iterable[int] | None = None,
    policy: _GivenPolicy = None,
) -> ConcentrationAnswer:
    """Give how much of the revenue hangs on how few clients.

    Amounts of zero and below are set aside. `tops` tells of how many largest clients the share is
    told, by default the policy's `metric.top_clients`. The Gini coefficient is without a correction
    for small samples.

    Source: convention.
    """
    given = {
        "amounts": list(amounts),
        "tops": None if tops is None else list(tops),
    }
    told = answer("concentration", policy=policy, **given)
    told["total"] = Decimal(told["total"])
    told["shares"] = [TopShare(**share) for share in told["shares"]]
    return ConcentrationAnswer(**told)


@dataclass(frozen=True)
class CacAnswer:
    """The answer of `cac`."""

    cac: Figure
    """The cost of one new client."""


def cac(
    *,
    cost: _Exact,
    new_clients: int,
    policy: _GivenPolicy = None,
) -> CacAnswer:
    """Give what it costs to win a client.

    Source: R28; convention.
    """
    given = {
        "cost": cost,
        "new_clients": new_clients,
    }
    told = answer("cac", policy=policy, **given)
    return CacAnswer(**told)


@dataclass(frozen=True)
class LtvToCacAnswer:
    """The answer of `ltv_to_cac`."""

    ltv_to_cac: Figure
    """The worth over the cost."""


def ltv_to_cac(
    *,
    ltv: _Exact,
    cac: _Exact,
    policy: _GivenPolicy = None,
) -> LtvToCacAnswer:
    """Give what a client is worth for each unit that it cost to win.

    Source: R28; convention.
    """
    given = {
        "ltv": ltv,
        "cac": cac,
    }
    told = answer("ltv_to_cac", policy=policy, **given)
    return LtvToCacAnswer(**told)


@dataclass(frozen=True)
class PaybackMonthsAnswer:
    """The answer of `payback_months`."""

    payback_months: Figure
    """The cost over the profit of a month."""


def payback_months(
    *,
    cac: _Exact,
    profit_per_month: _Exact,
    policy: _GivenPolicy = None,
) -> PaybackMonthsAnswer:
    """Give in how many months a client earns back what it cost to win.

    Source: R28; convention.
    """
    given = {
        "cac": cac,
        "profit_per_month": profit_per_month,
    }
    told = answer("payback_months", policy=policy, **given)
    return PaybackMonthsAnswer(**told)
