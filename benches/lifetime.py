"""Lifetime models beside `lifetimes`, with ratios and a check of the answers.

    python benches/lifetime.py [--log FILE] [--rounds 3] [--clients 1000000] [--quick]
                               [--only WORD,...]

`cargo xtask bench lifetime [ARGS]` makes the environment with the peer and calls this. FILE is a
log of purchases with the columns of CDNOW_master.txt: client, day as YYYYMMDD, number of items,
amount. Without it a log of the same size is made up. The million clients are made up always.

Each contender is a process of its own that reads the columns before the clock runs; the two take
turns. Times are CPU seconds, user and system, the best of the rounds; a task that takes less than a
second is repeated until one is over, and its mean counts. The command fails if answers differ.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
DATA = FOLDER.parent / "target" / "bench" / "lifetime"
CENTS = 100
LOG_TASKS = ("summary", "split", "bg fit", "pareto fit")
MANY_TASKS = ("million expected", "million clv", "million bg fit")
TASKS = LOG_TASKS + MANY_TASKS


def day(text: str) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype(np.int64))


class Drawn:
    """Clients as BG/NBD and Gamma-Gamma have them, in days; the parameters are those of CDNOW."""

    def __init__(self, clients: int, births: int, days: int, seed: int) -> None:
        rng = np.random.default_rng([clients, seed])
        self.birth = np.sort(rng.integers(0, births, clients))
        self.mean = 6.25 * 15.44 / rng.gamma(3.74, 1.0, clients)
        rate = rng.gamma(0.25, 1.0, clients) / (4.8 * 7)
        leaves = rng.beta(0.72, 2.16, clients)
        who, when = [np.arange(clients)], [self.birth.astype(np.float64)]
        while len(who[-1]):
            gap = rng.exponential(1.0, len(who[-1])) / np.maximum(rate[who[-1]], 1e-12)
            time = when[-1] + gap
            # The first purchase does not end a client's life.
            lives = time < days if len(who) == 1 else (time < days) & self.stays
            who.append(who[-1][lives])
            when.append(time[lives])
            self.stays = rng.random(len(who[-1])) >= leaves[who[-1]]
        self.client = np.concatenate(who)
        self.day = np.concatenate(when).astype(np.int64)
        amount = rng.gamma(6.25, 1.0, len(self.client)) * self.mean[self.client] / 6.25
        self.cents = np.maximum(np.round(amount * CENTS), 1).astype(np.int64)


def write(folder: Path, name: str, values: np.ndarray, kind: type) -> None:
    """A column as plain bytes."""
    np.ascontiguousarray(values, dtype=kind).tofile(folder / name)


def write_log(folder: Path, file: Path | None) -> str:
    """The log of purchases, from a file or made up; gives its name."""
    first = day("1997-01-01")
    if file is None:
        drawn = Drawn(23_570, 84, 546, 1)
        client, days, cents = drawn.client, drawn.day + first, drawn.cents
    else:
        rows = [line.split() for line in file.read_text().splitlines()]
        rows = [row for row in rows if row and row[0].isdigit()]
        client = np.array([int(row[0]) for row in rows])
        days = np.array([day(f"{row[1][:4]}-{row[1][4:6]}-{row[1][6:]}") for row in rows])
        cents = np.array([round(float(row[3]) * CENTS) for row in rows])
    write(folder, "log_client.i64", client, np.int64)
    write(folder, "log_day.i32", days, np.int32)
    write(folder, "log_cents.i64", cents, np.int64)
    write(folder, "ends.i32", np.array([day("1997-09-30"), day("1998-06-30")]), np.int32)
    kind = "made up" if file is None else file.name
    return f"{len(client):,} purchases of {len(np.unique(client)):,} clients, {kind}"


def write_many(folder: Path, clients: int) -> str:
    """A summary of many clients, who came on any day of the first of two years."""
    days = 730
    drawn = Drawn(clients, 365, days, 2)
    # One purchase per client and day.
    key, place = np.unique(drawn.client * days + drawn.day, return_inverse=True)
    spent = np.bincount(place, drawn.cents) / CENTS
    client, when = key // days, key % days
    begins = np.flatnonzero(np.diff(client, prepend=-1))
    ends = np.append(begins[1:], len(client)) - 1
    x = ends - begins
    total = np.add.reduceat(spent, begins) - spent[begins]
    write(folder, "many_x.f64", x, np.float64)
    write(folder, "many_t_x.f64", (when[ends] - when[begins]) / 7, np.float64)
    write(folder, "many_age.f64", (days - when[begins]) / 7, np.float64)
    write(folder, "many_spend.f64", total / np.maximum(x, 1), np.float64)
    return f"{clients:,} clients with {x.sum():,} repeat purchases, made up"


def theirs(words: list[str]) -> dict[str, dict[str, float]]:
    """One round of the peer, on one core as it works."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(FOLDER / "peer_lifetimes.py"), str(DATA), *words]
    return reply(command, one)


