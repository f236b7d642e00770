"""What models of purchases and of spend say of a client, from the published formulas.

Written from the papers, term by term, with 30 digits and no thought of speed:

- NBD: Ehrenberg (1959); the conditional mean is that of the gamma posterior.
- BG/NBD: Fader, Hardie and Lee (2005), "Counting your customers" the easy way, equation 10; P(alive)
  from their note on it.
- MBG/NBD: Batislam, Denizel and Filiztekin (2007); Hoppe and Wagner (2007).
- Pareto/NBD: Fader and Hardie (2005), note on deriving its likelihood and related expressions.
- Gamma-Gamma: Fader and Hardie (2013), note on it, equation 5.

Worth is the expected spend times the expected purchases, each discounted at its moment.
"""

import functools
from decimal import Decimal, getcontext
from fractions import Fraction

from basis import Refused

getcontext().prec = 30

DAYS = {"day": Fraction(1), "week": Fraction(7), "month": Fraction(3652425, 120000),
        "year": Fraction(3652425, 10000)}
PURCHASES = ("nbd", "bg_nbd", "mbg_nbd", "pareto_nbd")


def decimal(value):
    """A float, text or fraction as a decimal; floats by the digits that they are written with."""
    fraction = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def gauss(a, b, c, z):
    """Gauss's hypergeometric function for z from 0 to 1, by its series."""
    term = total = Decimal(1)
    n = 0
    while abs(term) > abs(total) * Decimal("1e-26"):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        n += 1
    return total


class Model:
    """A model of purchases with given parameters."""

    def __init__(self, document):
        self.kind, self.unit = document["model"], document["unit"]
        for name, value in document.items():
            if name not in ("model", "unit"):
                if value <= 0:
                    raise Refused("bad_format")
                setattr(self, name, decimal(value))

    @functools.lru_cache
    def alive(self, x, t_x, age):
        """The probability of being alive at `age`."""
        if self.kind == "nbd" or (self.kind == "bg_nbd" and x == 0):
            return Decimal(1)
        if self.kind == "pareto_nbd":
            total = self.r + self.s + x
            late = (self.alpha + age) ** (self.r + x) * (self.beta + age) ** self.s
            return 1 / (1 + self.s / total * late * self.dead_since(x, t_x, age))
        # The odds of having dropped out: after the last purchase, which in MBG/NBD may be the first.
        ratio = ((self.alpha + age) / (self.alpha + t_x)) ** (self.r + x)
        after = self.b + x if self.kind == "mbg_nbd" else self.b + x - 1
        return 1 / (1 + self.a / after * ratio)

    def dead_since(self, x, t_x, age):
        """A0 of Pareto/NBD: the difference of two hypergeometric terms."""
        total = self.r + self.s + x
        low, high = sorted((self.alpha, self.beta))
        second = self.s + 1 if self.alpha >= self.beta else self.r + x

        def term(t):
            return gauss(total, second, total + 1, (high - low) / (high + t)) / (high + t) ** total

        return term(t_x) - term(age)

    def expected(self, x, t_x, age, t):
        """The expected number of purchases within `t` after `age`."""
        alive = self.alive(x, t_x, age)
        if self.kind == "nbd":
            return (self.r + x) / (self.alpha + age) * t
        if self.kind == "pareto_nbd":
            rate = (self.r + x) / (self.alpha + age)
            shrunk = ((self.beta + age) / (self.beta + age + t)) ** (self.s - 1)
            return alive * rate * (self.beta + age) / (self.s - 1) * (1 - shrunk)
        b = self.b + 1 if self.kind == "mbg_nbd" else self.b
        z = t / (self.alpha + age + t)
        shrunk = ((self.alpha + age) / (self.alpha + age + t)) ** (self.r + x)
        series = gauss(self.r + x, b + x, self.a + b + x - 1, z)
        return alive * (self.a + b + x - 1) / (self.a - 1) * (1 - shrunk * series)

    def discounted(self, x, t_x, age, t, rate):
        """The same, each purchase worth e^(-rate time): by parts, and Romberg's rule."""
        at_end = (-rate * t).exp() * self.expected(x, t_x, age, t)
        if rate == 0 or t == 0:
            return at_end

        def value(u):
            return (-rate * u).exp() * self.expected(x, t_x, age, u)

        step, rows = t, [[t * (value(Decimal(0)) + value(t)) / 2]]
        while len(rows) < 5 or abs(rows[-1][-1] - rows[-2][-1]) > Decimal("1e-15") * abs(rows[-1][-1]):
            middles = sum(value(step * (k + Decimal("0.5"))) for k in range(2 ** (len(rows) - 1)))
            row = [(rows[-1][0] + step * middles) / 2]
            for k, coarse in enumerate(rows[-1]):
                row.append(row[k] + (row[k] - coarse) / (4 ** (k + 1) - 1))
            rows.append(row)
            step /= 2
        return at_end + rate * rows[-1][-1]


def history(client, unit, as_of, returns):
    """(x, t_x, T, sum of the repeat purchases in minor units) or None without a purchase."""
    if not client.days:
        return None
    first, last = client.days[0], client.days[-1]

    def time(day):
        return decimal(Fraction((day - first).days) / DAYS[unit])

    bought = {}  # the day of each order
    for line in client.lines:
        if line.kind == "sale" and line.order is not None:
            bought[line.order] = min(line.day, bought.get(line.order, line.day))
    total = 0
    for line in client.lines:
        if line.kind != "sale" and returns == "ignore":
            continue
        day = bought.get(line.order, line.day)
        if first < day <= as_of:
            total += line.amount
    return len(client.days) - 1, time(last), time(as_of), total


def expected_spend(spend, x, mean):
    """The expected mean amount of the purchases to come."""
    p, q, gamma = (decimal(spend[name]) for name in ("p", "q", "gamma"))
    if x == 0 or mean is None:
        return p * gamma / (q - 1)
    return p * (gamma + mean * x) / (p * x + q - 1)


def foretold(client, document, spend, policy, as_of, scale):
    """The columns `p_alive`, `expected_purchases` and `clv` of a client."""
    none = dict.fromkeys(("p_alive", "expected_purchases", "clv"))
    if document is None:
        return none
    if document["model"] not in PURCHASES:
        raise Refused("bad_argument", argument="model")
    model, rule = Model(document), policy["lifetime"]
    seen = history(client, model.unit, as_of, rule["returns"])
    if seen is None:
        return none
    x, t_x, age, total = seen
    ((name, length),) = rule["horizon"].items()
    per_unit = DAYS[model.unit]
    horizon = decimal(length * DAYS[name.removesuffix("s")] / per_unit)
    yearly = decimal(Fraction(rule["discount_percent_per_year"]) / 100)
    rate = (1 + yearly).ln() * decimal(per_unit / DAYS["year"])
    row = {
        "p_alive": float(model.alive(x, t_x, age)),
        "expected_purchases": float(model.expected(x, t_x, age, horizon)),
        "clv": None,
    }
    if spend is not None:
        mean = decimal(Fraction(total, 10**scale * x)) if x and total > 0 else None
        worth = expected_spend(spend, x, mean) * model.discounted(x, t_x, age, horizon, rate)
        row["clv"] = float(worth)
    return row


def verdict(axis, value, scale):
    """A figure as explanations show it."""
    return None if value is None else f"{value:.{scale if axis == 'clv' else 4}f}"
