"""Formulas of records that mean one client: merge plans, and payments in several sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clientela._native import _ClientId, _Day, _Exact, _FieldKind, _GivenPolicy


@dataclass(frozen=True)
class PlannedField:
    """One field of a merge plan."""

    field: str
    """The name with a dot between its parts, such as `fields.phone`."""
    path: list[str]
    """The parts of the name."""
    state: Literal["same", "kept", "fill", "unite", "conflict"]
    """How it stands: `same` in both, `kept` where only the stored document says something, `fill`
    where only the incoming one does, `unite` where a list grows, `conflict` where they differ."""
    stored: Any
    """The stored value as it is."""
    incoming: Any
    """The incoming value as it is."""
    stored_compared: str | None
    """The stored value as it was compared; `None` where it is no single value."""
    incoming_compared: str | None
    """The incoming value as it was compared."""
    merged: Any
    """The value once it is confirmed."""


@dataclass(frozen=True)
class MergePlanAnswer:
    """The answer of `merge_plan`."""

    empty: bool
    """Whether nothing would change, so that nobody is asked."""
    fields: list[PlannedField]
    """The fields that either document has, in the order of their names."""


def merge_plan(
    *,
    stored: Mapping[str, Any],
    incoming: Mapping[str, Any],
    kinds: Mapping[str, _FieldKind] | None = None,
    policy: _GivenPolicy = None,
) -> MergePlanAnswer:
    """Give what an incoming document would change in a stored one, field by field.

    Nothing is changed yet. Members are compared below dicts, so `fields.phone` is one field; lists
    unite; `client` and `id` of the stored document stay. `kinds` tells what fields hold, by the
    last part of their name, where their names do not tell it.

    Source: R47, S2.31.
    """
    given = {
        "stored": stored,
        "incoming": incoming,
        "kinds": kinds or {},
    }
    told = answer("merge_plan", policy=policy, **given)
    return MergePlanAnswer(told["empty"], [PlannedField(**field) for field in told["fields"]])


@dataclass(frozen=True)
class MergeApplyAnswer:
    """The answer of `merge_apply`."""

    document: dict[str, Any]
    """The new document."""
    undo: dict[str, Any]
    """What takes the change back; an argument of `merge_revert`."""
    changed: list[str]
    """The fields that were changed."""
    left: list[str]
    """The fields that would change and were not confirmed."""


def merge_apply(
    *,
    stored: Mapping[str, Any],
    plan: MergePlanAnswer | Mapping[str, Any],
    confirmed: Iterable[str] = (),
    fills: bool = False,
    policy: _GivenPolicy = None,
) -> MergeApplyAnswer:
    """Give a stored document with the confirmed fields of a plan, and what takes that back.

    What is not confirmed stays as it is stored. With `fills` all fields that only the incoming
    document knows, and all lists that grow, are confirmed as well: they overwrite nothing.

    Source: R47, S2.31.
    """
    if isinstance(plan, MergePlanAnswer):
        plan = {"empty": plan.empty, "fields": [vars(field) for field in plan.fields]}
    given = {
        "stored": stored,
        "plan": plan,
        "confirmed": list(confirmed),
        "fills": fills,
    }
    told = answer("merge_apply", policy=policy, **given)
    return MergeApplyAnswer(**told)


@dataclass(frozen=True)
class MergeRevertAnswer:
    """The answer of `merge_revert`."""

    document: dict[str, Any]
    """The document as it was."""


def merge_revert(
    *,
    document: Mapping[str, Any],
    undo: Mapping[str, Any],
    policy: _GivenPolicy = None,
) -> MergeRevertAnswer:
    """Give a document as it was before a merge that is taken back.

    `undo` is what `merge_apply` gave. The document may have changed since in other fields.

    Source: R47, S2.31.
    """
    given = {
        "document": document,
        "undo": undo,
    }
    told = answer("merge_revert", policy=policy, **given)
    return MergeRevertAnswer(**told)


class OverlapLine(TypedDict):
    """One payment of a source."""

    payer: _ClientId
    on: _Day
    amount: _Exact
    reference: NotRequired[str | None]


class OverlapSource(TypedDict):
    """The payments of one source."""

    name: str
    lines: Iterable[OverlapLine]


@dataclass(frozen=True)
class OverlapKept:
    """What is kept of one source."""

    name: str
    """Its name."""
    kept: list[int]
    """Places of the payments that are kept, from 0."""
    removed: int
    """How many were removed."""
    removed_amount: Decimal
    """Their sum."""


@dataclass(frozen=True)
class OverlapRemoved:
    """One payment that a better source has too."""

    source: str
    """The source that it was removed from."""
    line: int
    """Its place there, from 0."""
    kept_in: str
    """The better source that has it."""
    payer: int | str
    """Who paid."""
    on: date
    """When."""
    amount: Decimal
    """How much."""


@dataclass(frozen=True)
class OverlapAnswer:
    """The answer of `remove_overlap`."""

    sources: list[OverlapKept]
    """Sources with what is kept of them, in the order given."""
    removed: list[OverlapRemoved]
    """The payments that were removed, by source and place."""


def remove_overlap(
    *,
    sources: Iterable[OverlapSource],
    policy: _GivenPolicy = None,
) -> OverlapAnswer:
    """Give which payments stand in several sources, so that each counts once.

    Payments are the same that are equal in payer, day and amount. The sources come with the best
    one first. A payment that stands twice in one source is two payments.

    Source: S2.13.
    """
    given = {
        "sources": [{**source, "lines": list(source["lines"])} for source in sources],
    }
    told = answer("remove_overlap", policy=policy, **given)
    for kept in told["sources"]:
        kept["removed_amount"] = Decimal(kept["removed_amount"])
    for line in told["removed"]:
        line["on"] = date.fromisoformat(line["on"])
        line["amount"] = Decimal(line["amount"])
    return OverlapAnswer(
        [OverlapKept(**kept) for kept in told["sources"]],
        [OverlapRemoved(**line) for line in told["removed"]],
    )
