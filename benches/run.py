"""Clientela beside polars and DuckDB on one job, with ratios and a check of the answers.

    python benches/run.py [--rows 1m|10m|100m] [--ids int|text|uuid] [--rounds 5] [--threads 2]
                          [--quick] [--sections job,text,figures,growth,append] [--only WORD,...]
                          [--amounts cents,decimal] [--shuffled]

Each contender runs in a process of its own: it reads the sales into memory, warms up on a few of
them, and only then is timed doing the job that `job.py` states, or making the figures that
`figures.py` states. Contenders take turns, round by
round, so that noise of the machine falls on all alike. Times are medians over the rounds; `x` is
times Clientela's; `peak` is memory above the input; `others` is the share of the cores that other
processes took meanwhile. Results go to target/bench/results.json as well. The command fails if
answers differ.
"""

import argparse
import gc
import importlib
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import generate
import job

FOLDER = Path(__file__).resolve().parent
COLUMNS = {"int": "id", "text": "text", "uuid": "uuid"}
AMOUNTS = {"cents": "cents", "decimal": "amount", "float": "float"}
OWN = ("Clientela", "ours", "")
CONTENDERS = [
    OWN,
    ("polars sorted", "peer_polars", "sorted"),
    ("polars", "peer_polars", "plain"),
    ("DuckDB sorted", "peer_duckdb", "sorted"),
    ("DuckDB", "peer_duckdb", "plain"),
]
FIGURES = [
    (OWN[0], "figures", "clientela"),
    ("polars", "figures", "polars"),
    ("DuckDB", "figures", "duckdb"),
]
AGAIN = 3
WARM_UP = 10_000
NEW_SALES = 10_000
# Above this share of the cores taken by other processes, wall times say little.
BUSY = 0.15


# The child: one contender, one measurement.


def memory(field: str) -> float:
    """A figure of this process from the kernel, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1000
    return 0.0


def busy() -> float:
    """CPU seconds that the whole machine has worked."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """Wall time, CPU time, peak memory and the work of others between start and stop."""

    def __init__(self) -> None:
        gc.collect()
        try:
            Path("/proc/self/clear_refs").write_text("5")
            self.peaks = True
        except OSError:
            self.peaks = False
        self.busy, self.cpu, self.wall = busy(), time.process_time(), time.perf_counter()

    def stop(self, base: float) -> dict[str, float | None]:
        """The figures, memory above `base`."""
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        others = max(0.0, busy() - self.busy - cpu) / (wall * (os.cpu_count() or 1))
        peak = memory("VmHWM") - base if self.peaks else None
        return {"wall": wall, "cpu": cpu, "peak": peak, "others": min(others, 1.0)}


def child(spec: dict[str, object]) -> dict[str, object]:
    """Measures one contender: memory in its first run on the data, time in the best of three more.

    What a first run pays for memory that the machine was never asked for before differs from
    one minute to the next, and says more of the machine than of the program; it is shown too.
    """
    contender = importlib.import_module(spec["module"]).Contender(
        spec["program"], AMOUNTS[spec["amounts"]], spec["threads"]
    )
    file, ids = Path(spec["file"]), COLUMNS[spec["ids"]]
    contender.load(file, ids, WARM_UP)
    contender.run()
    contender.load(file, ids)
    if spec["task"] == "append":
        return append(contender, spec)
    gc.collect()
    base = memory("VmRSS")
    watch = Stopwatch()
    answers = contender.run()
    first = watch.stop(base)
    out: dict[str, object] = {}
    for _ in range(AGAIN):
        del answers
        watch = Stopwatch()
        answers = contender.run()
        found = watch.stop(base)
        if not out or found["wall"] < out["wall"]:
            out = found | {"phases": dict(getattr(contender, "phases", {}))}
    out |= {"input": base, "peak": first["peak"], "first": first["wall"]}
    if spec["digest"]:
        out["digest"] = importlib.import_module(spec["task"]).digest(contender.tables(answers))
    return out


def append(contender: object, spec: dict[str, object]) -> dict[str, object]:
    """The day's new sales into a ledger of all others, beside a ledger of everything."""
    frame = contender.frame
    old, new = frame.slice(0, len(frame) - NEW_SALES), frame.slice(len(frame) - NEW_SALES)
    ledger = contender.ledger(old)
    # Yesterday's snapshot, so that neither way is the first to touch the memory.
    contender.answers(ledger)
    digests = []
    out: dict[str, object] = {}
    for way in ("append", "anew"):
        watch = Stopwatch()
        longer = (
            ledger.append(new, threads=contender.threads)
            if way == "append"
            else contender.ledger(frame)
        )
        taken = watch.stop(0.0)
        answers = contender.answers(longer)
        whole = watch.stop(0.0)
        for field in ("wall", "cpu"):
            out |= {f"{way} ledger {field}": taken[field], f"{way} {field}": whole[field]}
        if spec["digest"]:
            digests.append(job.digest(contender.tables(answers)))
        del longer, answers
    return out | {"equal": all(digest == digests[0] for digest in digests)}


