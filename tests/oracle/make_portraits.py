"""Seeded portraits, and the generated vectors that have them."""

import datetime

import oracle
import portraits as reader

START = datetime.date(1996, 1, 1)
WORDS = ("Tver", "Riga", "tea", "чай", "  ", "", "band saws", "12 B", "Ecco", "Bata")
FLAGS = (True, False, "yes", "no", "unknown", None)


def value_of(dice, field, day, scale):
    """A value of a field's own type, now and then unknown."""
    kind = field["type"]
    if dice.chance(4):
        return dice.one_of([None, "unknown"])
    if field["name"] == "group":
        return dice.one_of(["North", "South", "Запад", " ", "alone"])
    if field["name"] == "competitor_sales":
        return oracle.money(dice.one_of([0, 0, dice.below(300), dice.below(90_000)]), scale)
    if field["name"] == "potential":
        return oracle.money(dice.below(120_000) - 4000, scale)
    if field["name"] == "attention_minutes":
        return dice.one_of([0, dice.below(90), dice.below(5000)])
    if kind == "text":
        return dice.one_of(WORDS)
    if kind == "integer":
        return dice.below(500)
    if kind == "decimal":
        return oracle.money(1 + dice.below(50_000), field["places"])
    if kind == "money":
        return oracle.money(dice.below(90_000), scale)
    if kind == "date":
        return day(4000)
    if kind == "yes_no":
        return dice.one_of(FLAGS)
    if kind == "choice":
        return dice.one_of(field["options"])
    if kind == "list":
        return [dice.one_of(field["options"] or WORDS) for _ in range(dice.below(3))]
    if kind == "rating":
        low, high = int(field["min"]), int(field["max"])
        return low + dice.below(high - low + 1)
    if kind == "person":
        return {"name": dice.one_of(WORDS)}
    return [{"on": day(1200), "text": dice.one_of(WORDS)} for _ in range(dice.below(3))]


def records(dice, day):
    """Some records of some kinds."""
    def some(per_cent, most, make):
        return [make() for _ in range(1 + dice.below(most))] if dice.chance(per_cent) else []

    def yes():
        return dice.chance(60)

    def company():
        if dice.chance(20):
            return ["alone"]
        return sorted({dice.one_of(reader.COMPANIONS[1:]) for _ in range(1 + dice.below(3))})

    def interaction():
        made = {"on": day(1000), "kind": dice.one_of(["call", "visit", "letter"])}
        return {**made, "minutes": dice.below(120)} if yes() else made

    def person():
        made = {"name": dice.one_of(["Anna", "Пётр", "Li"])}
        if dice.chance(30):
            made["birthday"] = "1961-04-12"
        if dice.chance(20):
            made["cuisine"] = ["Thai"]
        if dice.chance(20):
            made["hobbies"] = ["chess"]
        return made

    made = {
        "persons": some(30, 3, person),
        "preferences": some(15, 2, lambda: {"subject": "client", "what": "tea", "noted_on": day(1000)}),
        "pains": some(15, 2, lambda: {"what": "sharpening", "said_on": day(1000)}),
        "companions": some(30, 4, lambda: {"on": day(1000), "companions": company()}),
        "interactions": some(50, 4, interaction),
        "complaints": some(30, 4, lambda: {"on": day(1000), "about": dice.one_of(["price", "staff"])}),
        "recommendations": some(20, 2, lambda: {
            "on": day(1000), "to": "somebody", "relation": "friend", "contact_given": yes(),
            "recommended": yes(),
        }),
    }
    if dice.chance(30):
        days = sorted(day(1000) for _ in range(3))
        actions = dice.one_of([["mark"], ["mark", "commit"], ["mark", "commit", "remove"]])
        made["membership"] = [{"on": on, "action": what} for on, what in zip(days, actions)]
    return {name: rows for name, rows in made.items() if rows}


def portraits(dice, ids, share=80, filled=45, extra=4, scale=2):
    """Portraits of most clients, and of some without sales, in no order."""
    catalogue = reader.Catalogue()
    kinds = [None, *catalogue.kinds]

    def day(days):
        return (START + datetime.timedelta(days=dice.below(days))).isoformat()

    text = isinstance(ids[0], str)
    known = [one for one in ids if dice.chance(share)]
    known += [f"no sale {n}" if text else 90_000 + n for n in range(extra)]
    made = []
    for client in dice.shuffled(known):
        document = {"client": client}
        kind = dice.one_of(kinds)
        if kind:
            document["kind"] = kind
        if dice.chance(70):
            document["updated_on"] = day(1000)
        document["fields"], document["updated"] = {}, {}
        for field in catalogue.of_kind(kind):
            often = 85 if field["name"] in ("buys_elsewhere", "recommends_rivals") else filled
            if field["records"] is None and dice.chance(often):
                document["fields"][field["name"]] = value_of(dice, field, day, scale)
                if dice.chance(15):
                    document["updated"][field["name"]] = day(1000)
        made.append({**document, **records(dice, day)})
    return made


STANDARD = {
    "since": ("1997-12-31", "stage"), "criteria": ["amount", "purchases"],
    "matrix": [("kind", "stage"), ("potential_band", "key"), ("abc_xyz", "tier")],
}
SEASONS = [
    {"name": "winter", "from": "12-01", "to": "02-29"},
    {"name": "spring", "from": "03-01", "to": "05-31"},
    {"name": "autumn", "from": "09-15", "to": "11-20"},
]


