"""Writes the generated conformance vectors: seeded sales, expected values from the oracle.

    python tests/oracle/make_vectors.py

The hand-derived vectors in the same folder are not touched.
"""

import datetime
import json
import random
from pathlib import Path

import make_journals
import make_portraits
import make_rules
import oracle

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
START = datetime.date(1996, 1, 1)


# --------------------------------------------------------------------------- writing


def text_of(vectors):
    """JSON that reads well and stays small: a column or a table row per line."""
    return "[\n" + ",\n".join(vector_text(vector) for vector in vectors) + "\n]\n"


def vector_text(vector):
    parts = [f"{compact(key)}: {part(key, value)}" for key, value in vector.items()]
    return "{" + ",\n ".join(parts) + "}"


def part(key, value):
    if key in ("sales", "payments", "orders", "portrait_frame", "expect"):
        shown = expected if key == "expect" else lambda _, column: compact(column)
        entries = [f"  {compact(name)}: {shown(name, entry)}" for name, entry in value.items()]
        return "{\n" + ",\n".join(entries) + "}"
    if key == "portraits":
        return lines_text(value, "  ")
    if key in ("catalogue", "journal"):
        entries = [
            f"  {compact(name)}: "
            + (lines_text(entry, "   ") if isinstance(entry, list) else compact(entry))
            for name, entry in value.items()
        ]
        return "{\n" + ",\n".join(entries) + "}"
    return compact(value)


def lines_text(entries, indent):
    if not entries:
        return "[]"
    return "[\n" + ",\n".join(indent + compact(entry) for entry in entries) + "]"


def expected(name, value):
    if isinstance(value, dict) and "rows" in value and "columns" in value:
        return rows_text(value)
    if name in ("cohorts", "matrix", "ranking", "views", "segments"):
        return "[" + ",\n   ".join(rows_text(entry) for entry in value) + "]"
    if name in ("explain", "overlap", "portrait", "rule_problems", "traces"):
        return lines_text(value, "   ")
    if name == "summary":
        entries = [f"   {compact(key)}: {compact(entry)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(entries) + "}"
    return compact(value)


def rows_text(value):
    head = {key: entry for key, entry in value.items() if key != "rows"}
    if not value.get("rows"):
        return compact(value)
    rows = ",\n    ".join(compact(row) for row in value["rows"])
    return compact(head)[:-1] + ', "rows": [\n    ' + rows + "]}"


def compact(value):
    return json.dumps(value, ensure_ascii=False)


# --------------------------------------------------------------------------- making


