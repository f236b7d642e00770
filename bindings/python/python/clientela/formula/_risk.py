"""Formulas of risks: dependence, exits, contact, margins, promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clientela._native import _Day, _Exact, _GivenPolicy


@dataclass(frozen=True)
class DependenceAnswer:
    """The answer of `dependence`."""

    share: Figure
    """The client's share, in per cent."""
    band: Literal["none", "attention", "warning", "serious", "critical", "mono"] | None
    """How far that is a dependence; `None` where there is no share."""
    others_now: Figure
    """What the others bring now."""
    others_needed: Figure
    """What they must bring so that the share is the policy's `risk.target_percent`."""
    growth_needed: Figure
    """By how many per cent they must grow for that; 0 where they bring enough."""
    advice: list[str]
    """What to do; nothing where there is no dependence."""


def dependence(
    *,
    client: _Exact,
    total: _Exact,
    active_clients: int | None = None,
    policy: _GivenPolicy = None,
) -> DependenceAnswer:
    """Give how far a firm depends on one client or group of clients.

    `client` are the sales to the client or group, `total` those to all in the same time, and
    `active_clients` is the number of clients with sales in that time, where it is known.

    Source: R32, S2.49, S2.50, S2.51.
    """
    given = {
        "client": client,
        "total": total,
        "active_clients": active_clients,
    }
    told = answer("dependence", policy=policy, **given)
    return DependenceAnswer(**told)


@dataclass(frozen=True)
class OthersNeededAnswer:
    """The answer of `others_needed`."""

    others_now: Figure
    """What the others bring now."""
    others_needed: Figure
    """What they must bring."""
    growth_needed: Figure
    """By how many per cent they must grow; 0 where they bring enough."""


def others_needed(
    *,
    client: _Exact,
    total: _Exact,
    target_percent: _Exact | None = None,
    policy: _GivenPolicy = None,
) -> OthersNeededAnswer:
    """Give how much other clients must bring to bring a share down.

    `target_percent` is the share that the client is to come down to, by default the policy's
    `risk.target_percent`.

    Source: R32, S2.50.
    """
    given = {
        "client": client,
        "total": total,
        "target_percent": target_percent,
    }
    told = answer("others_needed", policy=policy, **given)
    return OthersNeededAnswer(**told)


@dataclass(frozen=True)
class WithoutClient:
    """The answer of `client_exit`."""

    revenue_without: Figure
    """Net sales without the client."""
    profit_now: Figure
    """Profit now, after the costs that stay."""
    profit_without: Figure
    """Profit without the client, after the costs that stay."""
    makes_loss: bool
    """Whether the firm is below zero without the client, and lower than with it."""


def client_exit(
    *,
    revenue: _Exact,
    profit: _Exact,
    client_revenue: _Exact,
    client_profit: _Exact,
    fixed_costs: _Exact = 0,
    policy: _GivenPolicy = None,
) -> WithoutClient:
    """Give what a firm would have without one of its clients.

    `fixed_costs` are costs in the same time that stay when the client leaves; `profit` is before
    them.

    Source: R33, S2.48.
    """
    given = {
        "revenue": revenue,
        "profit": profit,
        "client_revenue": client_revenue,
        "client_profit": client_profit,
        "fixed_costs": fixed_costs,
    }
    told = answer("client_exit", policy=policy, **given)
    return WithoutClient(**told)


@dataclass(frozen=True)
class TierWithout:
    """The answer of `supplier_tier`."""

    discount_now: Figure
    """The discount now, in per cent."""
    discount_without: Figure
    """The discount without the client."""
    drops: bool
    """Whether it is lower: then prices rise for all the others."""
    repricing_cost: Figure
    """What the lower discount costs, on all that the firm buys there now."""


