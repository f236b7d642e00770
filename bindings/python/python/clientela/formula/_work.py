"""Formulas of what the firm does for its clients, and how they respond."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _Exact, _GivenPolicy


class ActivityCost(TypedDict):
    """An activity and what it took; what is absent or `None` is unknown, not nothing."""

    goal: Literal["acquisition", "retention"]
    kind: str
    money: NotRequired[_Exact | None]
    minutes: NotRequired[int | None]


@dataclass(frozen=True)
class Effort:
    """What went into one goal."""

    count: int
    """Activities."""
    money: Decimal
    """What those of known cost cost."""
    minutes: int
    """What those of known length took."""
    unknown_money: int
    """Activities of unknown cost."""
    unknown_minutes: int
    """Activities of unknown length."""


@dataclass(frozen=True)
class BalanceAnswer:
    """The answer of `balance`; shares are in per cent of both goals."""

    acquisition: Effort
    """What went into winning clients."""
    retention: Effort
    """What went into keeping them."""
    retention_share_by_count: Figure
    """Activities for keeping."""
    retention_share_by_money: Figure
    """Money for keeping; undefined where that of an activity is unknown."""
    retention_share_by_minutes: Figure
    """Time for keeping; undefined where that of an activity is unknown."""
    warning: str | None
    """What to look at."""


def balance(
    *,
    activities: Iterable[ActivityCost],
    policy: _GivenPolicy = None,
) -> BalanceAnswer:
    """Give what goes into winning clients against keeping them.

    The kinds of activities are those of the journal.

    Source: R28, S2.25, S2.26, S2.27.
    """
    given = {
        "activities": list(activities),
    }
    told = answer("balance", policy=policy, **given)
    for goal in ("acquisition", "retention"):
        effort = told[goal]
        told[goal] = Effort(**{**effort, "money": Decimal(effort["money"])})
    return BalanceAnswer(**told)


class ChannelUse(TypedDict):
    """Whom a channel reached, and who of them responded."""

    channel: str
    reached: list[int] | list[str]
    responded: list[int] | list[str]


@dataclass(frozen=True)
class ResponseRate:
    """Clients reached, and those of them that responded."""

    reached: int
    """Clients reached."""
    responded: int
    """Clients that responded."""
    response: Figure
    """The share that responded, in per cent."""


@dataclass(frozen=True)
class ChannelResponse:
    """The response to one channel."""

    channel: str
    """The channel's name."""
    reached: int
    """Clients reached."""
    responded: int
    """Clients that responded."""
    response: Figure
    """The share that responded, in per cent."""


@dataclass(frozen=True)
class ResponseAnswer:
    """The answer of `response`."""

    channels: list[ChannelResponse]
    """By channel, in the order given."""
    combined: ResponseRate
    """Over unique clients of all channels."""


def response(
    *,
    channels: Iterable[ChannelUse],
    policy: _GivenPolicy = None,
) -> ResponseAnswer:
    """Give how many per cent of the clients reached respond, by channel.

    Who was reached by two channels is one client of the combined rate. All that responded must be
    among those reached.

    Source: R30, S4.13.
    """
    given = {
        "channels": list(channels),
    }
    told = answer("response", policy=policy, **given)
    return ResponseAnswer(
        channels=[ChannelResponse(**channel) for channel in told["channels"]],
        combined=ResponseRate(**told["combined"]),
    )


@dataclass(frozen=True)
class RelationChangeAnswer:
    """The answer of `relation_change`."""

    relation: Literal["better", "same", "worse"]
    """The direction of the relation."""
    amount: Literal["up", "same", "down"]
    """The direction of the amount."""


def relation_change(
    *,
    score_before: int,
    score_after: int,
    amount_before: _Exact,
    amount_after: _Exact,
    policy: _GivenPolicy = None,
) -> RelationChangeAnswer:
    """Give whether we get on better with a person, beside whether more is bought.

    Scores are the firm's own, so only the direction says anything.

    Source: R29, S2.56.
    """
    given = {
        "score_before": score_before,
        "score_after": score_after,
        "amount_before": amount_before,
        "amount_after": amount_after,
    }
    told = answer("relation_change", policy=policy, **given)
    return RelationChangeAnswer(**told)