def when(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


# name, about, day, what is given, policy, views
CASES = [
    ("portraits", "Everything at its default, with a return period.", "1998-06-30",
     {"sales": dict(seed=31, clients=60, extras=True, profit=True, brands=5, orders=True),
      "portraits": {}},
     {"activity": {"industry": "clothing"}, "behaviour": {"seasons": SEASONS}}, STANDARD),
    ("portraits_text", "Ids as texts, returns and cancellations, own limits everywhere.", "1998-05-17",
     {"sales": dict(seed=32, clients=60, text=True, orders=True, kinds=True, back=25, extras=True,
                    quantity=True, profit=True, brands=10),
      "portraits": {"filled": 70},
      "payments": dict(clients=60, text=True, orders=True, back=3),
      "orders": dict(clients=60, text=True, orders=True, kinds=True, quantity=True, back=15)},
     {"strategy": "working_capital",
      "stage": {"max_gap": {"days": 120}, "exclusive_percent": "60"},
      "relation": {"predictable": ["X", "Y", "Z"]},
      "key": {"window": {"days": 500}, "share_percent": "4", "strict": True,
              "potential_percent": "2", "innovator_percent": "20"},
      "care": {"window": {"days": 400}, "amount_percent": "70", "effort_percent": "60", "complaints": 1},
      "target": {"conditions": [
          when("buys_elsewhere", "equals", False), when("group", "in", ["North", "South"]),
          when("potential", "at_least", "150"), when("phone", "not_equals", "Tver"),
          when("satisfaction", "at_most", 4)], "match_percent": "60", "classes": ["AX", "AZ", "CZ"]},
      "behaviour": {"window": {"months": 18}, "min_purchases": 2, "brands": 2, "promo_percent": "30",
                    "seasons": SEASONS, "season_parts": 2, "season_min_purchases": 1,
                    "season_end_percent": "40", "companion_percent": "33.3"},
      "potential": {"window": {"days": 500}, "bands": ["12.5", "60", "110", "200"]}},
     {**STANDARD, "since": ("1997-12-31", "potential_band"),
      "criteria": ["payments", "payment_count", "units_ordered", "quantity", "profit", "amount"],
      "matrix": [("care", "target_match"), ("brand_only", "promo_buyer"),
                 ("season_start_buyer", "season_end_buyer")]}),
    ("portraits_history", "No windows; ABC by six criteria, the tier by units ordered.", "1998-06-30",
     {"sales": dict(seed=33, clients=50, quantity=True, profit=True, extras=True, few_prices=True, brands=0),
      "portraits": {"share": 95, "filled": 80},
      "payments": dict(clients=50), "orders": dict(clients=50, quantity=True)},
     {"stage": {"max_gap": {"months": 5}},
      "abc": {"criteria": [{"criterion": "amount", "weight": 5}, {"criterion": "payments", "weight": 3},
                           {"criterion": "units_ordered", "weight": 1},
                           {"criterion": "payment_count", "weight": 1},
                           {"criterion": "profit", "weight": 1000},
                           {"criterion": "quantity", "weight": 7}]},
      "tier": {"criterion": "units_ordered"},
      "key": {"window": None, "groups": False}, "care": {"window": None}, "potential": {"window": None},
      "target": {"conditions": [
          when("family_hobbies", "contains", "tea")],
          "match_percent": "50"}},
     {**STANDARD, "since": ("1998-01-31", "tier"), "criteria": ["units_ordered", "payments", "purchases"]}),
    ("expansion", "Market expansion: units lead; most facts are unknown.", "1997-12-31",
     {"sales": dict(seed=34, clients=50, quantity=True, extras=True, orders=True),
      "portraits": {"share": 40, "filled": 12}},
     {"strategy": "market_expansion", "stage": {"max_gap": {"days": 90}}, "abc": {"criterion": "amount"},
      "target": {"conditions": [when("innovator", "not_in", [True]), when("image_of_us", "at_least", 0)]},
      "key": {"innovator_percent": "100"}},
     {**STANDARD, "since": ("1996-12-31", "key"), "criteria": ["quantity", "amount"]}),
    ("dividends", "Dividends: profit leads; nobody has a portrait.", "1998-03-31",
     {"sales": dict(seed=35, clients=50, profit=True, extras=True, brands=30)},
     {"strategy": "dividends", "tier": {"method": "period_total"}, "stage": {"max_gap": {"months": 8}}},
     {**STANDARD, "criteria": ["profit", "amount"], "since": ("1997-12-31", "relation"),
      "matrix": [("stage", "promo_buyer")]}),
    ("explicit", "Criteria named, not left to a strategy; a portrait of nobody.", "1998-03-31",
     {"sales": dict(seed=36, clients=40, profit=True, quantity=True, extras=True),
      "portraits": {"share": 0, "extra": 0}, "payments": dict(clients=40)},
     {"abc": {"criterion": "payment_count"}, "tier": {"criterion": "payments"},
      "care": {"amount_percent": "100"}, "stage": {"max_gap": {"months": 8}}},
     {**STANDARD, "criteria": ["payments", "payment_count"], "matrix": [("stage", "base_member")]}),
]