def supplier_tier(
    *,
    volume: _Exact,
    client_volume: _Exact,
    tiers: Iterable[Mapping[str, _Exact]],
    purchases: _Exact | None = None,
    policy: _GivenPolicy = None,
) -> TierWithout:
    """Give whether a client's exit lowers a supplier's discount.

    A tier has `from`, the least volume, and `discount_percent`; tiers rise, and below the first
    there is no discount. `purchases` is what the firm pays the supplier in that time, before any
    discount; `None` is unknown.

    Source: R33, S2.52.
    """
    given = {
        "volume": volume,
        "client_volume": client_volume,
        "tiers": list(tiers),
        "purchases": purchases,
    }
    told = answer("supplier_tier", policy=policy, **given)
    return TierWithout(**told)


@dataclass(frozen=True)
class ContinuityAnswer:
    """The answer of `continuity`."""

    standing: Literal["orphan", "at_risk", "covered"]
    """How contact stands."""
    advice: str | None
    """What to do; `None` where enough are in contact."""


def continuity(
    *,
    staff_in_contact: int,
    policy: _GivenPolicy = None,
) -> ContinuityAnswer:
    """Give whether contact with a client stands the leaving of one of ours.

    Source: R35, S1.18.
    """
    given = {
        "staff_in_contact": staff_in_contact,
    }
    told = answer("continuity", policy=policy, **given)
    return ContinuityAnswer(standing=told["standing"], advice=told.get("advice"))


class MarginPeriod(TypedDict):
    """Net amount and profit of one period."""

    amount: _Exact
    profit: _Exact


@dataclass(frozen=True)
class ErosionAnswer:
    """The answer of `erosion`."""

    verdict: Literal["none_seen", "eroding", "critical"] | None
    """What became of the margin; `None` where no period has one."""
    margins: list[Figure]
    """The margin of each period, in per cent of the amount."""
    falls_in_a_row: int | None
    """How many times in a row the last margins fell."""


def erosion(
    *,
    periods: Iterable[MarginPeriod],
    policy: _GivenPolicy = None,
) -> ErosionAnswer:
    """Give whether the margin of a client that pays much is falling away.

    The periods are of equal length, the oldest first.

    Source: R34, S3.2.
    """
    given = {
        "periods": list(periods),
    }
    told = answer("erosion", policy=policy, **given)
    return ErosionAnswer(**told)


@dataclass(frozen=True)
class PromiseAnswer:
    """The answer of `promise`."""

    verdict: Literal["violation", "early_without_consent", "excused", "open", "early", "kept"]
    """What became of it."""
    days_late: int | None
    """Days late, 0 where it was kept in time; `None` where it is open."""


def promise(
    *,
    due_on: _Day,
    done_on: _Day | None = None,
    as_of: _Day,
    consent: bool = False,
    force_majeure: bool = False,
    reported: bool = False,
    policy: _GivenPolicy = None,
) -> PromiseAnswer:
    """Give whether a promise was kept in time.

    It may be kept early with the client's `consent`, but not late, unless by force majeure or a
    difficulty that was `reported`. A `done_on` later than `as_of` is not yet.

    Source: R38, S2.38e.
    """
    given = {
        "due_on": due_on,
        "done_on": done_on,
        "as_of": as_of,
        "consent": consent,
        "force_majeure": force_majeure,
        "reported": reported,
    }
    told = answer("promise", policy=policy, **given)
    return PromiseAnswer(**told)


@dataclass(frozen=True)
class ExtraAnswer:
    """The answer of `extra`."""

    verdict: Literal["surprise", "courtesy", "fine"]
    """What it is."""


def extra(
    *,
    courtesy: bool = False,
    announced: bool = False,
    policy: _GivenPolicy = None,
) -> ExtraAnswer:
    """Give what something is that a client gets unasked.

    A `courtesy` lies outside the order; of what is `announced` the client was told before.

    Source: R38, S2.38f.
    """
    given = {
        "courtesy": courtesy,
        "announced": announced,
    }
    told = answer("extra", policy=policy, **given)
    return ExtraAnswer(**told)
