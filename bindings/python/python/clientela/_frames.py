"""Tables as frames of other libraries, where their defaults would lose something."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clientela._native import Table


def to_pandas(table: "Table") -> Any:
    """Give a pandas frame whose amounts stay decimals and whose gaps make no floats."""
    import pandas as pd  # noqa: PLC0415  (only who asks for pandas needs it)
    import pyarrow as pa  # noqa: PLC0415

    def own(kind: Any) -> Any:
        if pa.types.is_decimal(kind) or pa.types.is_date(kind):
            return pd.ArrowDtype(kind)
        if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
            return pd.ArrowDtype(kind)
        # Texts, reals and categories have good types in pandas itself.
        return None

    return pa.table(table).to_pandas(types_mapper=own)
