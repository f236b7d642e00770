"""Writes the exact values of the stress tests of `lifetime`, with mpmath (pip install mpmath).

    python make_stress.py > stress.csv

Every line: model, function, parameters, arguments, value with 20 digits. Each value comes straight
from the definition as an integral or a sum over what cannot be seen, with 50 digits, and not from
the formulas of the library. It takes a few minutes.
"""

import sys

from mpmath import (
    beta, betainc, exp, expint, expm1, gamma, hyp2f1, inf, log, log1p, loggamma, mp, mpf, nstr, quad, rf,
)

mp.dps = 50


def out(model, function, params, args, value):
    if value == 0:
        text = "0"
    else:
        text = nstr(value, 20)
    join = lambda numbers: " ".join(numbers)
    print(",".join([model, function, join(params), join(args), text]), flush=True)


def points(low, high, n=12):
    """Cuts of an integral, close together near its lower end."""
    if low == 0:
        return [mpf(0)] + [high * mpf(10) ** (-n + i) for i in range(n + 1)]
    return [low + (high - low) * mpf(10) ** (-n + i) * (i > 0 or 0) for i in range(n + 1)]


def pareto_dead(r, al, s, be, x, tx, T):
    """int_tx^T s (al+u)^-(r+x) (be+u)^-(s+1) du over its value per unit at tx, by substitution."""
    m = min(al, be)
    W = log((m + T) / (m + tx))
    f = lambda w: (
        ((al + (m + tx) * exp(w) - m) / (al + tx)) ** -(r + x)
        * ((be + (m + tx) * exp(w) - m) / (be + tx)) ** -(s + 1)
        * exp(w)
    )
    if W == 0:
        return mpf(0)
    # The scale of the fall sets the cuts.
    scale = 1 / (r + x + s + 1)
    cuts = [mpf(0)]
    step = scale
    while cuts[-1] + step < W:
        cuts.append(cuts[-1] + step)
        step = step * mpf("1.7")
    cuts.append(W)
    return s * (m + tx) / (be + tx) * quad(f, cuts)


def pareto_parts(params, x, tx, T):
    r, al, s, be = params
    alive = ((al + T) / (al + tx)) ** -(r + x) * ((be + T) / (be + tx)) ** -s
    dead = pareto_dead(r, al, s, be, x, tx, T)
    front = (
        loggamma(r + x) - loggamma(r) + r * log(al) + s * log(be)
        - (r + x) * log(al + tx) - s * log(be + tx)
    )
    return front, alive, dead


def pareto_expected(params, t):
    r, al, s, be = params
    # int_0^t r/al (be/(be+u))^s du, exact in any case by quadrature in ln(be + u).
    W = log(1 + t / be)
    return r / al * be * quad(lambda w: exp((1 - s) * w), [0, W / 2, W])


# 9 sets of parameters and 15 clients: Pareto/NBD.
PARETO = [
    "0.55 10.58 0.61 11.67",
    "0.2 3 5 5000",
    "0.1 0.001 0.3 1000",
    "2 500 0.5 0.01",
    "5 5 1 5",
    "0.5143 2.8845 0.2856 14.1087",
    "10 200 0.05 30",
    "0.05 1e-3 1 1e-3",
    "1.5 40 3 40.0001",
]
CLIENTS = [
    "0 0 0.14285714285714285", "0 0 39", "0 0 3650", "1 1.71 38.86", "1 0.001 3650",
    "2 38.86 38.86", "7 35 77.86", "25 20 39", "100 50 52", "221 103.42857 103.57143",
    "300 10 365", "1000 3649 3650", "1500 700 730", "5000 3640 3650", "5000 100 3650",
]


def beta_mean(a, b, h):
    """E[h(p)] over p, Beta(a, b), for large b, by quadrature in ln p."""
    with mp.workdps(40):
        cuts = [mpf(-2000)] + [-log(b) + k for k in (-60, -20, -6, -2, 0, 2, 4, 6)] + [mpf(0)]
        density = lambda v: exp(a * v + (b - 1) * log1p(-exp(v))) if v < 0 else mpf(0)
        return quad(lambda v: density(v) * h(exp(v)), cuts) / beta(a, b)


