"""Rules as data: one condition after another, one client after another, three values.

A condition is True, False or None, which is unknown. What cannot be read is `Refused` with its
path; what can be read but cannot run is a problem of `check`.
"""

import datetime
import re
from fractions import Fraction

from basis import Refused, first_day, half_even, last_day, period, plus, read_day
from intake import KINDS as LINE_KINDS
from outreach import next_birthday
from policy import segment_boxes
from portraits import CHOICES, COMPANIONS, Catalogue
from segments import all_of, any_of, band_names
from views import NAMES

DAY = datetime.timedelta(days=1)
UNITS = ("day", "week", "month", "quarter", "year")

# --------------------------------------------------------------------------- what there is

COLUMN_KINDS = {
    "integer": (
        "purchases", "purchase_days", "recency_days", "tenure_days", "active_months",
        "recency_score", "frequency_score", "monetary_score", "vip_months", "brand_run",
        "knowledge_level", "attention_minutes",
    ),
    "money": (
        "amount", "returned", "mean_purchase", "target_gap", "actual", "potential", "headroom",
        "clv",
    ),
    "float": (
        "median_interval_days", "mean_interval_days", "variation", "sales_share", "group_share",
        "target_score", "brand_share", "promo_share", "realisation", "penetration",
        "completeness", "p_alive", "expected_purchases",
    ),
    "date": ("first_purchase", "last_purchase", "due_on", "lost_after", "expected_on"),
    "choice": (
        "rfm_segment", "abc_class", "xyz_class", "abc_xyz", "tier", "stage", "highest_stage",
        "activity", "activity_by_period", "activity_by_rhythm", "relation", "base_offer", "care",
        "target_match", "potential_band", "kind",
    ),
    "text": ("group", "main_brand", "companions", "missing", "stale"),
}
METRICS = {
    "amount": "money", "profit": "money", "quantity": "decimal", "purchases": "integer",
    "purchase_days": "integer", "returns": "integer", "returned_amount": "money",
    "mean_purchase": "money", "largest_purchase": "money", "months_with_purchase": "integer",
    "categories": "integer", "brands": "integer",
}

# Figures that are numbers of things: where something is unknown, they are known within limits.
COUNTED = (
    "purchases", "purchase_days", "returns", "months_with_purchase", "categories", "brands",
)

# Records: their members with the kinds of their values, the day that windows look at, and the
# day before which they are not there.
RECORDS = {
    "sales": ("day:date amount:money kind:choice order:text quantity:decimal profit:money "
              "category:text brand:text manager:text department:text promo:yes_no", "day", "day"),
    "persons": ("name:text latin_name:text role:text level:choice birthday:date cuisine:list "
                "hobbies:list phone:text email:text relation_score:integer known_since:date",
                None, "known_since"),
    "contacts": ("kind:choice value:text person:text preferred:yes_no do_not_contact:yes_no "
                 "checked_on:date", None, None),
    "preferences": ("subject:choice what:text noted_on:date", "noted_on", "noted_on"),
    "pains": ("what:text said:text said_on:date by:text", "said_on", "said_on"),
    "companions": ("on:date order:text how:text what:text companions:list", "on", "on"),
    "interactions": ("on:date kind:choice staff:text person:text minutes:integer about:text "
                     "next_step:text next_on:date", "on", "on"),
    "loyalty_components": ("component:text price:yes_no rating:integer on:date", "on", "on"),
    "complaints": ("on:date about:choice text:text resolved_on:date", "on", "on"),
    "recommendations": ("on:date to:text relation:choice contact_given:yes_no "
                        "recommended:yes_no", "on", "on"),
    "membership": ("on:date action:choice by:text reason:text", "on", "on"),
    "assignments": ("staff:text role:choice since:date until:date", None, "since"),
    "touches": ("on:date channel:choice content:choice campaign:text trigger:text staff:text "
                "reached:yes_no responded_on:date", "on", "on"),
    "promises": ("what:text due_on:date done_on:date consent:yes_no force_majeure:yes_no "
                 "reported:yes_no", "due_on", None),
    "extras": ("on:date what:text courtesy:yes_no announced:yes_no", "on", "on"),
    "broken_promises": ("on:date what:text", "on", "on"),
    "relation_scores": ("person:text on:date score:integer", "on", "on"),
    "departures": ("on:date reason:choice said:text", "on", "on"),
    "refusals": ("on:date product:text staff:text moment_of_sale:text", "on", "on"),
    "win_backs": ("opened_on:date staff:text", "opened_on", "opened_on"),
    "deals": ("id:text status:text on:date manager:text amount:money", "on", "on"),
    "deliveries": ("on:date product:text asked_on:date outcome:choice", "on", "on"),
}
DECLARED = (
    "persons", "contacts", "preferences", "pains", "companions", "interactions",
    "loyalty_components", "complaints", "recommendations", "membership",
)
# Members of records that are not known before their day has come.
LATER = ("resolved_on", "responded_on", "done_on", "asked_on", "checked_on")
# Members that are no where nothing is said.
NO_WHEN_ABSENT = ("preferred", "do_not_contact", "price", "contact_given", "recommended")

