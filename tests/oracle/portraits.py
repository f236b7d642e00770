"""Catalogues of fields, portraits of clients, completeness, membership."""

import json
from fractions import Fraction
from pathlib import Path

from basis import Refused, plus, read_day

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT_IN = ROOT / "crates/clientela/src/portrait/catalogue.json"

TYPES = (
    "text", "integer", "decimal", "money", "date", "yes_no", "choice", "list", "rating", "person",
    "notes",
)
RECORDS = (
    "persons", "contacts", "preferences", "pains", "companions", "interactions",
    "loyalty_components", "complaints", "recommendations",
)
# The day of a record, where it has one.
DATED = {
    "persons": "known_since", "preferences": "noted_on", "pains": "said_on", "companions": "on",
    "interactions": "on", "loyalty_components": "on", "complaints": "on", "recommendations": "on",
}
COMPANIONS = ("alone", "spouse", "child", "friend", "colleague", "personal_assistant")
# Key of a record: the values it may have.
CHOICES = {
    "persons": {"level": ("top", "middle", "staff")},
    "contacts": {"kind": ("phone", "email", "address", "site", "social", "messenger", "other")},
    "preferences": {"subject": ("client", "spouse", "child", "parent", "other")},
    "interactions": {"kind": (
        "call", "letter", "email", "message", "meeting", "visit", "contract", "other",
    )},
    "complaints": {"about": (
        "product", "staff", "moment_of_sale", "price", "terms", "quality", "process", "other",
    )},
    "recommendations": {"relation": (
        "friend", "relative", "partner", "counterparty", "consumer_base", "other",
    )},
}
FIELD = {
    "about": "", "unit": None, "kinds": [], "required": False, "weight": 1, "stale_after": None,
    "options": [], "open": False, "min": None, "max": None, "places": 0, "basic": False,
    "records": None, "source": "",
}
GAPS_COLUMNS = (
    "field", "about", "required", "weight", "applicable", "filled", "missing", "stale",
    "filled_share",
)
COMPLETENESS_COLUMNS = (
    "client", "kind", "updated_on", "applicable", "filled", "completeness", "required",
    "required_filled", "missing", "missing_required", "stale", "undated", "sufficient",
)


class Wrong(Exception):
    """A value that does not fit, at a path within its document."""

    def __init__(self, path):
        super().__init__(path)
        self.path = path


# --------------------------------------------------------------------------- catalogue


class Catalogue:
    """Kinds and fields by name, in order; own ones replace built-in ones of the same name."""

    def __init__(self, own=None):
        own = own or {}
        self.kinds, self.fields = {}, {}
        built_in = json.loads(BUILT_IN.read_text(encoding="utf-8"))
        # Also where they are left out, own fields of their names must suit what reads them.
        self.built_in = {field["name"]: {**FIELD, **field} for field in built_in["fields"]}
        if own.get("built_in", True):
            self.kinds = {kind["name"]: kind for kind in built_in["kinds"]}
            self.fields = dict(self.built_in)
        for kind in own.get("kinds", []):
            self.kinds[kind["name"]] = kind
        for number, given in enumerate(own.get("fields", [])):
            self.add({**FIELD, **given}, f"fields[{number}]")

    def add(self, field, path):
        def need(holds, name):
            if not holds:
                raise Refused("bad_document", document="catalogue", path=f"{path}.{name}")

        known = self.built_in.get(field["name"])
        need(field["type"] in TYPES, "type")
        need(field["weight"] > 0 or not field["required"], "weight")
        need(known is None or known["type"] == field["type"], "type")
        need(all(kind in self.kinds for kind in field["kinds"]), "kinds")
        need(not field["options"] or field["type"] in ("choice", "list"), "options")
        need(field["type"] != "choice" or field["open"] or field["options"], "options")
        if known is not None and known["min"] is not None:
            need(field["min"] is not None and Fraction(field["min"]) >= Fraction(known["min"]), "min")
        if field["min"] is not None and field["max"] is not None:
            need(Fraction(field["min"]) <= Fraction(field["max"]), "min")
        self.fields[field["name"]] = field

    def of_kind(self, kind):
        """The fields that apply to a kind, or to a client without one."""
        return [
            field for field in self.fields.values() if not field["kinds"] or kind in field["kinds"]
        ]


# --------------------------------------------------------------------------- documents


