"""Formulas of who looks after key clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict

from clientela.formula._figure import Figure, answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela._native import _GivenPolicy


@dataclass(frozen=True)
class ManagerCount:
    """The answer of `managers_needed`."""

    managers: Figure
    """The fewest of whom none has more key clients than one can look after."""


def managers_needed(
    *,
    keys: int,
    policy: _GivenPolicy = None,
) -> ManagerCount:
    """Give how many managers so many key clients need.

    How many one can look after is told by the policy's `outreach.keys_per_manager`.

    Source: R44, S2.43.
    """
    given = {
        "keys": keys,
    }
    told = answer("managers_needed", policy=policy, **given)
    return ManagerCount(**told)


class KeyHeld(TypedDict):
    """A key client, and who coordinates the work with it."""

    client: int | str
    manager: NotRequired[str | None]


@dataclass(frozen=True)
class Suggestion:
    """Who is to look after one key client."""

    client: int | str
    """The client."""
    from_: str | None
    """Who looks after it now."""
    to: str | None
    """Who is to; `None` where nobody has room."""
    moved: bool
    """Whether that is a change of manager; a first manager is none."""


@dataclass(frozen=True)
class OverLimit:
    """A manager with too many key clients."""

    manager: str
    """The name."""
    keys: int
    """Key clients now."""
    over: int
    """How many of them are too many."""


@dataclass(frozen=True)
class Assigned:
    """The answer of `assign`."""

    suggestions: list[Suggestion]
    """A suggestion per client, by id."""
    over_limit: list[OverLimit]
    """The managers that have too many now, by name."""
    moves: int
    """How many clients change their manager."""
    left: int
    """How many clients still have no manager, or one with too many, for want of room."""
    managers_needed: int
    """How many managers the clients need."""
    managers_missing: int
    """How many of them are missing."""


def assign(
    *,
    managers: Iterable[str],
    keys: Iterable[KeyHeld],
    policy: _GivenPolicy = None,
) -> Assigned:
    """Give which manager is to look after which key client, with the fewest changes.

    Nobody is to look after more than the policy's `outreach.keys_per_manager`. `managers` are those
    that key clients may be given to.

    Source: R44, S2.43.
    """
    given = {
        "managers": list(managers),
        "keys": list(keys),
    }
    told = answer("assign", policy=policy, **given)
    suggestions = [
        Suggestion(client=one["client"], from_=one["from"], to=one["to"], moved=one["moved"])
        for one in told["suggestions"]
    ]
    over_limit = [OverLimit(**one) for one in told["over_limit"]]
    return Assigned(**{**told, "suggestions": suggestions, "over_limit": over_limit})
