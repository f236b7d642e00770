"""The exceptions of Clientela, one per kind of error, with its details as attributes."""

from typing import Any, ClassVar

__all__ = [
    "BadArgument",
    "BadColumn",
    "BadDocument",
    "BadFormat",
    "BadPolicy",
    "BadRow",
    "ClientelaError",
    "Empty",
    "Mismatch",
    "Overflow",
    "UnknownClient",
]


def _again(kind: "type[ClientelaError]", message: str, details: dict[str, Any]) -> "ClientelaError":
    return kind(message, **details)


class ClientelaError(Exception):
    """The base of every exception of Clientela."""

    code: ClassVar[int] = 0
    """The error's stable number, the same in every language."""

    def __init__(self, message: str, **details: Any) -> None:
        """Keep the details as attributes."""
        super().__init__(message)
        self.__dict__.update(details)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the details too."""
        return _again, (type(self), str(self), dict(self.__dict__))


class BadRow(ClientelaError, ValueError):
    """A row of the sales that cannot be taken as it is."""

    code = 1
    row: int
    """Position of the row in the order given, from 0."""
    column: str
    """The column's name as the caller gave it."""
    value: str
    """The value as text; `null` where there is none."""
    problem: str
    """What is wrong with it."""
    remedy: str
    """What would be right."""


class BadColumn(ClientelaError, ValueError):
    """A column that is absent, doubled, of the wrong type or of the wrong length."""

    code = 2
    column: str
    """The column's name."""
    problem: str
    """What is wrong, and what would be right."""


class Empty(ClientelaError, ValueError):
    """There was nothing to read."""

    code = 3


class BadArgument(ClientelaError, ValueError):
    """An argument that is out of its range or contradicts another."""

    code = 4
    argument: str
    """The argument's name."""
    problem: str
    """What is wrong, and what would be right."""


class BadPolicy(ClientelaError, ValueError):
    """A policy that cannot be used."""

    code = 5
    path: str
    """Dotted path of the field, such as `abc.a_percent`."""
    problem: str
    """What is wrong, and what would be right."""


class Overflow(ClientelaError, ArithmeticError):
    """A sum that leaves the range of exact amounts."""

    code = 6


class Mismatch(ClientelaError, ValueError):
    """Two ledgers that cannot be joined."""

    code = 7
    what: str
    """What differs."""
    left: str
    """The value on the left."""
    right: str
    """The value on the right."""


class BadFormat(ClientelaError, ValueError):
    """Bytes or JSON that this version cannot read."""

    code = 8


class UnknownClient(ClientelaError, LookupError):
    """A client that the base does not have."""

    code = 9
    client: str
    """The id as text."""


class BadDocument(ClientelaError, ValueError):
    """A document or named arguments that cannot be used."""

    code = 10
    document: str
    """Which, such as `portrait`, `catalogue`, `journal`, `rules`, `mapping` or `arguments`."""
    path: str
    """Path of the part that is wrong, such as `[3].fields.floor_area_m2`."""
    problem: str
    """What is wrong, and what would be right."""
