"""What a firm has in its existing clients: exact, explained verdicts from the sales ledger.

Sales go into a `Ledger`, what is known of the clients besides into `Portraits`, what the firm does
and has into a `Journal`; as of a day and under a `Policy` they give a `Snapshot`, in which every
client has a verdict on several axes, each with its reasons, and the base its figures; answers with
rows are a `Table`. What clients will still buy and are worth is in `clientela.lifetime`; formulas
on plain values are in `clientela.formula`.

>>> import clientela, pyarrow
>>> sales = pyarrow.table({
...     "client": [7, 7, 9],
...     "date": ["1998-01-05", "1998-02-06", "1998-02-07"],
...     "amount": ["12.50", "9.90", "40.00"],
... })
>>> snapshot = clientela.Ledger(sales, currency="EUR").snapshot("1998-03-31")
>>> snapshot.summary()["clients"]
2
"""

from clientela import formula, lifetime
from clientela._native import (
    Account,
    Catalogue,
    Diff,
    Explanation,
    Journal,
    Ledger,
    Policy,
    Portraits,
    Questionnaire,
    Snapshot,
    Table,
    __version__,
    copy_additional,
    formulas,
    views,
)
from clientela.errors import (
    BadArgument,
    BadColumn,
    BadDocument,
    BadFormat,
    BadPolicy,
    BadRow,
    ClientelaError,
    Empty,
    Mismatch,
    Overflow,
    UnknownClient,
)

__all__ = [
    "Account",
    "BadArgument",
    "BadColumn",
    "BadDocument",
    "BadFormat",
    "BadPolicy",
    "BadRow",
    "Catalogue",
    "ClientelaError",
    "Diff",
    "Empty",
    "Explanation",
    "Journal",
    "Ledger",
    "Mismatch",
    "Overflow",
    "Policy",
    "Portraits",
    "Questionnaire",
    "Snapshot",
    "Table",
    "UnknownClient",
    "__version__",
    "copy_additional",
    "formula",
    "formulas",
    "lifetime",
    "views",
]
