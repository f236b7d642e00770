"""The journal, and who of ours looks after whom."""

import copy
from fractions import Fraction

from basis import Refused, read_day
from intake import inside_window

# Lists: their keys; a star marks what must be there, @ a day.
LISTS = {
    "staff": "name* role* since@ until@",
    "assignments": "client* staff* role* since@ until@",
    "activities": "on*@ goal* kind* money minutes note",
    "touches": "client* on*@ channel* content* campaign trigger staff reached responded_on@",
    "tasks": "id* title* steps* clients* due_on@",
    "promises": "client* what* due_on*@ done_on@ consent force_majeure reported",
    "extras": "client* on*@ what* courtesy announced",
    "broken_promises": "client* on*@ what*",
    "relation_scores": "client* person* on*@ score*",
    "departures": "client* on*@ reason* said",
    "refusals": "client* on*@ product staff moment_of_sale",
    "win_backs": "client* opened_on*@ staff steps",
    "products": "name* category brand solves benefit goes_with launched_on@ collection",
    "promo_days": "name* brand from*@ to*@",
    "deals": "id* client* status* on*@ manager amount",
    "deliveries": "client* on*@ product asked_on@ outcome",
    "suppliers": "name* category measure* months* tiers* purchases",
}
FLAGS = (
    "consent", "force_majeure", "reported", "courtesy", "announced", "collection", "is_final",
)
BROADCAST = ("site", "social")
OFFERS = ("special_offer", "promotion", "new_prices", "new_product")
PRICE_KINDS = ("loyal_promo", "repeat_discount", "bonus")


def fault(path):
    return Refused("bad_document", document="journal", path=path)


class Journal:
    """The lists, every key there, days read; nothing else of it is checked but what is below."""

    def __init__(self, document):
        document = copy.deepcopy(document or {})
        self.deal_statuses = document.pop("deal_statuses", [])
        costs = document.pop("fixed_costs", None)
        self.fixed_costs = costs and Fraction(costs["per_month"])
        for name in document:
            if name not in LISTS:
                raise fault(name)
        for name, keys in LISTS.items():
            entries = [
                self.entry(f"{name}[{i}]", entry, keys)
                for i, entry in enumerate(document.get(name, []))
            ]
            setattr(self, name, entries)
        self.check()
        self.days()

    def entry(self, path, given, keys):
        made = {}
        for key in keys.split():
            name = key.rstrip("*@")
            if name not in given and "*" in key:
                raise fault(path)
            made[name] = given.get(name, False if name in FLAGS else None)
            if "@" in key and made[name] is not None:
                try:
                    made[name] = read_day(made[name])
                except ValueError:
                    raise fault(f"{path}.{name}") from None
        for name in given:
            if name not in made:
                raise fault(f"{path}.{name}")
        return made

    def check(self):
        def ordered(name, first, last):
            for i, one in enumerate(getattr(self, name)):
                if one[first] and one[last] and one[last] < one[first]:
                    raise fault(f"{name}[{i}].{last}")

        for name in ("staff", "assignments"):
            ordered(name, "since", "until")
        ordered("touches", "on", "responded_on")
        ordered("deliveries", "on", "asked_on")
        ordered("promo_days", "from", "to")
        ids = set()
        for i, task in enumerate(self.tasks):
            if task["id"] in ids:
                raise fault(f"tasks[{i}].id")
            ids.add(task["id"])
            if not task["steps"] or len(set(task["steps"])) < len(task["steps"]):
                raise fault(f"tasks[{i}].steps")
            seen = set()
            for j, one in enumerate(task["clients"]):
                if one["client"] in seen:
                    raise fault(f"tasks[{i}].clients[{j}]")
                seen.add(one["client"])
                if any(done["step"] not in task["steps"] for done in one.get("done", [])):
                    raise fault(f"tasks[{i}].clients[{j}].done")
        for i, one in enumerate(self.win_backs):
            last = one["opened_on"]
            for j, step in enumerate(one["steps"] or []):
                if read_day(step["on"]) < last:
                    raise fault(f"win_backs[{i}].steps[{j}].on")
                last = read_day(step["on"])
        for i, one in enumerate(self.suppliers):
            if one["months"] == 0:
                raise fault(f"suppliers[{i}].months")
            froms = [Fraction(tier["from"]) for tier in one["tiers"]]
            if froms != sorted(set(froms)):
                raise fault(f"suppliers[{i}].tiers")
            for j, tier in enumerate(one["tiers"]):
                if not 0 <= Fraction(tier["discount_percent"]) <= 100:
                    raise fault(f"suppliers[{i}].tiers[{j}].discount_percent")
        names = [status["name"] for status in self.deal_statuses]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise fault(f"deal_statuses[{i}].name")
        ids = set()
        for i, deal in enumerate(self.deals):
            if deal["id"] in ids:
                raise fault(f"deals[{i}].id")
            ids.add(deal["id"])
            if deal["status"] not in names:
                raise fault(f"deals[{i}].status")

    def days(self):
        """Reads the days and fills the lists of what stands deeper."""
        for one in self.win_backs:
            one["steps"] = [{**step, "on": read_day(step["on"])} for step in one["steps"] or []]
        for task in self.tasks:
            task["clients"] = [
                {
                    "client": one["client"], "manager": one.get("manager"),
                    "done": [{**done, "on": read_day(done["on"])} for done in one.get("done", [])],
                }
                for one in task["clients"]
            ]
        for product in self.products:
            product["solves"] = product["solves"] or []
            product["goes_with"] = product["goes_with"] or []

    def goes_with(self, lines, scale):
        """Amounts exact at the scale, ids of the kind of the sales' (a text is none of numbers)."""
        def amount(path, text):
            if text is None:
                return
            value = Fraction(text)
            if value < 0 or (value * 10**scale).denominator != 1:
                raise fault(path)

        for name, key in (("activities", "money"), ("deals", "amount"), ("suppliers", "purchases")):
            for i, one in enumerate(getattr(self, name)):
                amount(f"{name}[{i}].{key}", one[key])
        amount("fixed_costs.per_month", self.fixed_costs)
        kinds = {type(line.client) for line in lines}
        for path, client in self.named():
            if kinds and type(client) not in kinds:
                raise fault(path)

    def named(self):
        """Every client that is named, with the path."""
        for name in ("assignments", "touches", "promises", "extras", "broken_promises",
                     "relation_scores", "departures", "refusals", "win_backs", "deals",
                     "deliveries"):
            for i, one in enumerate(getattr(self, name)):
                yield f"{name}[{i}].client", one["client"]
        for i, task in enumerate(self.tasks):
            for j, one in enumerate(task["clients"]):
                yield f"tasks[{i}].clients[{j}].client", one["client"]

    def until(self, name, as_of, window=None, key="on"):
        """The entries of a list up to a day, within a window before it."""
        inside = inside_window(window, as_of)
        return [one for one in getattr(self, name) if one[key] <= as_of and inside(one[key])]


