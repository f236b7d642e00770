"""What of Python's values JSON lacks a form for."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import index
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """Give a decimal, a day or an id as text, a whole number of other libraries as an int."""
    if isinstance(value, Decimal | date | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__index__"):
        return index(value)
    message = f"{type(value).__name__} has no form in a document"
    raise TypeError(message)


def cells(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Give the cells of a table as its document has them."""

    def cell(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, date):
            return {"day": value.isoformat()}
        if isinstance(value, Decimal):
            return {"number": str(value)}
        return value

    return [[cell(value) for value in row] for row in rows]
