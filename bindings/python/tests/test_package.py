"""The package itself: what it exports, its stubs, its docstrings and its rules."""

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import clientela
from clientela import _native

HERE = Path(__file__).resolve().parent.parent


def test_everything_native_is_exported() -> None:
    names = {name for name in dir(_native) if not name.startswith("_")}
    modules = [clientela, clientela.formula, clientela.lifetime]
    assert names <= {name for module in modules for name in module.__all__}
    for module in modules:
        for name in names & set(module.__all__):
            assert getattr(module, name) is getattr(_native, name)
        assert sorted(module.__all__) == module.__all__
        assert all(hasattr(module, name) for name in module.__all__)


def test_everything_is_documented() -> None:
    for module in [clientela, clientela.formula, clientela.lifetime]:
        assert module.__doc__
        for name in module.__all__:
            thing = getattr(module, name)
            if not isinstance(thing, type):
                continue
            assert thing.__doc__, name
            # A dataclass without an own one would have its signature.
            assert not thing.__doc__.startswith(f"{name}("), name
            for member, value in vars(thing).items():
                if not member.startswith("_") and not isinstance(value, str | int):
                    assert value.__doc__, f"{name}.{member}"


def test_every_class_is_frozen() -> None:
    for source in (HERE / "src").glob("*.rs"):
        for attributes in re.findall(r"#\[pyclass\(([^)]*)\)\]", source.read_text()):
            assert "frozen" in attributes, f"{source.name}: {attributes}"


def test_the_lock_is_let_go_in_few_places() -> None:
    """Work that may raise goes through `enter`, which alone maps errors."""
    for source in (HERE / "src").glob("*.rs"):
        if source.name != "enter.rs":
            assert ".map_err(|error| raise(self" not in source.read_text()
    assert "unsafe {" not in "".join(
        source.read_text() for source in (HERE / "src").glob("*.rs") if source.name != "arrow.rs"
    )


@pytest.mark.parametrize(
    "module", [clientela, _native, clientela.errors, clientela.formula, clientela.lifetime]
)
def test_examples(module: Any) -> None:
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner()
    names = [module]
    if module in [clientela, clientela.formula, clientela.lifetime]:
        own = (getattr(module, name) for name in module.__all__)
        names += [thing for thing in own if callable(thing)]
    tried = 0
    for thing in names:
        for test in finder.find(thing, getattr(thing, "__name__", None), module=False):
            # What a module imports is not its own.
            if not test.name.endswith(".TypedDict"):
                tried += runner.run(test).attempted
    assert runner.summarize(verbose=False).failed == 0
    assert tried > 0 or module is not clientela


def test_the_package_needs_no_other() -> None:
    code = (
        "import sys, clientela; "
        "print([m for m in ('pandas', 'polars', 'pyarrow', 'duckdb', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    workspace = HERE.parent.parent / "Cargo.toml"
    version = re.search(r'^version = "(.+)"', workspace.read_text(), re.MULTILINE)
    assert version is not None
    assert clientela.__version__ == version[1]
