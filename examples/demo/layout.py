"""Text for a terminal of 100 columns: tables, rules and bars, bold and faint on a terminal only."""

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100
COLOURS = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if COLOURS else text


def faint(text: str) -> str:
    return f"\033[2m{text}\033[0m" if COLOURS else text


def heading(title: str, note: str = "") -> None:
    """A title with a thin rule to the margin, and a note under it."""
    rule = "─" * (WIDTH - len(title) - 1)
    print(f"\n{bold(title)} {faint(rule)}")
    if note:
        paragraph(note)


def paragraph(text: str, indent: str = "", first: str | None = None, faded: bool = True) -> None:
    """Text wrapped to the width."""
    lines = textwrap.wrap(
        text.replace(" %", "\u00a0%"),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    for line in lines:
        line = line.replace("\u00a0", " ")
        print(faint(line) if faded else line)


def table(columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table: titles with least widths, a width below 0 aligns to the left.

    Columns grow with what stands in them; nothing is cut off.
    """
    cells = [[title for title, _ in columns], *(list(row) for row in rows)]
    widths = [
        max(abs(least), *(len(row[at]) for row in cells)) for at, (_, least) in enumerate(columns)
    ]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if least < 0 else cell.rjust(width)
            for cell, width, (_, least) in zip(row, widths, columns, strict=True)
        )
        return "  ".join(padded)

    head, *body = [line(row) for row in cells]
    return [faint(head), faint("─" * len(head)), *body]


def beside(left: Sequence[str], right: Sequence[str], gap: int = 4) -> None:
    """Two blocks of lines next to each other."""
    width = max(_seen(line) for line in left)
    for at in range(max(len(left), len(right))):
        one = left[at] if at < len(left) else ""
        other = right[at] if at < len(right) else ""
        print(f"{one}{' ' * (width - _seen(one) + gap)}{other}".rstrip())


def bar(share: float, width: int) -> str:
    """A bar for a share from 0 to 1, to an eighth of a letter."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + ("", *"▏▎▍▌▋▊▉")[eighths % 8]


def percent(share: float | None) -> str:
    """A share in per cent with one place, or a dash where there is none."""
    if share is None:
        return "–"
    return "100 %" if share == 1 else f"{share * 100:.1f} %"


def _seen(line: str) -> int:
    """Number of letters that are seen."""
    for code in ("\033[1m", "\033[2m", "\033[0m"):
        line = line.replace(code, "")
    return len(line)
