"""Rules: documents in and out, segments, traces and membership over time."""

import json
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import clientela

RULES: dict[str, Any] = {
    "version": 1,
    "rules": [
        # All of 7 and 9 but not of 11: 7 bought for 25.50, 9 for 40.00 net, 11 for nothing.
        {"id": "spender", "version": 3, "title": "Spenders", "reason": "Bought for 25 or more.",
         "when": {"metric": "amount", "op": "greater_than_or_equals", "value": Decimal("25.00")}},
        # Lines of hats: client 7 on days 9031 and 9120, so since 9100 only the second.
        {"id": "hats", "when": {"all": [
            {"include": "spender"},
            {"count": "sales", "window": {"from": date(1994, 12, 1), "to": "1995-06-30"},
             "where": {"field": "category", "op": "equals", "value": "hats"},
             "op": "greater_than_or_equals", "value": 1}]}},
        # No profit is known of 11, and not that of every line of 7 and 9.
        {"id": "gain", "when": {"metric": "profit", "op": "greater_than", "value": "0"}},
        {"id": "helper", "hidden": True, "when": {"attribute": "key", "op": "is_true"}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(ledger: clientela.Ledger) -> clientela.Snapshot:
    return ledger.snapshot("1995-06-30")


def test_all_ways_in_give_the_same_rules() -> None:
    rules = clientela.Rules(RULES)
    text = rules.to_json()
    assert rules == clientela.Rules(text) == clientela.Rules.from_json(text)
    assert rules == clientela.Rules(rules.to_dict())
    assert rules != text
    assert rules != clientela.Rules({"version": 1, "rules": []})
    assert len({rules, clientela.Rules(text)}) == 1
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert len(rules) == 4
    assert repr(rules) == "Rules('spender', 'hats', 'gain', 'helper')"
    assert [rule["id"] for rule in rules.rules] == ["spender", "hats", "gain", "helper"]
    assert rules.rules[0]["when"]["value"] == "25.00"
    assert rules.matching == "all"
    assert clientela.Rules({**RULES, "match": "first"}).matching == "first"


def test_what_does_not_fit_names_its_place(snapshot: clientela.Snapshot) -> None:
    rule = RULES["rules"][0]
    for given, path in [
        ({"version": 2, "rules": []}, "version"),
        ({"version": 1, "rules": [{**rule, "colour": 1}]}, "rules[0].colour"),
        ({"version": 1, "rules": [{**rule, "when": {**rule["when"], "op": "likes"}}]},
         "rules[0].when.op"),
    ]:  # fmt: skip
        with pytest.raises(clientela.BadDocument) as caught:
            clientela.Rules(given)
        assert caught.value.document == "rules"
        assert caught.value.path.startswith(path)
    for ask in [clientela.Rules, snapshot.check_rules, snapshot.segments]:
        with pytest.raises(clientela.BadArgument, match="mapping of their document"):
            ask(5)
    unknown = {"version": 1, "rules": [
        {"id": "a", "when": {"attribute": "colour", "op": "is_null"}}]}  # fmt: skip
    problem = snapshot.check_rules(unknown)[0]
    assert (problem["severity"], problem["path"]) == ("error", "rules[0].when.attribute")
    with pytest.raises(clientela.BadDocument) as caught:
        snapshot.segments(unknown)
    assert (caught.value.path, caught.value.problem) == (problem["path"], problem["problem"])
    with pytest.raises(clientela.BadDocument):
        snapshot.trace(unknown, 7)


def test_segments(snapshot: clientela.Snapshot) -> None:
    assert snapshot.check_rules({"version": 1, "rules": RULES["rules"][:1]}) == []
    segments = snapshot.segments(RULES)
    table = segments.table()
    assert table.columns == ["client", "spender", "hats", "gain"]
    assert table.rows() == [
        (7, True, True, None),
        (9, True, False, None),
        (11, False, False, None),
    ]
    assert table.schema["spender"]["about"] == "Spenders"
    assert table.schema["spender"]["source"] == "rule spender v3"
    members = segments.members("spender")
    assert members.to_dicts()[1] == {
        "client": 9, "rule": "spender", "title": "Spenders", "reason": "Bought for 25 or more.",
    }  # fmt: skip
    summary = segments.summary()
    assert [summary[name] for name in ("rule", "members", "not_members", "unknown")] == [
        ["spender", "hats", "gain"], [2, 1, 0], [1, 2, 0], [0, 0, 3],
    ]  # fmt: skip
    assert [segments.verdict("spender", client) for client in (7, 11)] == [True, False]
    assert segments.verdict("gain", 7) is None
    assert (len(segments), segments.clients(), segments.as_of) == (3, [7, 9, 11], date(1995, 6, 30))
    assert segments.rules == clientela.Rules(RULES)
    assert repr(segments).startswith("Segments as of 1995-06-30, 3 clients\n")
    assert "spender" in repr(segments)
    assert "<table>" in segments._repr_html_()
    assert pa.table(table).column("hats").to_pylist() == [True, False, False]
    for rule in ["helper", "colour"]:
        with pytest.raises(clientela.BadArgument) as caught:
            segments.members(rule)
        assert caught.value.argument == "rule"
    with pytest.raises(clientela.UnknownClient):
        segments.verdict("spender", 8)


def test_the_first_rule_counts(snapshot: clientela.Snapshot) -> None:
    rules = {"version": 1, "match": "first", "rules": [
        {"id": "all", "when": {"metric": "purchases", "op": "greater_than", "value": 0}},
        {"id": "nine", "priority": 1, "when": {"attribute": "client", "op": "equals", "value": 9}},
    ]}  # fmt: skip
    if snapshot.check_rules(rules):
        rules["rules"][1]["when"] = {"metric": "amount", "op": "greater_than", "value": "30"}
    table = snapshot.segments(rules).table()
    assert table["segment"] == ["all", "nine", "all"]


def test_a_trace_says_what_was_seen(snapshot: clientela.Snapshot) -> None:
    trace = snapshot.trace(RULES, 9)
    assert (trace.client, trace.as_of) == (9, date(1995, 6, 30))
    spender, hats, gain, helper = trace.rules
    assert (spender["rule"], spender["outcome"], spender["member"]) == ("spender", True, True)
    leaf = spender["when"]
    assert (leaf["kind"], leaf["path"], leaf["op"]) == (
        "leaf", "rules[0].when", "greater_than_or_equals",
    )  # fmt: skip
    assert ([str(v) for v in leaf["seen"]], [str(v) for v in leaf["threshold"]]) == (
        ["40.00"], ["25.00"],
    )  # fmt: skip
    assert [inner["outcome"] for inner in hats["when"]["conditions"]] == [True, False]
    assert gain["outcome"] is None
    assert gain["when"]["cause"]
    assert (helper["hidden"], helper["member"]) == (True, False)
    assert json.loads(trace.to_json())["rules"][0]["rule"] == "spender"
    assert trace.to_dict()["as_of"] == date(1995, 6, 30)
    assert str(trace).startswith("Client 9 as of 1995-06-30\n")
    assert repr(trace) == str(trace).rstrip()
    with pytest.raises(clientela.UnknownClient) as caught:
        snapshot.trace(RULES, 8)
    assert caught.value.client == "8"


def test_attributes_are_what_rules_may_name(snapshot: clientela.Snapshot) -> None:
    table = snapshot.attributes()
    assert {"name", "kind", "type", "unit", "about", "source", "options", "ops"} <= set(
        table.columns
    )
    known = dict(zip(table["name"], table["kind"], strict=True))
    assert set(snapshot.clients().columns) <= set(known)
    assert known["amount"] in ("metric", "column")
    assert known["sales"] == "record"
    assert all(table["about"])


def test_the_built_in_axes_are_rules(snapshot: clientela.Snapshot) -> None:
    policy = clientela.Policy(activity={"lost_after": {"days": 60}})
    rules = policy.rules()
    assert [rule["id"] for rule in rules.rules][:1] != []
    assert not [p for p in snapshot.check_rules(rules) if p["severity"] == "error"]
    told = snapshot.ledger.snapshot("1995-06-30", policy)
    lost = told.segments(rules).members("activity_lost")["client"]
    clients = told.clients()
    pairs = zip(clients["client"], clients["activity"], strict=True)
    assert lost == [client for client, activity in pairs if activity == "lost"] != []
    assert all(set(one) == {"axis", "cause"} for one in policy.unstated_axes())


FRESH: dict[str, Any] = {"version": 1, "rules": [
    {"id": "fresh", "when": {"attribute": "recency_days", "op": "less_than", "value": 30}},
]}  # fmt: skip


def test_membership_over_time(ledger: clientela.Ledger) -> None:
    # Days 9000, 9031 and 9120 are 1994-08-23, -09-23 and -12-21; 9040 is 1994-10-02.
    days = [date(1994, 9, 30), "1994-10-31", date(1994, 12, 31)]
    pins = [{"rule": "fresh", "client": 9, "on": date(1994, 10, 15), "until": "1994-11-15",
             "state": "out", "by": "Ada", "why": "Asked to be left alone."}]  # fmt: skip
    history = ledger.membership(FRESH, days, pins=pins)
    rows = {(row["client"], row["change"]) for row in history.table().to_dicts()}
    # On 1994-09-30 both 7 and 9 are in: 7 bought a week ago, 9 on 1994-09-02.
    assert {(7, "present"), (9, "present"), (7, "left"), (9, "left"), (7, "entered")} <= rows
    assert history.pins[0]["on"] == date(1994, 10, 15)
    assert {turn["client"] for turn in history.turns} >= {7}
    stays = history.stays("fresh").to_dicts()
    assert [stay["client"] for stay in stays].count(7) == 2
    assert history.summary()["rule"] == ["fresh"] * 3
    with pytest.raises(clientela.BadArgument):
        history.stays("stale")


def test_a_history_merges_and_comes_back(ledger: clientela.Ledger) -> None:
    whole = ledger.membership(FRESH, ["1994-09-30", "1994-10-31"])
    parts = [ledger.membership(FRESH, [day]) for day in ("1994-09-30", "1994-10-31")]
    assert parts[0].merge(parts[1]) == parts[1].merge(parts[0])
    assert whole.merge(whole) == whole
    assert whole.merge(parts[0]) == whole
    assert clientela.History.from_json(whole.to_json()) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert len({whole, parts[0], parts[0].merge(parts[0])}) == 2
    assert "fresh" in repr(whole)
    assert "<table>" in whole._repr_html_()
    on = '{"version": 1, "evaluations": [{"day": "1994-09-30", "clients": [7], "rules": [{"rule": '
    no, yes = (on + f'"fresh", "version": 1, "verdicts": "{v}"}}]}}]}}' for v in "-+")
    with pytest.raises(clientela.Mismatch):
        clientela.History.from_json(no).merge(clientela.History.from_json(yes))


def test_membership_refuses_what_it_cannot_use(ledger: clientela.Ledger) -> None:
    pin = {"rule": "fresh", "client": 7, "on": "1994-10-01", "state": "in", "by": "Ada", "why": "x"}
    with pytest.raises(clientela.BadArgument) as none:
        ledger.membership(FRESH, [])
    assert none.value.argument == "days"
    with pytest.raises(clientela.BadArgument, match="list"):
        ledger.membership(FRESH, "1994-10-01")  # type: ignore[arg-type]
    with pytest.raises(clientela.BadDocument) as other:
        ledger.membership(FRESH, ["1994-10-01"], pins=[{**pin, "rule": "stale"}])
    assert (other.value.document, other.value.path) == ("pins", "[0].rule")
    with pytest.raises(clientela.BadDocument) as state:
        ledger.membership(FRESH, ["1994-10-01"], pins=json.dumps([{**pin, "state": "maybe"}]))
    assert state.value.path == "[0].state"


def test_rules_go_to_crms_and_come_back() -> None:
    from clientela import formula  # noqa: PLC0415

    where = [{"type": "isTrue", "attribute": "key"}]
    condition = formula.rule_from_espo(filter=where)
    assert condition == {"attribute": "key", "op": "is_true"}
    assert formula.rule_to_espo(rule=condition) == where
    twenty = formula.rule_to_twenty(rule=condition)
    assert formula.rule_from_twenty(filter=twenty) == condition
    # A figure is no field of theirs.
    with pytest.raises(clientela.BadDocument, match="names") as caught:
        formula.rule_to_espo(rule=RULES, id="spender")
    assert caught.value.document == "rule to EspoCRM"
    with pytest.raises(clientela.BadArgument) as which:
        formula.rule_to_espo(rule=RULES)
    assert which.value.argument == "id"
