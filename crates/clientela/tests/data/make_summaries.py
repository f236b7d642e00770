"""Writes the summaries of CDNOW and of the donations that the tests of `lifetime` fit.

    python make_summaries.py CDNOW_master.txt CDNOW_sample.txt donations.csv

The first two are the files of Bruce Hardie's notes as the Python package `lifetimes` 0.11.3 ships
them; the calibration ends on 1997-09-30. Equal rows are written once, with their number.
"""

import collections
import datetime
import pathlib
import sys

END = datetime.date(1997, 9, 30)


def day(text):
    return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def clients(path, columns):
    """Per client: the days of purchases up to the end, and the cents of each."""
    days = collections.defaultdict(lambda: collections.defaultdict(int))
    for line in open(path):
        fields = line.split()
        if not fields or not fields[0].isdigit():
            continue
        client, date, amount = (fields[i] for i in columns)
        when = day(date)
        if when <= END:
            days[client][when] += round(float(amount) * 100)
    return days


def write(path, name, columns):
    """x, t_x and T in days, the cents of all repeat purchases together, clients."""
    rows = collections.Counter()
    for days in clients(path, columns).values():
        first, last = min(days), max(days)
        cents = sum(cents for when, cents in days.items() if when > first)
        rows[len(days) - 1, (last - first).days, (END - first).days, cents] += 1
    here = pathlib.Path(__file__).parent
    with open(here / name, "w") as out:
        out.write("x,t_x,T,cents,clients\n")
        for row, count in sorted(rows.items()):
            out.write(",".join(map(str, (*row, count))) + "\n")


master, sample, donations = sys.argv[1:]
write(master, "cdnow_full.csv", (0, 1, 3))
write(sample, "cdnow_sample.csv", (0, 2, 4))
text = pathlib.Path(donations).read_text()
(pathlib.Path(__file__).parent / "donations.csv").write_text(text)
