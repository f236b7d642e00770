"""What several test files share: sales as frames of every library."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import nanoarrow
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import clientela

Frame = Any


def as_batches(table: pa.Table) -> Frame:
    """Give a reader of many small batches, with an empty one among them."""
    whole = table.combine_chunks().to_batches()[0]
    batches = [whole.slice(0, 1), whole.slice(0, 0), whole.slice(1, 3), whole.slice(4)]
    return pa.RecordBatchReader.from_batches(table.schema, iter(batches))


LIBRARIES: dict[str, Callable[[pa.Table], Frame]] = {
    "pyarrow": lambda table: table,
    "pyarrow reader": as_batches,
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame.from_arrow,
    "pandas arrow types": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "duckdb": duckdb.from_arrow,
    "nanoarrow": nanoarrow.ArrayStream,
}


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Callable[[pa.Table], Frame]:
    """Give a way from a table of pyarrow to a frame of some library."""
    return LIBRARIES[request.param]


@pytest.fixture(scope="session")
def sales() -> pa.Table:
    """Give seven lines of three clients, with every column that a sale can have."""
    return pa.table(
        {
            "client": pa.array([7, 7, 9, 9, 9, 11, 7]),
            "date": pa.array([9000, 9031, 9010, 9040, 9041, 9100, 9120], pa.int32()).cast(
                pa.date32()
            ),
            "amount": pa.array(
                [Decimal(a) for a in ["12.50", "9.90", "40.00", "5.25", "-5.25", "0.00", "3.10"]],
                pa.decimal128(18, 2),
            ),
            "order": pa.array(["A1", "A2", "A3", "A4", "A4", None, "A6"]),
            "quantity": pa.array([1, 2, 1, 1, 1, None, 3]),
            "profit": pa.array(
                [Decimal("1.50"), Decimal("1.00"), None, Decimal("2.00"), None, None, None],
                pa.decimal128(18, 2),
            ),
            "category": pa.array(["shoes", "hats", "shoes", None, None, "gifts", "hats"]),
            "brand": pa.array(["Alba", None, "Alba", "Bora", "Bora", None, "Cielo"]),
            "promo": pa.array([True, False, None, True, True, None, False]),
            "manager": pa.array(["Eve", "Eve", "Dan", "Dan", "Dan", None, "Eve"]),
            "department": pa.array(["retail"] * 7),
        }
    )


OPTIONAL = {
    name: name
    for name in [
        "order", "quantity", "profit", "category", "brand", "promo", "manager", "department",
    ]
}  # fmt: skip
"""The optional columns of `sales`, by their own names."""


@pytest.fixture(scope="session")
def ledger(sales: pa.Table) -> clientela.Ledger:
    """Give the ledger of `sales`."""
    return clientela.Ledger(sales, currency="EUR", **OPTIONAL)
