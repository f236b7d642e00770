"""Formulas of losing clients and winning them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _Day, _GivenPolicy, _Reason, _WinBackStep


@dataclass(frozen=True)
class ReturnRankAnswer:
    """The answer of `return_rank`."""

    rank: int
    """1 is the easiest, 3 the hardest."""
    meaning: str
    """What the rank means, in words."""


def return_rank(
    *,
    lost: bool,
    responsive: bool | None = None,
    policy: _GivenPolicy = None,
) -> ReturnRankAnswer:
    """Give how easy a client is to return, from 1, the easiest, to 3.

    `responsive` tells whether it responds to messages; `None` is unknown.

    Source: R41, S4.11.
    """
    given = {
        "lost": lost,
        "responsive": responsive,
    }
    told = answer("return_rank", policy=policy, **given)
    return ReturnRankAnswer(**told)


class WinBackMove(TypedDict):
    """A step on the way: `on` a day, `step`, its `outcome`, and the `reason` that was given."""

    on: NotRequired[_Day | None]
    step: _WinBackStep
    outcome: Literal["done", "declined", "returned", "lost_final"]
    reason: NotRequired[_Reason | None]


@dataclass(frozen=True)
class WinBackStanding:
    """The answer of `win_back`."""

    state: Literal["open", "returned", "lost_final"]
    """How it stands."""
    closed: bool
    """Whether nothing is left to do."""
    reason: _Reason | None
    """Why the client left; `None` where nobody has told."""
    allowed: list[_WinBackStep]
    """The steps that may come next, the recommended one first."""
    question: Literal["correct", "terms"] | None
    """The question that the reason calls for, if any."""
    closing: _WinBackStep | None
    """How to part if the client does not come back."""
    advice: str
    """What to do next, in words."""


def win_back(
    *,
    steps: Iterable[WinBackMove] = (),
    reason: _Reason | None = None,
    policy: _GivenPolicy = None,
) -> WinBackStanding:
    """Give how an attempt to win a client back stands, and what comes next.

    `steps` are those taken, in their order; `reason` is why the client left, where that was known
    before. A step that may not come next raises `BadArgument`.

    Source: R42, S2.53, S2.54, S2.55.
    """
    given = {
        "steps": list(steps),
        "reason": reason,
    }
    told = answer("win_back", policy=policy, **given)
    return WinBackStanding(**told)