EQUAL = ("equals", "not_equals", "in", "not_in")
ORDER = ("greater_than", "greater_than_or_equals", "less_than", "less_than_or_equals", "between")
KNOWN = ("is_null", "is_not_null")
FLAG = ("is_true", "is_false")
TEXT = ("contains", "not_contains", "starts_with", "ends_with", "like", "not_like")
LIST = (
    "array_any_of", "array_all_of", "array_none_of", "array_is_empty", "array_is_not_empty",
)
DATE = (
    "on", "not_on", "before", "after", "in_window", "older_than", "within_next",
    "anniversary_within",
)
OPS = EQUAL + ORDER + KNOWN + FLAG + TEXT + LIST + DATE
NUMBERS = ("integer", "decimal", "money", "float")
SUITS = {
    **{kind: EQUAL + ORDER for kind in NUMBERS},
    "text": EQUAL + TEXT, "choice": EQUAL + TEXT, "date": EQUAL + ORDER + DATE,
    "yes_no": FLAG + EQUAL[:2], "list": LIST, "other": (),
}
ALONE = KNOWN + FLAG + ("array_is_empty", "array_is_not_empty")
LISTED = ("in", "not_in", "array_any_of", "array_all_of", "array_none_of")

# --------------------------------------------------------------------------- the form

SUBJECTS = ("attribute", "field", "metric", "count", "exists")
KINDS = ("all", "any", "not", "include", *SUBJECTS)
OPTIONS = ("window", "where", "op", "value", "unknown", "currency", "ignore_case")
FOREIGN = {
    **dict.fromkeys(("all", "any", "not", "include"), OPTIONS),
    **dict.fromkeys(("attribute", "field"), ("window", "where")),
    "exists": ("op", "value", "currency", "ignore_case"),
}
# What an object of time may be: of what sort it is, the members that it needs, and those that
# it may have beside them.
TIMES = (
    ("length", ("n", "unit"), ()), ("day", ("ago", "unit"), ()), ("day", ("ahead", "unit"), ()),
    ("day", ("start_of",), ("offset",)), ("day", ("end_of",), ("offset",)),
    ("window", ("last", "unit"), ()), ("window", ("next", "unit"), ()),
    ("window", ("current",), ()), ("window", ("previous",), ()), ("window", ("ever",), ()),
    ("window", ("from",), ("to",)), ("window", ("to",), ()),
)


def fault(path):
    return Refused("bad_document", document="rules", path=path)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def sort_of(value):
    """Of what sort an object of time is: a length, a day or a window; None is none of them."""
    if not isinstance(value, dict) or value.get("ever") is False:
        return None
    for sort, needed, more in TIMES:
        if set(needed) <= set(value) <= {*needed, *more}:
            return sort
    return None


def read(document):
    """Refuses what is not of the form."""
    if set(document) - {"version", "match", "rules"}:
        raise fault(min(set(document) - {"version", "match", "rules"}))
    if document.get("version") != 1:
        raise fault("version" if "version" in document else ".")
    if document.get("match", "all") not in ("all", "first"):
        raise fault("match")
    for number, rule in enumerate(document["rules"]):
        path = f"rules[{number}]"
        for key in rule:
            if key not in ("id", "version", "title", "reason", "priority", "hidden", "when"):
                raise fault(f"{path}.{key}")
        if "id" not in rule or "when" not in rule:
            raise fault(path)
        read_condition(rule["when"], f"{path}.when")
    return document