class Dice:
    """Whole numbers from the one generator that every Python keeps the same."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def below(self, n):
        return int(self.source.random() * n)

    def chance(self, per_cent):
        return self.below(100) < per_cent

    def one_of(self, options):
        return options[self.below(len(options))]

    def shuffled(self, items):
        keyed = [(self.source.random(), position) for position in range(len(items))]
        return [items[position] for _, position in sorted(keyed)]


def make_sales(seed, clients, days=900, text=False, few_prices=False, orders=False, kinds=False,
               quantity=False, profit=False, zero=3, back=6, scale=2, extras=False,
               unknown=0, brands=None):
    """Sales of clients with rhythms of their own, in no order."""
    dice = Dice(seed)
    prices = [dice.below(30 * 10**scale) + 1 for _ in range(6)]
    rows = []
    number = 1000
    for position in range(clients):
        name = f"client-{position * 7 % 100:02}-{position}" if text else position * 37 % 1009 - 200
        rhythm = dice.one_of([3, 9, 20, 31, 60, 120, 400])
        at = dice.below(days)
        lines = dice.one_of([1, 1, 2, 3, 6, 12, 25])
        known = []
        for _ in range(lines):
            if at >= days:
                break
            day = START + datetime.timedelta(days=at)
            amount = dice.one_of(prices) if few_prices else dice.below(200 * 10**scale) + 1
            if dice.chance(zero):
                amount = 0
            number += 1
            order = number if orders and dice.chance(60) else None
            for _ in range(1 + (dice.below(3) if order else 0)):
                rows.append([name, day, amount, order, "sale"])
                if order and dice.chance(20):
                    day += datetime.timedelta(days=dice.below(40))
            known.append((day, order, amount))
            if dice.chance(back):
                taken = dice.one_of(known)
                later = day + datetime.timedelta(days=dice.below(50))
                kind = "cancellation" if kinds and dice.chance(50) else "return"
                reference = dice.one_of([taken[1], taken[1], None, 77]) if orders else None
                rows.append([name, later, dice.below(taken[2] + 10), reference, kind])
            at += dice.below(2 * rhythm)
    rows = dice.shuffled(rows)
    sales = {"client": [row[0] for row in rows], "date": [row[1].isoformat() for row in rows]}
    if kinds:
        signs = [1 if row[4] == "sale" or dice.chance(50) else -1 for row in rows]
    else:
        signs = [1 if row[4] == "sale" else -1 for row in rows]
    sales["amount"] = [oracle.money(sign * row[2], scale) for sign, row in zip(signs, rows)]
    if orders:
        sales["order"] = [
            row[3] if row[3] is None or not text else f"N{row[3]}" for row in rows
        ]
    if quantity:
        sales["quantity"] = [None if dice.chance(unknown) else str(dice.below(12)) for _ in rows]
    if profit:
        sales["profit"] = [
            None if dice.chance(unknown) else oracle.money(
                dice.below(row[2] + 1) - (row[2] // 5 if row[4] == "sale" else 0), scale
            )
            for row in rows
        ]
    if extras:
        sales["category"] = [dice.one_of(["shoes", "hats", None, "ткани"]) for _ in rows]
        sales["promo"] = [dice.one_of([True, False, None]) for _ in rows]
        sales["manager"] = [dice.one_of(["Anna", "Boris", None]) for _ in rows]
        sales["department"] = [dice.one_of(["north", "south", None]) for _ in rows]
    if kinds:
        sales["kind"] = [row[4] for row in rows]
    if brands is not None:
        # Most clients are faithful to one brand, by their ids.
        sales["brand"] = [
            None if dice.chance(brands) else f"brand {(len(str(row[0])) + dice.below(15) // 14) % 3}"
            for row in rows
        ]
    return sales


def segment(name, r, f, m):
    return {"name": name, "recency": r, "frequency": f, "monetary": m}


THIRDS = [
    segment("best", [3, 3], [3, 3], [3, 3]),
    segment("fresh", [3, 3], [1, 2], [1, 3]),
    segment("fresh", [3, 3], [3, 3], [1, 2]),
    segment("rest", [1, 2], [1, 3], [1, 3]),
]

CASES = [
    ("default", "Default policy, whole numbers as ids, a return per sixteen sales.",
     dict(seed=1, clients=80), {}, "1998-06-30", {}, ["month", "year"]),
    ("orders", "Orders of several lines and days, returns and cancellations with and without them.",
     dict(seed=2, clients=70, text=True, orders=True, kinds=True, back=25, quantity=True, profit=True,
          extras=True, unknown=4), {"currency": "EUR"}, "1998-05-17", {}, ["month", "quarter"]),
    ("equal_prices", "Six prices only: ties everywhere, the tie shares the better group.",
     dict(seed=3, clients=90, few_prices=True, zero=0, back=0), {}, "1998-06-30",
     {"rfm": {"ties": "highest"}, "tier": {"ties": "exclude"}, "abc": {"boundary": "exclusive"},
      "xyz": {"deviation": "sample"}}, ["month"]),
    ("low_is_best", "Three groups, the lowest the best, a window of six months, own segments.",
     dict(seed=4, clients=60, orders=True, back=12), {}, "1998-03-31",
     {"rfm": {"groups": 3, "best": "low", "window": {"months": 6}, "frequency": "purchase_days",
              "monetary": "mean_purchase", "segments": THIRDS},
      "abc": {"window": {"months": 3}, "share_of": "clients"},
      "xyz": {"periods": None, "from": "window"}}, ["quarter"]),
    ("weeks", "Regularity by weeks, weeks without a sale left out, the running week counted.",
     dict(seed=5, clients=50, few_prices=True, days=300), {}, "1996-10-23",
     {"xyz": {"step": "week", "periods": 20, "zero_periods": "skip", "complete_only": False,
              "min_periods": 3, "x_percent": "33.3", "y_percent": "70"},
      "stage": {"max_gap": {"days": 45}, "systematic_purchases": 4},
      "activity": {"lost_after": {"days": 90}, "due_after": {"days": 30}}}, ["week"]),
    ("quarters", "Regularity by quarters from the base's first sale, furniture.",
     dict(seed=6, clients=60, quantity=True), {"currency": "RUB", "quantity_scale": 0}, "1998-08-31",
     {"xyz": {"step": "quarter", "periods": None, "criterion": "quantity"},
      "activity": {"industry": "furniture"}, "abc": {"criterion": "quantity"},
      "tier": {"criterion": "quantity"}}, ["quarter", "year"]),
    ("years", "Regularity by years with the running one, jewellery, method B by purchases.",
     dict(seed=7, clients=60, orders=True), {}, "1998-04-15",
     {"xyz": {"step": "year", "periods": 3, "criterion": "purchases", "complete_only": False},
      "abc": {"criterion": "purchases", "share_of": "clients", "boundary": "exclusive"},
      "tier": {"method": "period_total", "criterion": "purchases", "total_months": 3},
      "activity": {"industry": "jewellery"}}, ["year"]),
    ("profit", "Everything ranked by profit, some of it negative.",
     dict(seed=8, clients=70, profit=True, kinds=True, orders=True, back=15), {}, "1998-05-31",
     {"rfm": {"monetary": "profit", "frequency": "repeat_purchases", "groups": 10,
              "window": {"days": 400}},
      "abc": {"criterion": "profit", "a_percent": "70", "b_percent": "90.5"},
      "xyz": {"criterion": "profit", "x_percent": "50", "y_percent": "100"},
      "tier": {"criterion": "profit", "top_percent": "12.5", "good_percent": "33"}},
     ["month"]),
    ("gifts", "Purchases of amount zero do not count; clothing.",
     dict(seed=9, clients=60, zero=30, orders=True), {}, "1998-04-30",
     {"zero_amount": "ignore", "activity": {"industry": "clothing"}}, ["month"]),
    ("own_rhythm", "The mean interval, from one interval on, tighter limits.",
     dict(seed=10, clients=70), {}, "1998-01-20",
     {"activity": {"rhythm": {"center": "mean", "min_intervals": 1, "due_percent": "110",
                              "lost_percent": "200", "base_due_percent": "33.3",
                              "base_lost_percent": "75"}}}, ["month"]),
    ("own_cuts", "Own cut points in days, purchases and money.",
     dict(seed=11, clients=60), {}, "1998-06-15",
     {"rfm": {"groups": 4, "recency_cuts": [30, 90, 365], "frequency_cuts": [2, 4, 10],
              "monetary_cuts": ["50", "250.50", "1000"], "min_clients": 10}}, ["month"]),
    ("since_first", "Cohorts that count from each client's own first purchase.",
     dict(seed=12, clients=60, days=400), {}, "1997-02-28",
     {"cohort": {"periods": "since_first"}}, ["month", "quarter", "year"]),
    ("hidden", "Cohorts that hide what still runs; method B, no former VIPs, the running month in.",
     dict(seed=13, clients=60, days=500), {}, "1997-03-13",
     {"cohort": {"running": "hide"},
      "tier": {"method": "period_total", "former_months": 0, "complete_only": False,
               "total_months": 4, "months": 3}}, ["month", "quarter", "year"]),
    ("whole_units", "A currency without minor units, a restaurant, former VIPs over a year.",
     dict(seed=14, clients=60, scale=0, few_prices=True), {"currency": "JPY", "scale": 0},
     "1998-06-30",
     {"activity": {"industry": "restaurant", "lost_after": {"months": 2}},
      "tier": {"months": 12, "former_months": 24, "top_percent": "5"},
      "rfm": {"groups": 2, "min_clients": 100}}, ["month"]),
    ("large", "Many clients on few days, since first and hidden, five places.",
     dict(seed=15, clients=300, days=250, scale=5, orders=True, kinds=True, quantity=True),
     {"scale": 5, "quantity_scale": 2, "currency": "USD"}, "1996-08-31",
     {"cohort": {"periods": "since_first", "running": "hide"},
      "xyz": {"periods": 5, "deviation": "sample", "zero_periods": "skip"},
      "rfm": {"groups": 7, "window": {"days": 100}}}, ["week", "month"]),
    ("set_aside", "Sales past the latest day and negative sales are set aside and counted.",
     dict(seed=16, clients=60, back=20),
     {"on_bad": "set_aside", "negative": "refuse", "latest": "1998-01-31"}, "1997-12-31", {},
     ["month"]),
]


def whole_answer(vector, views):
    """Every table of a vector with portraits."""
    day, axis = views["since"]
    vector["expect"] = {"transitions": {"earlier": day}}
    snapshot, _, earlier = oracle.run(vector)
    expect = {"clients": snapshot.clients_table()}
    for name in ("ladder", "keys", "matches"):
        expect[name] = getattr(snapshot, f"{name}_table")()
    if snapshot.portraits is not None:
        expect["completeness"] = snapshot.completeness_table()
        expect["gaps"] = snapshot.gaps_table()
    expect["matrix"] = [
        {"rows_of": rows, "columns_of": columns, **snapshot.matrix_table(rows, columns)}
        for rows, columns in views["matrix"]
    ]
    expect["transitions"] = {
        "earlier": day, "axis": axis, **snapshot.transitions_table(earlier[day], axis)
    }
    expect["ranking"] = [
        {"criterion": name, **snapshot.ranking_table(name)} for name in views["criteria"]
    ]
    expect["overlap"] = [
        snapshot.overlap(left, right)
        for left, right in zip(views["criteria"], views["criteria"][1:])
    ]
    summary = snapshot.summary()
    beside = snapshot.summary_beside(lambda *_: [])
    expect["summary"] = {
        name: entry for name, entry in summary.items()
        if name in ("stages", "highest_stages", "tiers") or name in beside
    }
    return expect


def answer(vector, steps, months=True, report=False):
    """The oracle's whole answer as an `expect` object."""
    snapshot, taken, _ = oracle.run({**vector, "expect": {}})
    expect = {"clients": snapshot.clients_table(oracle.SALES_COLUMNS)}
    if steps:
        expect["cohorts"] = [{"by": step, **snapshot.cohorts_table(step)} for step in steps]
    if months:
        expect["months"] = snapshot.months_table()
    expect["summary"] = snapshot.summary()
    for name in snapshot.summary_beside(lambda *_: []):
        del expect["summary"][name]
    if report:
        expect["report"] = taken
    return expect