# --------------------------------------------------------------------------- ours


def in_force(one, as_of):
    return (one["since"] is None or one["since"] <= as_of) and (
        one["until"] is None or one["until"] >= as_of
    )


def gone(journal, as_of):
    """The names of those who were with us and are no more."""
    begun = [one for one in journal.staff if one["since"] is None or one["since"] <= as_of]
    here = {one["name"] for one in begun if in_force(one, as_of)}
    return {one["name"] for one in begun} - here


def in_role(journal, roles, as_of):
    return {one["name"] for one in journal.staff if one["role"] in roles and in_force(one, as_of)}


class Contacts:
    """The manager of each client, and who of ours is in contact with it (R35, R44)."""

    def __init__(self, snapshot):
        journal, as_of = snapshot.journal, snapshot.as_of
        window = snapshot.policy["risk"]["contact_window"]
        inside = inside_window(window, as_of)
        left = gone(journal, as_of)
        self.managers, self.staff = {}, {}
        assigned = [one for one in journal.assignments if in_force(one, as_of)]
        touched = [
            one for one in journal.until("touches", as_of, window)
            if one["staff"] and one["channel"] not in BROADCAST and one["reached"] is not False
        ]
        for client in snapshot.clients:
            ours = [one for one in assigned if one["client"] == client.id]
            leads = [one for one in ours if one["role"] == "coordinator" and one["staff"] not in left]
            sold = [line for line in client.lines if (line.manager or "").strip()]
            manager = None
            if leads:
                latest = max((one["since"] is not None, one["since"] or as_of) for one in leads)
                manager = min(
                    (one["staff"] for one in leads
                     if (one["since"] is not None, one["since"] or as_of) == latest),
                    key=str.encode,
                )
            elif sold:
                # Of several lines of the last day the largest tells, then the first name.
                last = max(line.day for line in sold)
                of_day = [line for line in sold if line.day == last]
                most = max(line.amount for line in of_day)
                manager = min(
                    (line.manager for line in of_day if line.amount == most), key=str.encode
                )
                manager = None if manager in left else manager
            self.managers[client.id] = manager
            talks = [
                talk.get("staff") for talk in snapshot.facts[client.id].records("interactions", window)
            ]
            names = (
                {one["staff"] for one in ours}
                | {one["staff"] for one in touched if one["client"] == client.id}
                | set(talks)
                | {line.manager for line in sold if inside(line.day)}
            )
            self.staff[client.id] = sorted(
                {name for name in names if name and name.strip()} - left, key=str.encode
            )

