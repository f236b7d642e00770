"""Formulas on plain values: named arguments in, figures out, exact as in every language.

>>> from clientela import formula
>>> formula.crr(at_start=100, at_end=110, new=20).retention
Figure(value=Decimal('90'), unit='percent', bound='exact', cause=None)
>>> formula.crr(at_start=0, at_end=5, new=5).retention.cause
'there were no clients at the start'

Amounts and percentages are given as `Decimal`, `int` or text, never as floats. Thresholds are
those of `policy`: a `Policy`, a mapping of what differs from the defaults, or none. Arguments
that contradict each other raise `BadArgument`. `clientela.formulas()` lists all formulas;
`answer` gives the answer of one by its name.
"""

from clientela.formula._figure import Figure, answer
from clientela.formula._metric import Retention, crr

__all__ = [
    "Figure",
    "Retention",
    "answer",
    "crr",
]
