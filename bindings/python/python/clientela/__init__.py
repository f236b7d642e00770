"""What a firm has in its existing clients: exact, explained verdicts from the sales ledger.

Sales go into a `Ledger`, what is known of the clients besides into `Portraits`, what the firm does
and has into a `Journal`; as of a day and under a `Policy` they give a `Snapshot`, in which every
client has a verdict on several axes, each with its reasons, and the base its figures; answers with
rows are a `Table`. Segments are `Rules`, documents that a CRM can store. Clients come in clean by
way of a `Grid`, a `Directory` and a bank `Statement`. What clients will still buy and are worth is
in `clientela.lifetime`; formulas on plain values are in `clientela.formula`.

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
    Clusters,
    Diff,
    Directory,
    Duplicates,
    Explanation,
    Grid,
    History,
    Journal,
    Ledger,
    Mapping,
    PairExplanation,
    Policy,
    Portraits,
    Questionnaire,
    Rules,
    Segments,
    Snapshot,
    Statement,
    Table,
    Trace,
    __version__,
    copy_additional,
    formulas,
    read_statement,
    read_table,
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
    "Clusters",
    "Diff",
    "Directory",
    "Duplicates",
    "Empty",
    "Explanation",
    "Grid",
    "History",
    "Journal",
    "Ledger",
    "Mapping",
    "Mismatch",
    "Overflow",
    "PairExplanation",
    "Policy",
    "Portraits",
    "Questionnaire",
    "Rules",
    "Segments",
    "Snapshot",
    "Statement",
    "Table",
    "Trace",
    "UnknownClient",
    "__version__",
    "copy_additional",
    "formula",
    "formulas",
    "lifetime",
    "read_statement",
    "read_table",
    "views",
]
