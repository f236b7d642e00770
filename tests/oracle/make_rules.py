"""Seeded documents of rules over seeded bases; what they compare with is near what is there."""

import datetime

import make_journals
import make_portraits
import oracle
import rules

UNITS = ("day", "week", "month", "quarter", "year")
LINES = {"day": "date", "amount": "money", "kind": "choice", "category": "text", "promo": "yes_no",
         "manager": "text", "quantity": "decimal", "profit": "money", "brand": "text"}
POLICIES = (
    {}, {"activity": {"lost_after": {"months": 6}}, "potential": {"window": None}},
    {"zero_amount": "ignore"},
)


class Writer:
    """Writes conditions about a snapshot."""

    def __init__(self, dice, snapshot):
        self.dice, self.snapshot = dice, snapshot
        self.people = [
            rules.Person(snapshot, client, row)
            for client, row in zip(snapshot.clients, snapshot.rows)
        ]
        self.names = [name for name in snapshot.rows[0] if name != "client"]
        fields = rules.catalogue_of(snapshot).fields
        self.names += [f"portrait.{name}" for name in fields]

    def number(self, value, kind):
        """A number at a value or near it, as text or as a whole number."""
        step = self.dice.one_of([0, 0, 0, 1, -1, 5])
        if kind == "integer":
            return int(value) + step
        if kind == "float":
            return f"{float(value) + step / 8:.6f}"
        number = value + step
        return int(number) if number.denominator == 1 and self.dice.chance(50) else f"{float(number):.2f}"

    def day(self, value):
        moved = value + datetime.timedelta(days=self.dice.one_of([0, 0, 0, 1, -1, 30]))
        return self.dice.one_of([
            moved.isoformat(), moved.isoformat(), "as_of",
            {"ago": self.dice.below(9), "unit": self.dice.one_of(UNITS)},
            {"start_of": self.dice.one_of(UNITS)},
            {"end_of": self.dice.one_of(UNITS),
             "offset": {"n": -self.dice.below(4), "unit": self.dice.one_of(UNITS)}},
        ])

    def window(self):
        unit = self.dice.one_of(UNITS)
        first = self.snapshot.as_of - datetime.timedelta(days=self.dice.below(700))
        length = datetime.timedelta(days=self.dice.below(300))
        last = min(first + length, self.snapshot.as_of)
        return self.dice.one_of([
            {"last": 1 + self.dice.below(9), "unit": unit},
            {"last": 1 + self.dice.below(9), "unit": unit},
            {"current": unit}, {"previous": unit}, {"ever": True}, {"from": first.isoformat()},
            {"from": first.isoformat(), "to": last.isoformat()},
            {"to": last.isoformat()},
        ])

    def compared(self, leaf, subject, values):
        """An operator and what it needs, near one of some values."""
        kind, dice = subject.kind, self.dice
        known = [value for value in values if value is not None]
        ops = list(rules.SUITS[kind]) + list(rules.KNOWN)
        op = dice.one_of(ops if known else [*rules.KNOWN])
        if kind == "float" and op in ("equals", "not_equals", "in", "not_in"):
            op = "greater_than"
        leaf["op"] = op
        if op in rules.ALONE:
            return leaf
        value = dice.one_of(known)

        def term():
            one = dice.one_of(known)
            if kind in rules.NUMBERS:
                return self.number(one, kind)
            if kind == "date":
                return self.day(one)
            if kind == "list":
                return dice.one_of(sorted(one))
            return one

        if op in rules.LISTED:
            leaf["value"] = [term() for _ in range(1 + dice.below(3))]
        elif op == "between" and kind == "date":
            days = sorted([dice.one_of(known), dice.one_of(known)])
            leaf["value"] = [day.isoformat() for day in days]
        elif op == "between":
            leaf["value"] = sorted([term(), term()], key=lambda one: oracle.Fraction(one))
        elif op == "in_window":
            leaf["value"] = self.window()
        elif op in ("older_than", "within_next", "anniversary_within"):
            leaf["value"] = {"n": dice.below(12), "unit": dice.one_of(UNITS)}
        elif op in ("like", "not_like"):
            cut = dice.below(len(value)) if value else 0
            leaf["value"] = dice.one_of([value[:cut] + "%", "%" + value[cut:], "_" + value[1:]]) or "%"
        elif op in rules.TEXT:
            cut = dice.below(len(value)) if value else 0
            leaf["value"] = value[cut:] or "a" if op == "ends_with" else value[:cut + 1] or "a"
        else:
            leaf["value"] = term()
        if kind == "text" and dice.chance(15):
            leaf["ignore_case"] = True
            if isinstance(leaf["value"], str):
                leaf["value"] = leaf["value"].upper().replace("SS", "ss")
        return leaf

    def where(self, records, depth=1):
        """A condition on a record, near those that there are."""
        dice = self.dice
        if depth and dice.chance(30):
            kind = dice.one_of(["all", "any", "not"])
            if kind == "not":
                return {"not": self.where(records, depth - 1)}
            return {kind: [self.where(records, depth - 1) for _ in range(2)]}
        names = list(LINES) if records == "sales" else [
            pair.split(":")[0] for pair in rules.RECORDS[records][0].split()
        ]
        name = dice.one_of(names)
        there = [
            record for person in self.people for record in person.records(records) or []
        ]
        subject = rules.member(records, name)
        return self.option(self.compared({"field": name}, subject, [one[name] for one in there]))

    def option(self, leaf):
        if self.dice.chance(12):
            leaf["unknown"] = self.dice.one_of(["yes", "no"])
        return leaf

    def leaf(self):
        dice = self.dice
        what = dice.below(10)
        if what < 5:
            name = dice.one_of(self.names)
            values = [person.attribute(name) for person in self.people]
            subject = rules.attribute(self.snapshot, name)
            return self.option(self.compared({"attribute": name}, subject, values))
        if what < 8:
            name = dice.one_of(list(rules.METRICS))
            leaf = {"metric": name}
            if dice.chance(70):
                leaf["window"] = self.window()
            if dice.chance(35):
                leaf["where"] = self.where("sales")
            least = True if name in rules.COUNTED else None
            values = [person.metric(leaf, least) for person in self.people]
            return self.option(self.compared(leaf, rules.Subject(rules.METRICS[name]), values))
        records = dice.one_of(["sales", *rules.RECORDS])
        leaf = {dice.one_of(["count", "exists"]): records}
        if rules.RECORDS[records][1] and dice.chance(50):
            leaf["window"] = self.window()
        if dice.chance(50):
            leaf["where"] = self.where(records)
        if "exists" in leaf:
            return self.option(leaf)
        values = [oracle.Fraction(number) for number in range(4)]
        return self.option(self.compared(leaf, rules.Subject("integer"), values))

    def condition(self, depth, names):
        dice = self.dice
        kind = dice.below(10)
        if depth == 0 or kind < 4:
            return self.leaf()
        if kind < 5 and names:
            return {"include": dice.one_of(names)}
        if kind < 6:
            return {"not": self.condition(depth - 1, names)}
        word = "all" if kind < 8 else "any"
        return {word: [self.condition(depth - 1, names) for _ in range(2 + dice.below(2))]}

    def document(self, count):
        made, names = [], []
        for number in range(count):
            rule = {"id": f"r{number}"}
            if self.dice.chance(20):
                rule["hidden"] = True
            if self.dice.chance(30):
                rule["priority"] = self.dice.below(7) - 3
            rule["when"] = self.condition(3, names)
            names.append(rule["id"])
            made.append(rule)
        made[0].pop("hidden", None)
        document = {"version": 1, "rules": made}
        if self.dice.chance(30):
            document["match"] = "first"
        return document