def read_condition(condition, path):
    if not isinstance(condition, dict):
        raise fault(path)
    for key, value in condition.items():
        if key not in KINDS + OPTIONS:
            raise fault(f"{path}.{key}")
        if key == "op" and value not in OPS:
            raise fault(f"{path}.op")
        if key == "metric" and value not in METRICS:
            raise fault(f"{path}.metric")
        if key == "unknown" and value not in ("yes", "no"):
            raise fault(f"{path}.unknown")
        if key == "value":
            read_operand(value, f"{path}.value")
        if key == "window" and sort_of(value) != "window":
            raise fault(f"{path}.window")
        if key in ("all", "any"):
            for number, inner in enumerate(value):
                read_condition(inner, f"{path}.{key}[{number}]")
        if key in ("not", "where"):
            read_condition(value, f"{path}.{key}")
    kinds = [kind for kind in KINDS if kind in condition]
    if len(kinds) != 1:
        raise fault(path)
    (kind,) = kinds
    if any(name in condition for name in FOREIGN.get(kind, ())):
        raise fault(path)
    if kind in SUBJECTS and kind != "exists" and "op" not in condition:
        raise fault(path)


def read_operand(value, path):
    if value is None or isinstance(value, float):
        raise fault(path)
    if is_whole(value) and not -(2**63) <= value < 2**63:
        raise fault(path)
    if isinstance(value, dict):
        for key in ("unit", "current", "previous", "start_of", "end_of"):
            if key in value and value[key] not in UNITS:
                raise fault(f"{path}.{key}")
        if sort_of(value) is None:
            raise fault(path)
    if isinstance(value, list):
        for number, one in enumerate(value):
            read_operand(one, f"{path}[{number}]")


# --------------------------------------------------------------------------- days


def units(number, unit):
    """So many of a unit as a span."""
    return {
        "day": {"days": number}, "week": {"days": 7 * number}, "month": {"months": number},
        "quarter": {"months": 3 * number}, "year": {"months": 12 * number},
    }[unit]


def around(day, unit, back=0):
    """The first and the last day of the period of a day, or of one so many before."""
    if unit == "day":
        return day - back * DAY, day - back * DAY
    number = period(day, unit) - back
    return first_day(number, unit), last_day(number, unit)


def day_of(value, as_of):
    """The day that is meant; ValueError where it is none."""
    if value == "as_of":
        return as_of
    if isinstance(value, str):
        return read_day(value)
    if sort_of(value) != "day":
        raise ValueError(value)
    if "ago" in value:
        return plus(as_of, units(-value["ago"], value["unit"]))
    if "ahead" in value:
        return plus(as_of, units(value["ahead"], value["unit"]))
    offset = value.get("offset")
    moved = plus(as_of, units(offset["n"], offset["unit"])) if offset else as_of
    if "start_of" in value:
        return around(moved, value["start_of"])[0]
    return around(moved, value["end_of"])[1]


def inside(window, as_of):
    """Whether a day is in a window."""
    if window is None or "ever" in window:
        return lambda day: True
    if "last" in window:
        span = units(window["last"], window["unit"])
        return lambda day: day <= as_of < plus(day, span)
    if "next" in window:
        end = plus(as_of, units(window["next"], window["unit"]))
        return lambda day: as_of <= day <= end
    if "current" in window:
        first = around(as_of, window["current"])[0]
        return lambda day: first <= day <= as_of
    if "previous" in window:
        first, last = around(as_of, window["previous"], 1)
        return lambda day: first <= day <= last
    first = day_of(window["from"], as_of) if "from" in window else None
    last = day_of(window["to"], as_of) if "to" in window else None
    return lambda day: (first is None or first <= day) and (last is None or day <= last)


# --------------------------------------------------------------------------- attributes


class Subject:
    """What a leaf compares: of which kind its values are, and its options where it has some."""

    def __init__(self, kind, options=(), is_open=True):
        self.kind, self.options, self.is_open = kind, options, is_open


def column_subject(snapshot, name):
    if name == "client":
        ids = [client.id for client in snapshot.clients]
        return Subject("integer" if ids and is_whole(ids[0]) else "text")
    for kind, names in COLUMN_KINDS.items():
        if name in names:
            options = column_options(snapshot, name) if kind == "choice" else ()
            return Subject(kind, options, not options)
    return Subject("yes_no")


def column_options(snapshot, name):
    if name == "rfm_segment":
        return tuple(dict.fromkeys(box[0] for box in segment_boxes(snapshot.policy)))
    if name == "potential_band":
        return tuple(band_names(snapshot.policy["potential"]["bands"]))
    if name == "kind":
        return tuple(snapshot.portraits.catalogue.kinds) if snapshot.portraits else ()
    if name == "base_offer":
        return ("add", "save", "edit")
    return NAMES[name]


def catalogue_of(snapshot):
    """The catalogue of the portraits, or the built-in one where there are none."""
    return Catalogue() if snapshot.portraits is None else snapshot.portraits.catalogue


def field_of(snapshot, name):
    """The portraits' field that an attribute names, or None."""
    if name in snapshot.rows[0]:
        return None
    return catalogue_of(snapshot).fields.get(name.removeprefix("portrait."))