# The parent: turns, medians, tables.


def measure(spec: dict[str, object]) -> dict[str, object] | None:
    """One measurement in a process of its own."""
    threads = str(spec["threads"])
    environment = os.environ | {
        "POLARS_MAX_THREADS": threads,
        "RAYON_NUM_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "PYTHONPATH": str(FOLDER),
    }
    done = subprocess.run(
        [sys.executable, __file__, "--child", json.dumps(spec)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        print(f"{spec['name']} failed:\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def median(found: list[dict[str, object]], field: str) -> float | None:
    """The median of a field, `None` if it was not to be had."""
    values = [one[field] for one in found if one.get(field) is not None]
    return statistics.median(values) if values else None


def show(title: str, head: list[str], rows: list[list[str]]) -> None:
    """An aligned table, names to the left and figures to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    sys.stdout.flush()


def same(left: object, right: object) -> bool:
    """Equal; floats as far as the order of a sum can matter."""
    if isinstance(left, float) and isinstance(right, float):
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    return left == right


def contest(
    options: argparse.Namespace, ids: str, amounts: list[str], task: str = "job"
) -> dict[str, object]:
    """The job, or the figures, by all contenders."""
    file = generate.ensure(options.rows, options.shuffled)
    specs = [
        {
            "task": task,
            "name": name,
            "module": module,
            "program": program,
            "amounts": kind,
            "ids": ids,
            "file": str(file),
            "threads": options.threads,
        }
        for kind in amounts
        for name, module, program in options.contenders[task]
    ]
    found: list[list[dict[str, object]]] = [[] for _ in specs]
    for number in range(options.rounds):
        for spec, results in zip(specs, found, strict=True):
            result = measure(spec | {"digest": number == 0})
            if result is not None:
                results.append(result)
    medians = [
        {
            field: median(results, field)
            for field in ("first", "wall", "cpu", "peak", "input", "others")
        }
        for results in found
    ]
    base = {
        spec["amounts"]: one
        for spec, one in zip(specs, medians, strict=True)
        if spec["name"] == OWN[0] and one["wall"]
    }

    def figure(value: float | None, form: str) -> str:
        return "-" if value is None else format(value, form)

    rows = []
    for spec, one in zip(specs, medians, strict=True):
        own = base.get(spec["amounts"], {})
        ratios = [
            figure(one[field] / own[field] if own.get(field) and one[field] else None, ".1f")
            for field in ("wall", "cpu", "peak")
        ]
        rows.append(
            [
                spec["name"],
                spec["amounts"],
                figure(one["first"], ".3f"),
                figure(one["wall"], ".3f"),
                figure(one["cpu"], ".3f"),
                figure(one["peak"], ".0f"),
                figure(one["input"], ".0f"),
                *ratios,
                figure(one["others"], ".0%"),
            ]
        )
    show(
        f"{task.capitalize()}, {options.rows} sales{', shuffled' if options.shuffled else ''}, "
        f"{ids} ids, "
        f"{options.threads} threads, median of {options.rounds}",
        [
            "contender",
            "amounts",
            "first s",
            "wall s",
            "cpu s",
            "peak MB",
            "input MB",
            "wall x",
            "cpu x",
            "peak x",
            "others",
        ],
        rows,
    )
    if any((one["others"] or 0) > BUSY for one in medians):
        print("other work took much of the machine: compare cpu, not wall")
    own_runs = [
        run
        for spec, runs in zip(specs, found, strict=True)
        if spec["name"] == OWN[0]
        for run in runs
    ]
    if own_runs:
        parts = {
            part: statistics.median(run["phases"][part] for run in own_runs)
            for part in own_runs[0]["phases"]
        }
        print("Clientela: " + ", ".join(f"{part} {took:.3f} s" for part, took in parts.items()))
    equal = compare(specs, found)
    return {
        "rows": options.rows,
        "ids": ids,
        "shuffled": options.shuffled,
        "equal": equal,
        "runs": [spec | {"results": results} for spec, results in zip(specs, found, strict=True)],
    }


def compare(specs: list[dict[str, object]], found: list[list[dict[str, object]]]) -> bool:
    """Says whether all contenders gave the same answers."""
    first, equal, count = None, True, 0
    for spec, results in zip(specs, found, strict=True):
        if not results:
            equal = False
            continue
        digest, name = results[0]["digest"], f"{spec['name']}, {spec['amounts']}"
        count += 1
        if first is None:
            first = (digest, name)
            continue
        differing = [field for field in first[0] if not same(first[0][field], digest[field])]
        for field in differing:
            print(f"DIFFERENT {field}: {first[1]} {first[0][field]}, {name} {digest[field]}")
        equal = equal and not differing
    if first is not None:
        print("answers: " + importlib.import_module(specs[0]["task"]).told(first[0]))
    print(f"answers of {count} contenders: {'OK' if equal else 'DIFFERENT'}", flush=True)
    return equal


def growth(options: argparse.Namespace) -> dict[str, object]:
    """The job at rising sizes."""
    sizes = list(generate.SIZES)[: list(generate.SIZES).index(options.rows) + 1]
    found, rows = {}, []
    for size in sizes:
        spec = {
            "task": "job",
            "name": OWN[0],
            "module": OWN[1],
            "program": OWN[2],
            "amounts": "cents",
            "ids": "int",
            "file": str(generate.ensure(size)),
            "threads": options.threads,
            "digest": False,
        }
        results = [one for _ in range(options.rounds) if (one := measure(spec)) is not None]
        if not results:
            continue
        found[size] = results
        sales = generate.SIZES[size][0]
        wall, cpu, peak = (median(results, field) for field in ("wall", "cpu", "peak"))
        rows.append(
            [
                OWN[0],
                size,
                f"{wall:.3f}",
                f"{cpu:.3f}",
                f"{peak or 0:.0f}",
                f"{wall / sales * 1e9:.0f}",
                f"{cpu / sales * 1e9:.0f}",
                f"{(peak or 0) * 1e6 / sales:.0f}",
            ]
        )
    show(
        f"Growth, int ids, cents, median of {options.rounds}",
        [
            "contender",
            "sales",
            "wall s",
            "cpu s",
            "peak MB",
            "wall ns per sale",
            "cpu ns per sale",
            "bytes per sale",
        ],
        rows,
    )
    return found


def appending(options: argparse.Namespace) -> dict[str, object]:
    """New sales into an old ledger, beside a ledger of all."""
    spec = {
        "task": "append",
        "name": OWN[0],
        "module": OWN[1],
        "program": OWN[2],
        "amounts": "cents",
        "ids": "int",
        "file": str(generate.ensure(options.rows)),
        "threads": options.threads,
    }
    results = [
        one
        for number in range(options.rounds)
        if (one := measure(spec | {"digest": number == 0})) is not None
    ]
    if not results:
        return {"equal": False}
    names = {
        "anew": f"ledger of {options.rows}, snapshot, tables",
        "append": f"{NEW_SALES:,} more, snapshot, tables",
    }
    rows = []
    for way, name in names.items():
        fields = [f"{way} ledger wall", f"{way} ledger cpu", f"{way} wall", f"{way} cpu"]
        times = [median(results, field) for field in fields]
        ratio = median(results, "anew cpu") / median(results, f"{way} cpu")
        rows.append([name, "", *(f"{took:.3f}" for took in times), f"{ratio:.1f}"])
    show(
        f"Append, int ids, cents, median of {options.rounds}",
        ["what", "", "ledger wall s", "ledger cpu s", "wall s", "cpu s", "times faster, cpu"],
        rows,
    )
    print(f"answers after the append: {'OK' if results[0]['equal'] else 'DIFFERENT'}", flush=True)
    return {"equal": results[0]["equal"], "results": results}


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    versions = {}
    for name in ("clientela", "polars", "duckdb", "pyarrow"):
        if importlib.util.find_spec(name):
            versions[name] = importlib.import_module(name).__version__
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **versions,
    }


def main() -> None:
    """The command."""
    reader = argparse.ArgumentParser(description="Clientela beside its peers, ratios out.")
    reader.add_argument("--rows", choices=generate.SIZES, default="10m")
    reader.add_argument("--ids", choices=COLUMNS, default="int")
    reader.add_argument("--amounts", default="cents,decimal", help="of cents, decimal, float")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--threads", type=int, default=2)
    reader.add_argument("--sections", default="job,text,figures,growth,append")
    reader.add_argument("--only", default="", help="contenders whose name holds one of these words")
    reader.add_argument("--shuffled", action="store_true", help="rows in random order")
    reader.add_argument("--quick", action="store_true", help="1m rows, one round, the job only")
    reader.add_argument("--child", help=argparse.SUPPRESS)
    options = reader.parse_args()
    if options.child:
        print(json.dumps(child(json.loads(options.child))))
        return
    if options.quick:
        options.rows, options.rounds, options.sections = "1m", 1, "job"
    if options.rows == "100m" and options.ids != "int":
        reader.error("100m has int ids only")
    words = [word.lower() for word in options.only.split(",") if word]
    wanted = [not words or any(word in name.lower() for word in words) for name, *_ in CONTENDERS]
    contenders = [one for one, keep in zip(CONTENDERS, wanted, strict=True) if keep]
    figures = [one for one in FIGURES if one[0] in {name for name, *_ in contenders}]
    if importlib.util.find_spec("clientela") is None:
        contenders = [one for one in contenders if one != OWN]
        figures = [one for one in figures if one[0] != OWN[0]]
        print("the module `clientela` is not installed: peers only")
    options.contenders = {"job": contenders, "figures": figures}
    about, out = machine(), {}
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    out["machine"] = about
    sections = options.sections.split(",")
    equal = True
    if "job" in sections:
        out["job"] = contest(options, options.ids, options.amounts.split(","))
        equal = equal and out["job"]["equal"]
    if "text" in sections and options.rows != "100m" and options.ids == "int":
        for ids in ("text", "uuid"):
            out[ids] = contest(options, ids, ["cents"])
            equal = equal and out[ids]["equal"]
    if "figures" in sections and options.ids == "int":
        out["figures"] = contest(options, "int", ["cents"], "figures")
        equal = equal and out["figures"]["equal"]
    if OWN in contenders and "growth" in sections:
        out["growth"] = growth(options)
    if OWN in contenders and "append" in sections:
        out["append"] = appending(options)
        equal = equal and out["append"]["equal"]
    results = generate.FOLDER / "results.json"
    results.write_text(json.dumps(out, indent=1))
    print(f"\n{results}")
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