def ours(words: list[str]) -> dict[str, dict[str, float]]:
    """One round of Clientela."""
    command = ["cargo", "bench", "--quiet", "--package", "clientela-bench", "--bench", "lifetime"]
    return reply([*command, "--", str(DATA), *(word.replace(" ", "-") for word in words)], {})


def reply(command: list[str], environment: dict[str, str]) -> dict[str, dict[str, float]]:
    """What a contender printed."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=FOLDER.parent,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def answers(task: str) -> tuple[np.ndarray, np.ndarray]:
    """What the peer and Clientela answered."""
    both = [np.fromfile(DATA / who / f"{task}.f64") for who in ("lifetimes", "clientela")]
    return both[0], both[1]


def relative(left: np.ndarray, right: np.ndarray) -> float:
    """The largest difference in relation to the size."""
    if left.shape != right.shape:
        return float("inf")
    return float(np.max(np.abs(left - right) / np.maximum(np.abs(right), 1e-9)))


def absolute(left: np.ndarray, right: np.ndarray) -> float:
    """The largest difference."""
    return float(np.max(np.abs(left - right))) if left.shape == right.shape else float("inf")


# How far answers may differ. The peer's searches stop early: Pareto/NBD by Nelder and Mead, so
# that its parameters have three to four digits. Its lifetime value discounts a month's purchases
# from the month's end, where Clientela discounts each from its own moment: half a month at 1 %.
CHECKS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], float], float]] = {
    "summary": (absolute, 1e-9),
    "split": (absolute, 1e-9),
    "bg fit": (relative, 1e-4),
    "pareto fit": (relative, 3e-3),
    "million expected": (relative, 1e-8),
    "million clv": (relative, 7e-3),
    "million bg fit": (relative, 1e-4),
}


def best(found: list[dict[str, dict[str, float]]], task: str, field: str) -> float:
    """Of the rounds: whatever else the machine does only adds to a time."""
    return min(one[task][field] for one in found if task in one)


def main() -> None:
    """The command."""
    reader = argparse.ArgumentParser(description="Lifetime models beside `lifetimes`.")
    reader.add_argument("--log", type=Path, help="purchases in the form of CDNOW_master.txt")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument(
        "--clients", type=int, default=1_000_000, help="of the tasks called million"
    )
    reader.add_argument("--only", default="", help="tasks whose name holds one of these words")
    reader.add_argument("--quick", action="store_true", help="one round, 20,000 clients")
    options = reader.parse_args()
    if options.quick:
        options.rounds, options.clients = 1, 20_000
    words = [word for word in options.only.split(",") if word]
    tasks = [task for task in TASKS if not words or any(word in task for word in words)]
    for folder in (DATA, DATA / "clientela", DATA / "lifetimes"):
        folder.mkdir(parents=True, exist_ok=True)
    print(f"log: {write_log(DATA, options.log)}")
    print(f"many: {write_many(DATA, options.clients)}")
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found: dict[str, list[dict[str, dict[str, float]]]] = {"ours": [], "theirs": []}
    for _ in range(options.rounds):
        found["ours"].append(ours(tasks))
        found["theirs"].append(theirs(tasks))
    print(f"load after: {os.getloadavg()[0]:.1f}\n")
    head = (
        f"{'task':<18} {'clientela cpu s':>16} {'lifetimes cpu s':>16} {'ratio':>8} {'differ':>9}"
    )
    print(head)
    print("-" * len(head))
    equal = True
    for task in tasks:
        own, peer = (best(found[who], task, "cpu") for who in ("ours", "theirs"))
        distance, allowed = CHECKS[task]
        far = distance(*answers(task))
        equal = equal and far <= allowed
        verdict = "" if far <= allowed else f"  DIFFERENT, allowed {allowed:.0e}"
        print(f"{task:<18} {own:>16.5f} {peer:>16.3f} {peer / own:>8.1f} {far:>9.0e}{verdict}")
    print("\nClientela, without a counterpart:")
    for task in sorted({task for one in found["ours"] for task in one} - set(tasks)):
        print(f"{task:<20} {best(found['ours'], task, 'cpu'):>14.5f} cpu s")
    results = DATA / "results.json"
    results.write_text(json.dumps(found, indent=1))
    print(f"\n{results}")
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