SPEND = {"model": "gamma_gamma", "p": 6.25, "q": 3.74, "gamma": 15.44}
# Name, model, policy of lifetime, zero_amount.
LIFETIME = [
    ("bg_weeks", {"model": "bg_nbd", "unit": "week", "r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
     {}, "count"),
    ("bg_days_back", {"model": "bg_nbd", "unit": "day", "r": 0.7, "alpha": 31.5, "a": 1.6, "b": 0.4},
     {"horizon": {"days": 90}, "discount_percent_per_year": "0", "returns": "ignore"}, "ignore"),
    ("mbg_months", {"model": "mbg_nbd", "unit": "month", "r": 0.525, "alpha": 1.42, "a": 0.891, "b": 1.614},
     {"horizon": {"months": 36}, "discount_percent_per_year": "15.5"}, "ignore"),
    ("mbg_weeks", {"model": "mbg_nbd", "unit": "week", "r": 1.5, "alpha": 9.0, "a": 2.5, "b": 3.5},
     {"horizon": {"days": 1}, "discount_percent_per_year": "100", "returns": "ignore"}, "count"),
    ("pareto_weeks", {"model": "pareto_nbd", "unit": "week", "r": 0.553, "alpha": 10.58, "s": 0.606,
                      "beta": 11.656}, {}, "count"),
    ("pareto_years", {"model": "pareto_nbd", "unit": "year", "r": 1.8, "alpha": 0.9, "s": 1.7, "beta": 0.3},
     {"horizon": {"months": 120}, "discount_percent_per_year": "4.25", "returns": "ignore"}, "ignore"),
    ("nbd_months", {"model": "nbd", "unit": "month", "r": 0.385, "alpha": 2.8},
     {"horizon": {"days": 1000}}, "count"),
]


def make_lifetime():
    """Vectors of models with given parameters."""
    for number, (name, model, rule, zero_amount) in enumerate(LIFETIME):
        vector = {
            "name": f"generated_lifetime_{name}",
            "about": "Orders, returns and cancellations, sales after the day, and a model with given "
                     "parameters. Seeded sales, expected values from tests/oracle.",
            "source": "convention",
            "generated": True,
            "sales": make_sales(300 + number, 14, orders=True, kinds=True),
            "lifetime": model,
            "spend": SPEND,
            "as_of": "1997-11-30",
            "policy": {"zero_amount": zero_amount, "lifetime": rule},
        }
        snapshot, _, _ = oracle.run({**vector, "expect": {}})
        columns = ("client", "p_alive", "expected_purchases", "clv")
        vector["expect"] = {"clients": snapshot.clients_table(columns)}
        yield vector


def generated():
    """(file name, list of vectors) of every generated file."""
    for name, about, sales, options, as_of, policy, steps in CASES:
        vector = {
            "name": f"generated_{name}",
            "about": f"{about} Seeded sales, expected values from tests/oracle.",
            "source": "convention",
            "generated": True,
            "options": options,
            "sales": make_sales(**sales),
            "as_of": as_of,
            "policy": policy,
        }
        vector["expect"] = answer(vector, steps, report="on_bad" in options)
        yield f"generated_{name}.json", [vector]
    for name, about, as_of, given, policy, views in make_portraits.CASES:
        given = dict(given)
        options = given.pop("options", {})
        sales = make_sales(**given["sales"])
        seed = given["sales"]["seed"]
        vector = {
            "name": f"generated_{name}",
            "about": f"{about} Seeded sales and portraits, expected values from tests/oracle.",
            "source": "convention",
            "generated": True,
            "options": options,
            "sales": sales,
        }
        for number, ledger in enumerate(("payments", "orders")):
            if ledger in given:
                vector[ledger] = make_sales(seed=seed + 100 + number, **given[ledger])
        if "portraits" in given:
            ids = sorted(set(sales["client"]), key=str)
            made = make_portraits.portraits(Dice(seed + 50), ids, **given["portraits"])
            vector["portraits"] = made
        vector["as_of"] = as_of
        vector["policy"] = policy
        vector["expect"] = whole_answer(vector, views)
        yield f"generated_{name}.json", [vector]
    yield "generated_lifetime.json", list(make_lifetime())
    for name, about, as_of, given, policy, quarter in make_journals.CASES:
        seed, days = given["seed"], 900
        sales = make_sales(**given, days=days)
        ids = sorted(set(sales["client"]), key=str)
        scale = given.get("scale", 2)
        made = make_portraits.portraits(Dice(seed + 50), ids, scale=scale)
        vector = {
            "name": f"generated_{name}",
            "about": f"{about} Seeded sales, portraits and journal, expected values from tests/oracle.",
            "source": "convention",
            "generated": True,
            "options": {"scale": scale},
            "sales": sales,
            "portraits": make_journals.reachable(Dice(seed + 60), made),
            "journal": make_journals.journal(Dice(seed + 70), ids, days, scale),
            "as_of": as_of,
            "policy": policy,
            "expect": {},
        }
        snapshot, _, _ = oracle.run(vector)
        vector["expect"] = {
            "views": [
                make_journals.view(snapshot, view, arguments)
                for view, arguments in make_journals.asked(quarter)
            ]
        }
        yield f"generated_{name}.json", [vector]
    yield "generated_rules.json", list(make_rules.vectors(make_sales, Dice))
    yield "generated_formulas.json", list(make_journals.formula_vectors(Dice(99)))
    vector = {
        "name": "cdnow_sample",
        "about": "2,357 people and their 6,919 purchases at CDNOW, see tests/data/README.md. "
                 "Expected values from tests/oracle.",
        "source": "convention",
        "generated": True,
        "options": {"currency": "USD"},
        "sales": {
            "file": "../data/cdnow_sample.csv",
            "client_type": "int",
            "columns": {"client": "client", "date": "date", "amount": "amount", "quantity": "cds"},
        },
        "as_of": "1998-06-30",
        "policy": {"activity": {"industry": "clothing"}},
    }
    vector["expect"] = answer(vector, ["month"], months=False, report=True)
    yield "cdnow_sample.json", [vector]


if __name__ == "__main__":
    for file_name, vectors in generated():
        text = text_of(vectors)
        (VECTORS / file_name).write_text(text, encoding="utf-8")
        print(f"{file_name}: {len(text):,} bytes, {len(vectors)} vectors")
