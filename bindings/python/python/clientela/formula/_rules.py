"""Formulas of rules: conditions from and to the filters of CRMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from clientela.formula._figure import answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clientela._native import _Day, _GivenPolicy


def rule_from_espo(
    *,
    filter: Sequence[Mapping[str, Any]],  # noqa: A002  (as it is called there)
    names: Mapping[str, Any] | None = None,
    time_zone: str | None = None,
    policy: _GivenPolicy = None,
) -> dict[str, Any]:
    """Give the condition of a rule that an EspoCRM `where` states.

    `filter` is the list of its items, `names` says what their attributes are here, by default the
    same names in small letters with `_`. `time_zone` is that whose days the base has, where items
    tell one. What cannot be said raises `BadDocument` with the path of the item.

    Source: R47.
    """
    given = {
        "filter": filter,
        "names": names,
        "time_zone": time_zone,
    }
    return cast("dict[str, Any]", answer("rule_from_espo", policy=policy, **given))


def rule_to_espo(
    *,
    rule: Mapping[str, Any],
    id: str | None = None,  # noqa: A002  (as rules have it)
    names: Mapping[str, Any] | None = None,
    as_of: _Day | None = None,
    time_zone: str | None = None,
    policy: _GivenPolicy = None,
) -> list[dict[str, Any]]:
    """Give a rule as an EspoCRM `where`.

    `rule` is a condition, a rule, or a document of rules of which `id` names one. `as_of` is the
    day on which relative days are fixed; without it they stay relative. What cannot be said there
    raises `BadDocument` with the path of the leaf.

    Source: R47.
    """
    given = {
        "rule": rule,
        "id": id,
        "names": names,
        "as_of": as_of,
        "time_zone": time_zone,
    }
    return cast("list[dict[str, Any]]", answer("rule_to_espo", policy=policy, **given))


def rule_from_twenty(
    *,
    filter: Mapping[str, Any],  # noqa: A002  (as it is called there)
    names: Mapping[str, Any] | None = None,
    policy: _GivenPolicy = None,
) -> dict[str, Any]:
    """Give the condition of a rule that a filter of Twenty states.

    `names` says what its fields are here, by default the same names in small letters with `_`.

    Source: R47.
    """
    given = {
        "filter": filter,
        "names": names,
    }
    return cast("dict[str, Any]", answer("rule_from_twenty", policy=policy, **given))


def rule_to_twenty(
    *,
    rule: Mapping[str, Any],
    id: str | None = None,  # noqa: A002  (as rules have it)
    names: Mapping[str, Any] | None = None,
    as_of: _Day | None = None,
    policy: _GivenPolicy = None,
) -> dict[str, Any]:
    """Give a rule as a filter of Twenty.

    `rule`, `id` and `names` are as for `rule_to_espo`. `as_of` is the day on which relative days
    are fixed; without it they are an error.

    Source: R47.
    """
    given = {
        "rule": rule,
        "id": id,
        "names": names,
        "as_of": as_of,
    }
    return cast("dict[str, Any]", answer("rule_to_twenty", policy=policy, **given))