def number_of(value, places, path):
    """A decimal in units of its last place; a text or a whole JSON number."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Wrong(path)
    try:
        number = Fraction(value) * 10**places
    except ValueError:
        raise Wrong(path) from None
    if number.denominator != 1 or (isinstance(value, str) and "/" in value):
        raise Wrong(path)
    return number.numerator


def day_of(value, path):
    try:
        return read_day(value)
    except (TypeError, ValueError):
        raise Wrong(path) from None


def value_of(field, value, scale, path):
    """The value of a field in its own terms; None is unknown."""
    if value is None or value == "unknown":
        return None
    kind = field["type"]

    def need(holds):
        if not holds:
            raise Wrong(path)

    def limits(number, places):
        low, high = field["min"], field["max"]
        need(low is None or number >= Fraction(low) * 10**places)
        need(high is None or number <= Fraction(high) * 10**places)
        return number

    whole = isinstance(value, int) and not isinstance(value, bool)
    need(field["records"] is None)
    if kind == "text":
        need(isinstance(value, str))
    elif kind == "choice":
        need(isinstance(value, str) and (field["open"] or value in field["options"]))
    elif kind == "list":
        need(isinstance(value, list) and all(isinstance(entry, str) for entry in value))
        need(field["open"] or not field["options"] or all(e in field["options"] for e in value))
    elif kind in ("integer", "rating"):
        need(whole)
        limits(value, 0)
    elif kind in ("decimal", "money"):
        places = scale if kind == "money" else field["places"]
        value = limits(number_of(value, places, path), places)
    elif kind == "date":
        value = day_of(value, path)
    elif kind == "yes_no":
        value = {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
        need(isinstance(value, bool))
    elif kind == "person":
        need(isinstance(value, dict) and isinstance(value.get("name"), str))
    elif kind == "notes":
        need(isinstance(value, list) and all(isinstance(note, dict) for note in value))
        value = [{**note, "on": day_of(note.get("on"), path)} for note in value]
    return value


class Portrait:
    """One document, checked."""

    def __init__(self, document, catalogue, scale):
        unknown = set(document) - {
            "client", "kind", "updated_on", "fields", "updated", "membership", *RECORDS,
        }
        if unknown:
            raise Wrong(f".{min(unknown)}")
        self.client, self.kind = document["client"], document.get("kind")
        if self.kind is not None and self.kind not in catalogue.kinds:
            raise Wrong(".kind")
        self.updated_on = None
        if document.get("updated_on") is not None:
            self.updated_on = day_of(document["updated_on"], ".updated_on")
        self.applicable = catalogue.of_kind(self.kind)
        names = {field["name"]: field for field in self.applicable}
        self.fields, self.updated, self.records = {}, {}, {}
        for name, value in document.get("fields", {}).items():
            if value in (None, "unknown") and name in catalogue.fields:
                continue
            if name not in names:
                raise Wrong(f".fields.{name}")
            self.fields[name] = value_of(names[name], value, scale, f".fields.{name}")
        for name, day in document.get("updated", {}).items():
            if name not in names:
                raise Wrong(f".updated.{name}")
            self.updated[name] = day_of(day, f".updated.{name}")
        for name in RECORDS:
            self.records[name] = [
                self.record(name, record, f".{name}[{number}]")
                for number, record in enumerate(document.get(name, []))
            ]
        self.steps = document.get("membership", [])
        self.events = []
        for number, event in enumerate(self.steps):
            path = f".membership[{number}]"
            if event.get("action") not in ("mark", "commit", "remove"):
                raise Wrong(f"{path}.action")
            self.events.append((day_of(event.get("on"), f"{path}.on"), number, event["action"]))
        self.events.sort()
        self.membership(None)

    def unite(self, other):
        """Takes over what another row says of the same client; two values are a contradiction."""
        both = self.fields.keys() & other.fields.keys()
        one_kind = self.kind is None or other.kind is None or self.kind == other.kind
        if not one_kind or any(self.fields[name] != other.fields[name] for name in both):
            raise Refused("bad_document", document="portrait")
        self.fields = {**other.fields, **self.fields}

    def record(self, name, record, path):
        record = dict(record)
        for key, allowed in CHOICES.get(name, {}).items():
            if record.get(key) is not None and record[key] not in allowed:
                raise Wrong(f"{path}.{key}")
        at = DATED.get(name)
        if at and record.get(at) is not None:
            record[at] = day_of(record[at], f"{path}.{at}")
        if name == "companions":
            with_whom = record.get("companions", [])
            alone = "alone" in with_whom and len(set(with_whom)) > 1
            if not with_whom or alone or any(one not in COMPANIONS for one in with_whom):
                raise Wrong(f"{path}.companions")
        return record

    def known(self, name, as_of):
        """The records that are known on a day."""
        at = DATED.get(name)
        return [
            record for record in self.records[name]
            if at is None or record.get(at) is None or record[at] <= as_of
        ]

    def membership(self, as_of):
        """not_member, marked or member on a day (R5); without a day after all events."""
        state, ever_marked = "not_member", False
        for day, number, action in self.events:
            if as_of is not None and day > as_of:
                break
            if action == "mark":
                state = "marked" if state == "not_member" else state
                ever_marked = True
            elif action == "remove":
                state = "not_member"
            elif not ever_marked:
                raise Wrong(f".membership[{number}]")
            elif state == "marked":
                state = "member"
        return state

    def filled(self, field, as_of):
        """Whether a field is filled, by its value or by the records it stands for."""
        if field["records"] is not None:
            name, _, part = field["records"].partition(".")
            return any(not part or record.get(part) for record in self.known(name, as_of))
        value = self.fields.get(field["name"])
        if value is None:
            return False
        if field["type"] in ("text", "choice"):
            return bool(value.strip())
        if field["type"] == "list":
            return any(entry.strip() for entry in value)
        if field["type"] == "person":
            return bool(value["name"].strip())
        if field["type"] == "notes":
            return any(note["on"] <= as_of and note.get("text", "").strip() for note in value)
        return True

    def age(self, field, as_of):
        """fresh, stale or undated of a field that is filled."""
        if field["stale_after"] is None:
            return "fresh"
        day = self.updated.get(field["name"], self.updated_on)
        if day is None:
            return "undated"
        return "stale" if plus(min(day, as_of), field["stale_after"]) < as_of else "fresh"

    def completeness(self, as_of):
        counted = [field for field in self.applicable if field["weight"] > 0]
        filled = [field for field in counted if self.filled(field, as_of)]
        missing = [field for field in counted if field not in filled]
        ages = {field["name"]: self.age(field, as_of) for field in filled}
        required = [field["name"] for field in counted if field["required"]]
        missing_required = [field["name"] for field in missing if field["required"]]
        weight = sum(field["weight"] for field in counted)
        filled_weight = sum(field["weight"] for field in filled)
        persons = self.known("persons", as_of)
        nuanced = any(
            person.get(part) for person in persons for part in ("cuisine", "hobbies", "birthday")
        )
        birth_date = any(
            field["name"] == "birth_date" and self.filled(field, as_of) for field in self.applicable
        )
        return {
            "applicable": len(counted),
            "filled": len(filled),
            "applicable_weight": weight,
            "filled_weight": filled_weight,
            "ratio": filled_weight / weight if weight else None,
            "required": len(required),
            "required_filled": len(required) - len(missing_required),
            "missing": [field["name"] for field in missing],
            "missing_required": missing_required,
            "stale": [name for name, age in ages.items() if age == "stale"],
            "undated": [name for name, age in ages.items() if age == "undated"],
            "sufficient": nuanced or any(not field["basic"] for field in filled) or any(
                self.known(name, as_of)
                for name in ("preferences", "pains", "companions", "interactions")
            ),
            "birth_date": birth_date or any(person.get("birthday") for person in persons),
        }

    def knowledge_level(self, bought, as_of):
        """0 nothing, 1 what it buys, 2 and a birth date, 3 and the nuances (R12, S0.13)."""
        found = self.completeness(as_of)
        nuances = (
            self.kind is not None and found["required"] > 0 and not found["missing_required"]
        )
        if not bought:
            return 0
        if not found["birth_date"]:
            return 1
        return 3 if nuances else 2


class Portraits:
    """All portraits by client."""

    def __init__(self, vector, scale):
        self.catalogue = Catalogue(vector.get("catalogue"))
        self.by_client = {}
        frame = vector.get("portrait_frame")
        documents = vector.get("portraits") if frame is None else rows_of(frame)
        for number, document in enumerate(documents):
            try:
                portrait = Portrait(document, self.catalogue, scale)
                earlier = self.by_client.get(portrait.client)
                if earlier is not None and frame is None:
                    raise Wrong(".client")
                if earlier is not None:
                    portrait.unite(earlier)
            except Wrong as wrong:
                if frame is not None:
                    column = wrong.path.rpartition(".")[2]
                    raise Refused("bad_row", row=number, column=column) from None
                raise Refused(
                    "bad_document", document="portrait", path=f"[{number}]{wrong.path}"
                ) from None
            self.by_client[portrait.client] = portrait

    def sorted(self):
        return [self.by_client[key] for key in sorted(self.by_client, key=sort_key)]

    def completeness_rows(self, as_of):
        rows = []
        for portrait in self.sorted():
            found = portrait.completeness(as_of)
            rows.append({
                "client": portrait.client,
                "kind": portrait.kind,
                "updated_on": portrait.updated_on and portrait.updated_on.isoformat(),
                "applicable": found["applicable"],
                "filled": found["filled"],
                "completeness": found["ratio"],
                "required": found["required"],
                "required_filled": found["required_filled"],
                "missing": ", ".join(found["missing"]),
                "missing_required": ", ".join(found["missing_required"]),
                "stale": ", ".join(found["stale"]),
                "undated": len(found["undated"]),
                "sufficient": found["sufficient"],
            })
        return rows

    def gaps_rows(self, as_of):
        rows = []
        for field in self.catalogue.fields.values():
            held = [one for one in self.by_client.values() if field in one.applicable]
            if not held:
                continue
            filled = [one for one in held if one.filled(field, as_of)]
            rows.append({
                "field": field["name"],
                "about": field["about"],
                "required": field["required"],
                "weight": field["weight"],
                "applicable": len(held),
                "filled": len(filled),
                "missing": len(held) - len(filled),
                "stale": sum(one.age(field, as_of) == "stale" for one in filled),
                "filled_share": len(filled) / len(held),
            })
        return rows


def rows_of(frame):
    """The documents that the columns of a frame stand for."""
    documents = []
    for row, client in enumerate(frame["client"]):
        document = {"client": client, "fields": {}}
        for name, column in frame.items():
            if column[row] is None:
                continue
            if name in ("kind", "updated_on"):
                document[name] = column[row]
            elif name != "client":
                document["fields"][name] = column[row]
        documents.append(document)
    return documents


def sort_key(identity):
    return identity if isinstance(identity, int) else identity.encode()