def bg_expected(r, al, a, b, t):
    """E[(1 - (al/(al + p t))^r)/p] over p, Beta(a, b)."""
    if b > 1e6:
        return beta_mean(a, b, lambda p: -expm1(-r * log1p(p * t / al)) / p)
    # The paper's formula, with more digits than a limit at a = 1 or c = 0 costs.
    with mp.workdps(120):
        if a == 1:
            a = a + mpf(10) ** -60
        c = a + b - 1
        if c == 0:
            c = mpf(10) ** -60
            b = c + 1 - a
        z = t / (al + t)
        return c / (a - 1) * (1 - (1 - z) ** r * hyp2f1(r, b, c, z))


def bg_log_odds(r, al, a, b, x, tx, T, first):
    """ln of dead over alive."""
    k = x + first
    if k == 0:
        return None
    return log(a / (b + k - 1)) + (r + x) * log((al + T) / (al + tx))


BG = [
    "0.243 4.414 0.793 2.426",
    "0.11 2.24 0.31 0.5",
    "0.546 13.4 0.001 0.039",
    "0.5 6 1 2.5",
    "0.5 6 1.000000001 2.5",
    "1 10 0.6 0.4",
    "3 50 4 60",
    "0.02 0.5 0.9 1.1",
    "20 200 0.3 1e4",
    "0.8 7 25 0.2",
]
BG_CLIENTS = [
    "0 0 1 30", "0 0 38.86 39", "0 0 3650 1", "1 1.71 38.86 39", "2 30.43 38.86 39",
    "2 38.86 38.86 52", "7 35 77.86 3650", "25 20 39 52", "300 360 365 30",
    "1500 700 730 365", "5000 3640 3650 90",
]


def bg_bb_log_likelihood(params, x, tx, n):
    al, be, ga, de = params
    B = beta
    total = B(al + x, be + n - x) / B(al, be) * B(ga, de + n) / B(ga, de)
    for i in range(n - tx):
        total += (
            B(al + x, be + tx - x + i) / B(al, be) * B(ga + 1, de + tx + i) / B(ga, de)
        )
    return log(total)


def numbers(text):
    return [mpf(n) for n in text.split()]


def main():
    for params in PARETO:
        for client in CLIENTS:
            p, (x, tx, T) = numbers(params), numbers(client)
            front, alive, dead = pareto_parts(p, x, tx, T)
            names = (params.split(), client.split())
            out("pareto", "log_likelihood", *names, front + log(alive + dead))
            pa = alive / (alive + dead)
            out("pareto", "p_alive", *names, pa)
            r, al, s, be = p
            value = pa * pareto_expected((r + x, al + T, s, be + T), mpf(39))
            out("pareto", "expected_39", *names, value)
    for first, model in ((0, "bg"), (1, "mbg")):
        for params in BG:
            for client in BG_CLIENTS:
                (r, al, a, b), (x, tx, T, t) = numbers(params), numbers(client)
                names = (params.split(), client.split())
                odds = bg_log_odds(r, al, a, b, x, tx, T, first)
                pa = mpf(1) if odds is None else 1 / (1 + exp(odds))
                out(model, "p_alive", *names, pa)
                value = bg_expected(r + x, al + T, a, b + x + first, t)
                out(model, "expected", *names, pa * value)
                front = (
                    loggamma(r + x) - loggamma(r) + r * log(al) - (r + x) * log(al + T)
                    + log(beta(a, b + x + first)) - log(beta(a, b))
                )
                value = front + (0 if odds is None else log(1 + exp(odds)))
                out(model, "log_likelihood", *names, value)
    for params in ("1.204 0.75 0.657 2.783", "0.3 5 1 40", "10 2 0.05 0.5", "2 30 3 600"):
        for client in (
            "0 0 6", "2 4 6", "6 6 6", "25 40 52", "60 100 120", "180 300 365", "0 0 365",
            "365 365 365", "1 1 365", "5 1000 2000",
        ):
            p = numbers(params)
            x, tx, n = map(int, client.split())
            value = bg_bb_log_likelihood(p, x, tx, n)
            names = (params.split(), client.split())
            out("bg_bb", "log_likelihood", *names, value)
            al, be, ga, de = p
            alive = log(beta(al + x, be + n - x) / beta(al, be) * beta(ga, de + n) / beta(ga, de))
            out("bg_bb", "p_alive", *names, exp(alive - value))
    extreme()