def attribute(snapshot, name):
    """The subject that a name stands for, or None."""
    if name in snapshot.rows[0]:
        return column_subject(snapshot, name)
    field = field_of(snapshot, name)
    if field is None:
        return None
    if field["records"] is not None:
        return Subject("yes_no")
    kind = {"rating": "integer", "person": "other", "notes": "other"}.get(
        field["type"], field["type"]
    )
    options = tuple(field["options"])
    return Subject(kind, options, field["open"] or not options)


def member(records, name):
    """The kind of a member of a record, or None."""
    for pair in RECORDS[records][0].split():
        known, kind = pair.split(":")
        if known == name:
            if (records, name) == ("sales", "kind"):
                return Subject(kind, LINE_KINDS, False)
            if (records, name) == ("companions", "companions"):
                return Subject(kind, COMPANIONS, False)
            options = CHOICES.get(records, {}).get(name, ())
            return Subject(kind, options, not options)
    return None


class Person:
    """Everything that leaves ask of one client."""

    def __init__(self, snapshot, client, row):
        self.snapshot, self.client, self.row = snapshot, client, row
        self.as_of, self.scale = snapshot.as_of, snapshot.scale

    def attribute(self, name):
        """The value in its own terms: exact numbers, days, texts, flags, sets."""
        if name in self.row:
            value, kind = self.row[name], column_subject(self.snapshot, name).kind
            if value is None:
                return None
            if kind == "date":
                return read_day(value)
            if kind in NUMBERS and not isinstance(value, str):
                return Fraction(value)
            return Fraction(value) if kind == "money" else value
        field = field_of(self.snapshot, name)
        portrait = self.snapshot.facts[self.client.id].portrait
        if portrait is None:
            return None
        if field["records"] is not None:
            return portrait.filled(field, self.as_of)
        value = portrait.fields.get(field["name"])
        if not portrait.filled(field, self.as_of):
            return None
        if field["type"] in ("money", "decimal"):
            places = self.scale if field["type"] == "money" else field["places"]
            return Fraction(value, 10**places)
        if field["type"] == "list":
            return {entry for entry in value if entry.strip()}
        return value

    def records(self, name):
        """The records that are there on the day, members read; None is unknown."""
        members, _, since = RECORDS[name]
        if name == "sales":
            found = [self.line(line) for line in self.client.lines]
        elif name in DECLARED:
            portrait = self.snapshot.facts[self.client.id].portrait
            if portrait is None:
                return None
            if name == "membership":
                found = portrait.steps
            else:
                found = portrait.records[name]
        else:
            entries = getattr(self.snapshot.journal, name)
            if not entries:
                return None
            found = [one for one in entries if one["client"] == self.client.id]
        made = []
        for record in found:
            read_one = {}
            for pair in members.split():
                key, kind = pair.split(":")
                read_one[key] = self.member(record.get(key), key, kind)
            if since is None or read_one[since] is None or read_one[since] <= self.as_of:
                made.append(read_one)
        return made

    def line(self, line):
        minor = 10**self.scale
        profit = None if line.profit is None else Fraction(line.profit, minor)
        places = 10 ** self.snapshot.options["quantity_scale"]
        quantity = None if line.quantity is None else Fraction(line.quantity, places)
        return {
            "day": line.day, "amount": Fraction(line.amount, minor), "kind": line.kind,
            "order": line.order, "quantity": quantity, "profit": profit,
            "category": line.category, "brand": line.brand, "manager": line.manager,
            "department": line.department, "promo": line.promo,
        }

    def member(self, value, key, kind):
        if kind == "yes_no" and value is None and key in NO_WHEN_ABSENT:
            return False
        if value is None:
            return None
        if kind == "date":
            day = read_day(value) if isinstance(value, str) else value
            return None if key in LATER and day > self.as_of else day
        if kind == "text" and isinstance(value, str):
            return value if value.strip() else None
        if kind == "list":
            return {entry for entry in value if entry.strip()} or None
        if kind in ("money", "decimal", "integer"):
            return Fraction(value)
        return value

    def chosen(self, leaf, records):
        """(the records surely meant, those perhaps)."""
        sure, perhaps = [], []
        dated = RECORDS[records][1]
        window, condition = leaf.get("window"), leaf.get("where")
        for record in self.records(records):
            within = True
            if window is not None and "ever" not in window:
                day = record[dated]
                within = None if day is None else inside(window, self.as_of)(day)
            meant = True
            if condition is not None:
                meant = self.holds(condition, lambda one, at=record: self.of_record(one, at, records))
            both = all_of(within, meant)
            if both is True:
                sure.append(record)
            elif both is None:
                perhaps.append(record)
        return sure, perhaps

    def of_record(self, leaf, record, records):
        name = leaf["field"]
        subject = member(records, name)
        value = record[name]
        if (records, name) == ("sales", "order") and is_whole(value):
            subject, value = Subject("integer"), Fraction(value)
        return self.compared(leaf, subject, value)

    def holds(self, condition, leaf_holds, included=None):
        if "all" in condition:
            return all_of(*(self.holds(one, leaf_holds, included) for one in condition["all"]))
        if "any" in condition:
            return any_of(*(self.holds(one, leaf_holds, included) for one in condition["any"]))
        if "not" in condition:
            inner = self.holds(condition["not"], leaf_holds, included)
            return None if inner is None else not inner
        if "include" in condition:
            return self.holds(included[condition["include"]], leaf_holds, included)
        return leaf_holds(condition)

    # ----------------------------------------------------------------------- leaves

    def leaf(self, leaf):
        found = self.leaf_alone(leaf)
        return found if found is not None else {"yes": True, "no": False}.get(leaf.get("unknown"))

    def leaf_alone(self, leaf):
        if "attribute" in leaf:
            name = leaf["attribute"]
            return self.compared(
                leaf, attribute(self.snapshot, name), self.attribute(name), counted=True
            )
        if "metric" in leaf and leaf["metric"] in COUNTED:
            return self.within(leaf, self.metric(leaf, least=True), self.metric(leaf, least=False))
        if "metric" in leaf:
            kind = METRICS[leaf["metric"]]
            return self.compared(leaf, Subject(kind), self.metric(leaf), counted=True)
        if self.records(leaf.get("count") or leaf["exists"]) is None:
            known = leaf.get("op")
            return {"is_null": True, "is_not_null": False}.get(known)
        if "exists" in leaf:
            sure, perhaps = self.chosen(leaf, leaf["exists"])
            return True if sure else None if perhaps else False
        sure, perhaps = self.chosen(leaf, leaf["count"])
        return self.within(leaf, len(sure), len(sure) + len(perhaps))

    def within(self, leaf, least, most):
        """The outcome of a whole number that is known within limits alone."""
        if leaf["op"] in KNOWN and least < most:
            return leaf["op"] == "is_null"
        every = {
            self.compared(leaf, Subject("integer"), Fraction(number), counted=True)
            for number in range(least, most + 1)
        }
        return every.pop() if len(every) == 1 else None

    def metric(self, leaf, least=None):
        """A figure of the lines that are meant; None is unknown.

        Numbers of things are told as the least or the most that they can be, by the lines of
        which it is not known whether they are meant.
        """
        name, condition = leaf["metric"], leaf.get("where")
        within = inside(leaf.get("window"), self.as_of)

        def meant(line):
            if condition is None:
                return True
            record = self.line(line)
            told = self.holds(condition, lambda one: self.of_record(one, record, "sales"))
            return told if told is not None or least is None else not least

        lines = [(line, meant(line)) for line in self.client.lines if within(line.day)]
        baskets = [
            (day, [(line, meant(line)) for line in group])
            for day, group in self.client.baskets if within(day)
        ]
        everything = list(lines)
        if name in ("mean_purchase", "largest_purchase"):
            everything = everything if name == "mean_purchase" else []
            everything += [pair for _, group in baskets for pair in group]
        elif name == "returned_amount":
            everything = [pair for pair in lines if pair[0].kind != "sale"]
        if least is None and any(told is None for _, told in everything):
            return None
        lines = [line for line, told in lines if told]
        baskets = [(day, [line for line, told in group if told]) for day, group in baskets]
        baskets = [(day, group) for day, group in baskets if group]
        back = [line for line in lines if line.kind != "sale"]
        days = {day for day, _ in baskets}

        def minor(number):
            return None if number is None else Fraction(number, 10**self.scale)

        def total(what):
            values = [getattr(line, what) for line in lines]
            return None if None in values else sum(values)

        amount = sum(line.amount for line in lines)
        if name == "amount":
            return minor(amount)
        if name == "profit":
            return minor(total("profit"))
        if name == "quantity":
            units_sold = total("quantity")
            places = 10 ** self.snapshot.options["quantity_scale"]
            return None if units_sold is None else Fraction(units_sold, places)
        if name == "returned_amount":
            return minor(-sum(line.amount for line in back))
        if name == "mean_purchase":
            return minor(half_even(Fraction(amount, len(baskets)))) if baskets else None
        if name == "largest_purchase":
            sums = [sum(line.amount for line in group) for _, group in baskets]
            return minor(max(sums, default=None))
        if name in ("categories", "brands"):
            what = {"categories": "category", "brands": "brand"}[name]
            names = [getattr(line, what) for line in lines if line.kind == "sale"]
            known = len(set(names) - {None})
            # A line without a name is of one of those known, or of one of its own.
            return max(known, min(len(names), 1)) if least else known + names.count(None)
        return {
            "purchases": len(baskets), "purchase_days": len(days), "returns": len(back),
            "months_with_purchase": len({period(day, "month") for day in days}),
        }[name]

    def compared(self, leaf, subject, value, counted=False):
        """One comparison; what unknown counts as is told here within records only."""
        found = self.outcome(leaf, subject, value)
        if found is None and not counted:
            found = {"yes": True, "no": False}.get(leaf.get("unknown"))
        return found

    def outcome(self, leaf, subject, value):
        op, wanted, as_of = leaf["op"], leaf.get("value"), self.as_of
        if op == "is_null":
            return value is None
        if op == "is_not_null":
            return value is not None
        if op == "array_is_empty":
            return not value
        if op == "array_is_not_empty":
            return bool(value)
        if value is None:
            return None
        if op in FLAG:
            return value is (op == "is_true")
        if subject.kind == "list":
            hits = [one in value for one in wanted]
            return {
                "array_any_of": any(hits), "array_all_of": all(hits),
                "array_none_of": not any(hits),
            }[op]

        def same(one):
            return self.term(subject, one, leaf)

        if isinstance(value, str) and leaf.get("ignore_case"):
            value = value.lower()
        if op in ("equals", "on"):
            return value == same(wanted)
        if op in ("not_equals", "not_on"):
            return value != same(wanted)
        if op in ("in", "not_in"):
            return (value in [same(one) for one in wanted]) == (op == "in")
        if op == "between":
            low, high = (same(one) for one in wanted)
            return low <= value <= high
        if op in ("greater_than", "after"):
            return value > same(wanted)
        if op == "greater_than_or_equals":
            return value >= same(wanted)
        if op in ("less_than", "before"):
            return value < same(wanted)
        if op == "less_than_or_equals":
            return value <= same(wanted)
        if op == "in_window":
            return inside(wanted, as_of)(value)
        if op in ("older_than", "within_next", "anniversary_within"):
            span = units(wanted["n"], wanted["unit"])
            if op == "older_than":
                return plus(value, span) < as_of
            if op == "within_next":
                return as_of <= value <= plus(as_of, span)
            return next_birthday(value, as_of) <= plus(as_of, span)
        text = same(wanted)
        if op in ("contains", "not_contains"):
            return (text in value) == (op == "contains")
        if op == "starts_with":
            return value.startswith(text)
        if op == "ends_with":
            return value.endswith(text)
        return like(value, text) == (op == "like")

    def term(self, subject, wanted, leaf):
        """The value of a leaf in the terms of what it is compared with."""
        if subject.kind == "date":
            return day_of(wanted, self.as_of)
        if subject.kind == "float":
            # The real number nearest to the decimal, as the column's is nearest to its quotient.
            return Fraction(float(Fraction(wanted)))
        if subject.kind in NUMBERS:
            return Fraction(wanted)
        if isinstance(wanted, str) and leaf.get("ignore_case"):
            return wanted.lower()
        return wanted


