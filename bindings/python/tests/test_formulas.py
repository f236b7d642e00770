"""Formulas: that each has its function, and what crosses the border."""

import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import clientela
from clientela import formula

FORMULAS = {info["name"]: info for info in clientela.formulas()}
FUNCTIONS = {
    name: function
    for name, function in vars(formula).items()
    if inspect.isfunction(function) and not name.startswith("_") and name != "answer"
}


def test_every_formula_has_a_function() -> None:
    assert set(FUNCTIONS) == set(FORMULAS)
    assert set(formula.__all__) >= set(FUNCTIONS)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_function_has_the_arguments_of_its_formula(name: str) -> None:
    given = dict(inspect.signature(FUNCTIONS[name]).parameters)
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in given.values())
    assert given.pop("policy").default is None
    told = [(one["name"], one["required"]) for one in FORMULAS[name]["arguments"]]
    assert [(key, one.default is one.empty) for key, one in given.items()] == told


@pytest.mark.parametrize("name", FORMULAS)
def test_a_function_names_the_source_of_its_formula(name: str) -> None:
    assert f"Source: {FORMULAS[name]['source']}." in (FUNCTIONS[name].__doc__ or "")


def sample(arguments: list[Any], *, whole: bool) -> dict[str, Any]:
    """Give a good value for every argument, or for those that must be given."""

    def value(one: Any) -> Any:
        kinds = {
            "flag": True, "count": 1, "integer": 1, "number": 1.0, "decimal": "1", "client": 7,
            "day": date(2026, 1, 31), "text": "Ada", "choice": one.get("options", [None])[0],
            "record": sample(one.get("members", []), whole=whole), "document": {},
        }  # fmt: skip
        return [kinds[one["kind"]]] if one["list"] else kinds[one["kind"]]

    return {one["name"]: value(one) for one in arguments if whole or one["required"]}


def told(ask: Callable[[], Any]) -> Any:
    """Give an answer as plain values, or how it is refused."""
    try:
        answer = ask()
    except clientela.ClientelaError as refusal:
        return type(refusal), str(refusal)
    return plain(answer)


def plain(answer: Any) -> Any:
    """Give dataclasses as dicts, decimals as text; what is `None` may as well be absent."""
    if is_dataclass(answer):
        # No member is called `from` in Python.
        return plain(
            {field.name.rstrip("_"): getattr(answer, field.name) for field in fields(answer)}
        )
    if isinstance(answer, dict):
        return {name: plain(part) for name, part in answer.items() if part is not None}
    if isinstance(answer, list):
        return [plain(part) for part in answer]
    return str(answer) if isinstance(answer, Decimal) else answer


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", FORMULAS)
def test_a_function_answers_as_its_formula(name: str, *, whole: bool) -> None:
    """Answers and refusals alike, so the function's defaults are those of the formula."""
    given = sample(FORMULAS[name]["arguments"], whole=whole)
    wanted = told(lambda: formula.answer(name, **given))
    assert told(lambda: FUNCTIONS[name](**given)) == wanted


def test_figures_are_exact_or_have_a_cause() -> None:
    kept = formula.crr(at_start=3, at_end=2, new=0)
    assert kept.retention == formula.Figure(Decimal("66.666667"), "percent", "exact", None)
    assert kept.loss.value == Decimal("33.333333")
    assert pickle.loads(pickle.dumps(kept)) == kept
    none = formula.crr(at_start=0, at_end=0, new=0).retention
    assert none.value is None
    assert none.cause == "there were no clients at the start"
    with pytest.raises(FrozenInstanceError):
        none.value = Decimal(0)  # type: ignore[misc]


def test_by_name_the_same_comes_as_a_dict() -> None:
    given = {"at_start": 3, "at_end": 2, "new": 0}
    assert formula.answer("crr", **given) == vars(formula.crr(**given))


def test_what_is_refused_says_so() -> None:
    with pytest.raises(clientela.BadArgument) as contradiction:
        formula.crr(at_start=1, at_end=1, new=2)
    assert contradiction.value.argument == "new"
    with pytest.raises(clientela.BadDocument) as form:
        formula.crr(at_start=-1, at_end=1, new=0)
    assert (form.value.document, form.value.path) == ("arguments", "at_start")
    with pytest.raises(clientela.BadArgument, match=r"`colour` is none; these are .*crr"):
        formula.answer("colour")
    with pytest.raises(clientela.BadDocument, match="colour"):
        formula.answer("crr", colour=1)
    with pytest.raises(clientela.BadPolicy):
        formula.crr(at_start=1, at_end=1, new=0, policy={"colour": 1})
