"""Sales as lines, row by row, and everything that one client's lines say."""

import csv
import re
from fractions import Fraction

from basis import MOST_DIGITS, Refused, money, plus, read_day

KINDS = ("sale", "return", "cancellation")
OPTIONS = {
    "currency": "XXX", "scale": 2, "quantity_scale": 0, "on_bad": "refuse",
    "negative": "return", "latest": None,
}


class Bad(Exception):
    def __init__(self, column, value, cause):
        super().__init__(column, value, cause)
        self.column, self.value, self.cause = column, value, cause


class Line:
    """One line of the sales: amounts, quantity and profit signed as they count."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


def columns_of(sales, folder):
    if "file" not in sales:
        return sales
    with open(folder / sales["file"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[column] for row in rows] for name, column in sales["columns"].items()}
    if sales["client_type"] == "int":
        columns["client"] = [int(client) for client in columns["client"]]
    return columns


def exact(text, scale, column, causes):
    """Minor units of a decimal text."""
    if text is None:
        raise Bad(column, "null", causes[0])
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
        raise Bad(column, text, causes[1])
    minor = Fraction(text) * 10**scale
    if minor.denominator != 1:
        raise Bad(column, text, causes[2])
    if abs(minor) >= 10**MOST_DIGITS:
        raise Bad(column, text, causes[3])
    return minor.numerator


def read_row(row, columns, options):
    def cell(name):
        return columns[name][row] if name in columns else None

    client = cell("client")
    if client is None:
        raise Bad("client", "null", "null_client")
    if client == "":
        raise Bad("client", "", "empty_client")
    text = cell("date")
    if text is None:
        raise Bad("date", "null", "null_day")
    try:
        day = read_day(text)
    except ValueError:
        raise Bad("date", text, "bad_day") from None
    if options["latest"] is not None and day > read_day(options["latest"]):
        raise Bad("date", text, "after_latest")
    scale = options["scale"]
    amount = exact(
        cell("amount"), scale, "amount", ("null_amount", "bad_amount", "inexact", "amount_out_of_range")
    )
    negative_as_return = False
    if "kind" in columns:
        kind = cell("kind")
        if kind not in KINDS:
            raise Bad("kind", kind, "unknown_kind")
        if kind == "sale" and amount < 0:
            raise Bad("amount", money(amount, scale), "negative_sale")
    elif amount < 0:
        if options["negative"] == "refuse":
            raise Bad("amount", money(amount, scale), "negative_sale")
        kind, negative_as_return = "return", True
    else:
        kind = "sale"

    def optional(name, places, cause):
        value = cell(name)
        return None if value is None else exact(value, places, name, (None, cause, cause, cause))

    quantity = optional("quantity", options["quantity_scale"], "bad_quantity")
    profit = optional("profit", scale, "bad_profit")
    if kind != "sale":
        amount = -abs(amount)
        quantity = None if quantity is None else -abs(quantity)
        profit = None if profit is None else -abs(profit)
    order = cell("order")
    return Line(
        row=row, client=client, day=day, kind=kind, amount=amount, order=None if order == "" else order,
        quantity=quantity, profit=profit, negative_as_return=negative_as_return,
        promo=cell("promo"), **{
            name: cell(name) or None for name in ("brand", "category", "manager", "department")
        },
    )


def take_in(vector, folder, what="sales"):
    """(lines, options, columns given, report) of the sales, the payments or the orders."""
    options = {**OPTIONS, **vector.get("options", {})}
    columns = columns_of(vector[what], folder)
    rows = len(columns["client"])
    if rows == 0:
        raise Refused("empty")
    lines, set_aside = [], []
    for row in range(rows):
        try:
            lines.append(read_row(row, columns, options))
        except Bad as bad:
            if options["on_bad"] == "refuse":
                raise Refused("bad_row", row=row, column=bad.column, value=bad.value) from None
            set_aside.append({"row": row, "column": bad.column, "value": bad.value, "cause": bad.cause})
    report = {
        "rows": rows,
        "accepted": len(lines),
        "negative_as_return": sum(line.negative_as_return for line in lines),
        "set_aside": set_aside,
    }
    return lines, options, set(columns), report


def check_sums(lines):
    """No client's lines, added up without their signs, come to 2^62 minor units or units."""
    for column in ("amount", "profit", "quantity"):
        sums = {}
        for line in lines:
            sums[line.client] = sums.get(line.client, 0) + abs(getattr(line, column) or 0)
        if any(total >= 2**62 for total in sums.values()):
            raise Refused("overflow")


def roll_up(lines, pairs):
    """Every client's lines go to its ultimate parent."""
    parents = {child: parent for child, parent in pairs if child != parent}
    for start in parents:
        seen, at = set(), start
        while at in parents:
            if at in seen:
                raise Refused("bad_argument")
            seen.add(at)
            at = parents[at]
    for line in lines:
        while line.client in parents:
            line.client = parents[line.client]


# --------------------------------------------------------------------------- one client


# Criterion: its ledger, and what is summed there.
OTHER_LEDGER = {
    "payments": ("payments", "amount"),
    "payment_count": ("payments", "purchases"),
    "units_ordered": ("orders", "quantity"),
}


class Client:
    """Everything that one client's lines say, without looking at the others.

    `payments` and `orders` are the same client in the other two ledgers, or None.
    """

    def __init__(self, identity, lines, policy, payments=None, orders=None):
        self.id = identity
        self.other = {"payments": payments, "orders": orders}
        cancelled = set()
        for line in lines:
            if line.kind == "cancellation" and line.order is not None:
                if any(other.kind == "sale" and other.order == line.order for other in lines):
                    cancelled.add(line.order)
        self.lines = [line for line in lines if line.order is None or line.order not in cancelled]
        orders, days = {}, {}
        for line in self.lines:
            if line.kind != "sale":
                continue
            if line.order is not None:
                orders.setdefault(line.order, []).append(line)
            else:
                days.setdefault(line.day, []).append(line)
        self.baskets = []  # the day and the lines of each purchase
        for group in [*orders.values(), *days.values()]:
            if policy["zero_amount"] == "ignore" and sum(line.amount for line in group) == 0:
                continue
            self.baskets.append((min(line.day for line in group), group))
        self.baskets.sort(key=lambda basket: basket[0])
        self.purchases = [day for day, _ in self.baskets]
        self.days = sorted(set(self.purchases))
        self.gaps = [(b - a).days for a, b in zip(self.days, self.days[1:])]
        self.amount = sum(line.amount for line in self.lines)
        self.returned = -sum(line.amount for line in self.lines if line.kind != "sale")

    def value(self, criterion, inside):
        """The criterion over the days for which `inside` holds."""
        if criterion in OTHER_LEDGER:
            ledger, what = OTHER_LEDGER[criterion]
            there = self.other[ledger]
            return there.value(what, inside) if there else 0
        if criterion == "purchases":
            return sum(1 for day in self.purchases if inside(day))
        return sum(getattr(line, criterion) for line in self.lines if inside(line.day))


def has_values(criterion, ledgers):
    """Whether a criterion can be summed: unknown is not zero.

    `ledgers` holds, for sales, payments and orders, the lines and the names of the columns
    given, or None.
    """
    ledger, what = OTHER_LEDGER.get(criterion, ("sales", criterion))
    if ledgers[ledger] is None:
        return False
    lines, given = ledgers[ledger]
    if what in ("profit", "quantity"):
        return what in given and all(getattr(line, what) is not None for line in lines)
    return True


def inside_window(span, as_of):
    return lambda day: span is None or plus(day, span) > as_of