def like(text, pattern):
    """Whether a text fits: the places of the pattern that each beginning of the text can reach."""
    signs, at = [], 0
    while at < len(pattern):
        if pattern[at] == "\\" and at + 1 < len(pattern):
            at += 1
            signs.append((pattern[at], False))
        else:
            signs.append((pattern[at], pattern[at] in "%_"))
        at += 1

    def through(places):
        """With what can be left out."""
        more = set(places)
        for place in range(len(signs)):
            if place in more and signs[place] == ("%", True):
                more.add(place + 1)
        return more

    places = through({0})
    for letter in text:
        after = set()
        for place in places & set(range(len(signs))):
            sign, special = signs[place]
            if special and sign == "%":
                after.add(place)
            elif special or sign == letter:
                after.add(place + 1)
        places = through(after)
    return len(signs) in places


# --------------------------------------------------------------------------- segments


def outcomes(snapshot, document):
    """The outcome of every rule, of every client, by id of the client and of the rule."""
    refuse_errors(snapshot, document)
    included = {rule["id"]: rule["when"] for rule in document["rules"]}
    found = {}
    for client, row in zip(snapshot.clients, snapshot.rows):
        person = Person(snapshot, client, row)
        found[client.id] = {
            name: person.holds(when, person.leaf, included) for name, when in included.items()
        }
    return found