def vectors(make_sales, dice_of, count=60):
    """A document over a small base each."""
    for number in range(count):
        seed = 7000 + number
        dice = dice_of(seed)
        sales = make_sales(
            seed=seed, clients=7, days=900, text=number % 3 == 1, orders=number % 2 == 0,
            kinds=True, quantity=True, profit=True, extras=True, unknown=8, brands=15,
        )
        ids = sorted(set(sales["client"]), key=str)
        vector = {
            "name": f"generated_rules_{number}",
            "about": "A seeded document of rules over a seeded base, expected values from tests/oracle.",
            "source": "convention",
            "generated": True,
            "options": {"currency": "EUR"},
            "sales": sales,
        }
        if number % 4 != 3:
            vector["portraits"] = make_portraits.portraits(dice_of(seed + 1), ids, filled=30, extra=1)
        if number % 5 == 0:
            vector["journal"] = make_journals.journal(dice_of(seed + 2), ids, 900)
        vector["as_of"] = f"1998-{1 + number % 6:02}-{1 + number * 7 % 28:02}"
        vector["policy"] = POLICIES[number % len(POLICIES)]
        vector["expect"] = {}
        snapshot, _, _ = oracle.run(vector)
        document = Writer(dice, snapshot).document(6)
        rows = rules.segments(snapshot, document)
        columns = list(rows[0])
        vector["expect"]["segments"] = [
            {"rules": document, **oracle.table(rows, columns)}
        ]
        if number % 3 == 0:
            client = snapshot.clients[number % len(snapshot.clients)].id
            outcomes, leaves = rules.trace(snapshot, document, client)
            vector["expect"]["traces"] = [
                {"rules": document, "client": client, "outcomes": outcomes, "leaves": leaves}
            ]
        yield vector