def extreme():
    """Borders: s = 1, a = 1, alpha = beta, long horizons, discounting, probabilities."""
    for params in ("0.5 10 1 12", "0.5 10 0.999999999 12", "2 8 1.5 8", "0.1 0.01 0.2 300"):
        r, al, s, be = numbers(params)
        for t in ("0.001", "52", "3650"):
            names = (params.split(), [t])
            out("pareto", "new_expected", *names, pareto_expected((r, al, s, be), mpf(t)))
        for rate in ("0.0001", "0.0027", "0.5"):
            d = mpf(rate)
            value = r / al * quad(
                lambda w: be * exp(w) * exp(-d * be * (exp(w) - 1) - s * w),
                [0, 0.5, 1, 2, 4, 8, 16, 24, 32],
            )
            out("pareto", "forever", params.split(), [rate], value)
        for n in (0, 1, 10, 150):
            t = mpf(52)
            nbd = lambda u: (
                rf(r, n) / gamma(n + 1) * (al / (al + u)) ** r * (u / (al + u)) ** n
            )
            dead = quad(
                lambda u: s / be * (be / (be + u)) ** (s + 1) * nbd(u), points(mpf(0), t, 14)
            )
            value = (be / (be + t)) ** s * nbd(t) + dead
            out("pareto", "new_pmf_52", params.split(), [str(n)], value)
    for params in ("0.243 4.414 0.793 2.426", "0.5 6 1 2.5", "2 30 3 0.4", "0.5 6 0.2 1e7"):
        r, al, a, b = numbers(params)
        for t in ("0.001", "52", "3650", "1e6"):
            value = bg_expected(r, al, a, b, mpf(t))
            out("bg", "new_expected", params.split(), [t], value)
            # P(alive at t) = E[(al/(al + p t))^r].
            value = beta_mean(a, b, lambda p: (1 + p * mpf(t) / al) ** -r) if b > 1e6 else (
                hyp2f1(r, a, a + b, -mpf(t) / al)
            )
            out("bg", "new_alive", params.split(), [t], value)
        for rate in ("0.0001", "0.0027", "0.5"):
            d = mpf(rate)
            # int e^(-d u) r/al 2F1(r + 1, a; a + b; -u/al) du, the rate of purchases at u.
            if b > 1e6:
                # Integrated over u first: r/p e^z E_(r + 1)(z), z = al d/p.
                inner = lambda p: r / p * exp(al * d / p) * expint(r + 1, al * d / p)
                with mp.workdps(30):
                    value = beta_mean(a, b, inner)
                out("bg", "forever", params.split(), [rate], value)
                continue
            with mp.workdps(25):
                value = quad(
                    lambda u: exp(-d * u) * r / al * hyp2f1(r + 1, a, a + b, -u / al),
                    [0] + [al * mpf(2) ** i for i in range(-2, 16) if d * al * 2**i < 60]
                    + [60 / d, inf],
                )
            out("bg", "forever", params.split(), [rate], value)
        for n in (0, 1, 10, 300):
            t = mpf(52)
            z = t / (al + t)
            nbd = rf(r, n) / gamma(n + 1) * (1 - z) ** r * z**n
            value = beta(a, b + n) / beta(a, b) * nbd
            if n > 0:
                tail = betainc(n, r, 0, z, regularized=True)
                value += beta(a + 1, b + n - 1) / beta(a, b) * tail
            out("bg", "new_pmf_52", params.split(), [str(n)], value)


if __name__ == "__main__":
    sys.exit(main())