def segments(snapshot, document):
    """A row per client: whether it is in each rule that is not hidden."""
    read(document)
    told = outcomes(snapshot, document)
    shown = [rule for rule in document["rules"] if not rule.get("hidden")]
    in_order = sorted(shown, key=lambda rule: -rule.get("priority", 0))
    rows = []
    for client in snapshot.clients:
        of_rules = told[client.id]
        row = {"client": client.id, **{rule["id"]: of_rules[rule["id"]] for rule in shown}}
        if document.get("match") == "first":
            satisfied = [rule["id"] for rule in in_order if of_rules[rule["id"]] is True]
            row["segment"] = satisfied[0] if satisfied else None
            for rule in in_order[in_order_place(in_order, row["segment"]) + 1:]:
                row[rule["id"]] = False
        rows.append(row)
    return rows


def in_order_place(rules, name):
    """The place of a rule; of none, after the last."""
    return next((i for i, rule in enumerate(rules) if rule["id"] == name), len(rules))


def trace(snapshot, document, client):
    """(outcome of every rule, outcome of every leaf by its path) of one client."""
    read(document)
    told = outcomes(snapshot, document)[client]
    (person,) = [
        Person(snapshot, one, row)
        for one, row in zip(snapshot.clients, snapshot.rows) if one.id == client
    ]
    leaves = {}
    for number, rule in enumerate(document["rules"]):
        for path, condition in nodes(rule["when"], f"rules[{number}].when"):
            if any(subject in condition for subject in SUBJECTS):
                leaves[path] = person.leaf(condition)
    return told, leaves


