"""Formulas: that each has its function, and what crosses the border."""

import inspect
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal

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
    about = " ".join((FUNCTIONS[name].__doc__ or "").split())
    assert all(source in about for source in FORMULAS[name]["source"].split(", "))


def test_figures_are_exact_or_have_a_cause() -> None:
    kept = formula.crr(at_start=3, at_end=2, new=0)
    assert kept.retention == formula.Figure(Decimal("66.666667"), "percent", "exact")
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
    with pytest.raises(clientela.BadArgument, match="`colour` is none; these are crr"):
        formula.answer("colour")
    with pytest.raises(clientela.BadDocument, match="colour"):
        formula.answer("crr", colour=1)
    with pytest.raises(clientela.BadPolicy):
        formula.crr(at_start=1, at_end=1, new=0, policy={"colour": 1})