def every_node(snapshot, document):
    """The outcomes of every condition over the whole base, by its path."""
    included = {rule["id"]: rule["when"] for rule in document["rules"]}
    found = {}
    for client, row in zip(snapshot.clients, snapshot.rows):
        person = Person(snapshot, client, row)
        for number, rule in enumerate(document["rules"]):
            for path, condition in nodes(rule["when"], f"rules[{number}].when"):
                told = person.holds(condition, person.leaf, included)
                found.setdefault(path, set()).add(told)
    return found


def nodes(condition, path):
    """Every condition of a rule with its path; not what stands in a `where`."""
    yield path, condition
    for key in ("all", "any"):
        for number, inner in enumerate(condition.get(key, [])):
            yield from nodes(inner, f"{path}.{key}[{number}]")
    if "not" in condition:
        yield from nodes(condition["not"], f"{path}.not")


# --------------------------------------------------------------------------- problems


def refuse_errors(snapshot, document):
    found = errors(snapshot, document)
    if found:
        raise fault(found[0])


def errors(snapshot, document):
    """The paths of everything that keeps a document from running."""
    read(document)
    limits = snapshot.policy["rule"]
    rules = document["rules"]
    if len(rules) > limits["max_rules"]:
        return ["rules"]
    names = [rule["id"] for rule in rules]
    taken = {*snapshot.rows[0]} | ({"segment"} if document.get("match") == "first" else set())
    found = []
    for number, rule in enumerate(rules):
        name, path = rule["id"], f"rules[{number}]"
        if not re.fullmatch(r"[a-z0-9_]+", name) or name in taken or name in names[:number]:
            found.append(f"{path}.id")
        found += check_condition(snapshot, rule["when"], f"{path}.when", None, names)
    includes = {
        number: [
            (f"{path}.include", names.index(one["include"]))
            for path, one in nodes(rule["when"], f"rules[{number}].when")
            if one.get("include") in names
        ]
        for number, rule in enumerate(rules)
    }
    rounds = [number for number in includes if number in reached(includes, number)]
    told = set()
    for number in rounds:
        if number not in told:
            ways = [at for at, to in includes[number] if number in {to, *reached(includes, to)}]
            found.append(ways[0])
            told |= {other for other in reached(includes, number)
                     if number in reached(includes, other)}
    for number, rule in enumerate(rules):
        if not {number, *reached(includes, number)} & set(rounds):
            depth, leaves = measure(rules, rule["when"])
            found += [f"rules[{number}]"] * (depth > limits["max_depth"])
            found += [f"rules[{number}]"] * (leaves > limits["max_leaves"])
    return found


def reached(includes, start):
    """The rules that one includes, with those that these include."""
    found, waiting = set(), [start]
    while waiting:
        for _, to in includes[waiting.pop()]:
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found


def measure(rules, condition):
    """(depth, leaves), with those of included rules."""
    by_name = {rule["id"]: rule["when"] for rule in reversed(rules)}
    inner = condition.get("all", []) + condition.get("any", [])
    inner += [condition[key] for key in ("not", "where") if key in condition]
    inner += [by_name[condition["include"]]] if condition.get("include") in by_name else []
    sizes = [measure(rules, one) for one in inner]
    leaf = any(subject in condition for subject in SUBJECTS)
    return 1 + max((depth for depth, _ in sizes), default=0), leaf + sum(n for _, n in sizes)


def check_condition(snapshot, condition, path, records, names):
    """The paths of what is wrong; `records` are those of the `where` that it stands in."""
    for key in ("all", "any"):
        if condition.get(key) == []:
            yield f"{path}.{key}"
        for number, inner in enumerate(condition.get(key, [])):
            yield from check_condition(snapshot, inner, f"{path}.{key}[{number}]", records, names)
    if "not" in condition:
        yield from check_condition(snapshot, condition["not"], f"{path}.not", records, names)
    if "include" in condition and (records or condition["include"] not in names):
        yield f"{path}.include"
    for key in SUBJECTS:
        if key in condition:
            yield from check_leaf(snapshot, condition, key, path, records, names)


def check_leaf(snapshot, leaf, key, path, records, names):
    name = leaf[key]
    if (key == "field") != (records is not None):
        yield f"{path}.field" if key == "field" else path
        return
    if key == "attribute":
        subject = attribute(snapshot, name)
    elif key == "field":
        subject = member(records, name)
        orders = {type(line.order) for line in snapshot.lines}
        if (records, name) == ("sales", "order") and int in orders:
            subject = Subject("integer")
    elif key == "metric":
        subject = Subject(METRICS[name])
    else:
        subject = Subject("integer") if name in RECORDS else None
    if subject is None:
        yield f"{path}.{key}"
        return
    over = "sales" if key == "metric" else name
    if "window" in leaf:
        window = leaf["window"]
        if RECORDS[over][1] is None:
            yield f"{path}.window"
        ends = [day_of(window[at], snapshot.as_of) for at in ("from", "to") if at in window]
        if len(ends) == 2 and ends[0] > ends[1]:
            yield f"{path}.window"
    if "where" in leaf:
        yield from check_condition(snapshot, leaf["where"], f"{path}.where", over, names)
    if key != "exists":
        yield from check_comparison(snapshot, leaf, subject, path)


def check_comparison(snapshot, leaf, subject, path):
    op, value = leaf["op"], leaf.get("value")
    if op not in SUITS[subject.kind] + KNOWN:
        yield f"{path}.op"
        return
    if "currency" in leaf:
        if subject.kind != "money" or leaf["currency"] != snapshot.options["currency"]:
            yield f"{path}.currency"
    if leaf.get("ignore_case") and subject.kind not in ("text", "choice"):
        yield f"{path}.ignore_case"
    if (op in ALONE) != (value is None):
        yield path if value is None else f"{path}.value"
        return
    if op in ALONE:
        return
    if op in LISTED or op == "between":
        if not isinstance(value, list) or not value or (op == "between" and len(value) != 2):
            yield f"{path}.value"
            return
        if len(value) > snapshot.policy["rule"]["max_values"]:
            yield f"{path}.value"
            return
        wrong = [i for i, one in enumerate(value) if not fits(snapshot, subject, op, one)]
        yield from (f"{path}.value[{i}]" for i in wrong)
        if op == "between" and not wrong:
            term = day_of if subject.kind == "date" else lambda one, _: Fraction(one)
            low, high = (term(one, snapshot.as_of) for one in value)
            if low > high:
                yield f"{path}.value"
    elif not fits(snapshot, subject, op, value):
        yield f"{path}.value"


def fits(snapshot, subject, op, value):
    """Whether a value can be compared with what a subject has."""
    if op == "in_window":
        return sort_of(value) == "window"
    if op in ("older_than", "within_next", "anniversary_within"):
        return sort_of(value) == "length"
    if subject.kind == "yes_no":
        return isinstance(value, bool)
    if subject.kind == "date":
        try:
            day_of(value, snapshot.as_of)
        except (ValueError, TypeError):
            return False
        return True
    if subject.kind in NUMBERS:
        if isinstance(value, str):
            return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", value) is not None
        return is_whole(value)
    if not isinstance(value, str) or not value:
        return False
    return op in TEXT or subject.is_open or value in subject.options
