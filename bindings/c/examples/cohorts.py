"""Prints how many clients of each quarter come back and who is key, from Python through cffi.

    python cohorts.py /path/to/libclientela.so

Python has its own module, `clientela`; this shows what any language with a foreign-function
interface does. `clientela.cdef.h` is the header without macros, which cffi does not know.
"""

import datetime
import json
import pathlib
import sys

import cffi

HEADER = pathlib.Path(__file__).parent.parent / "include" / "clientela.cdef.h"

ffi = cffi.FFI()
ffi.cdef(HEADER.read_text())
c = ffi.dlopen(sys.argv[1] if len(sys.argv) > 1 else "libclientela.so.1")


def call(function, *arguments):
    """Makes a call, and raises what its error says."""
    error = ffi.new("clientela_error **")
    if function(*arguments, error) != c.CLIENTELA_OK:
        owned = ffi.gc(error[0], c.clientela_error_free)
        raise RuntimeError(ffi.string(c.clientela_error_message(owned)).decode())


def make(kind, function, *arguments):
    """Makes a call that gives a new handle, which frees itself."""
    out = ffi.new(f"{kind} **")
    call(function, *arguments, out)
    return ffi.gc(out[0], getattr(c, f"{kind}_free"))


def text(value):
    """A text of Python as the two arguments of C."""
    data = value.encode()
    return ffi.from_buffer("char[]", data), len(data)


def days(date):
    return (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days


def main():
    rows = [
        ("anna", "1997-01-10", 1250),
        ("bo", "1997-02-20", 700),
        ("anna", "1997-04-03", 900),
        ("cem", "1997-05-11", 1999),
        ("bo", "1997-09-01", 4000),
        ("cem", "1997-09-30", 2001),
    ]
    names, offsets = b"", [0]
    for name, _, _ in rows:
        names += name.encode()
        offsets.append(len(names))
    columns = {
        "client_text": ffi.from_buffer("char[]", names),
        "client_offsets": ffi.new("int64_t[]", offsets),
        "date": ffi.new("int32_t[]", [days(date) for _, date, _ in rows]),
        "amount": ffi.new("int64_t[]", [cents for _, _, cents in rows]),
    }
    sales = ffi.new("clientela_sales *", columns)
    sales.size = ffi.sizeof("clientela_sales")
    sales.rows = len(rows)
    ledger = make(
        "clientela_ledger", c.clientela_ledger_from_arrays, sales, *text('{"currency": "EUR"}')
    )
    snapshot = make(
        "clientela_snapshot", c.clientela_snapshot_on, ledger, *text("1997-09-30"), ffi.NULL, 0
    )
    table = make("clientela_table", c.clientela_snapshot_cohorts, snapshot, *text("quarter"))
    answer = make("clientela_text", c.clientela_table_json, table)
    for row in json.loads(ffi.string(c.clientela_text_data(answer))):
        if row["clients"] is not None:
            share = f"{row['clients']} of {row['cohort_clients']}"
            print(f"{row['cohort']}, quarter {row['period']}: {share}")

    # What is known beside the sales goes in as JSON, and gives verdicts that sales alone cannot.
    known = [
        {"client": "bo", "fields": {"famous": True, "reference_allowed": True}},
        {"client": "cem", "fields": {"potential": "100.00", "recommends": False}},
    ]
    portraits = make(
        "clientela_portraits",
        c.clientela_portraits_from_json,
        *text(json.dumps(known)),
        *text('{"currency": "EUR"}'),
    )
    base = ffi.new("clientela_base *", {"ledger": ledger, "portraits": portraits})
    base.size = ffi.sizeof("clientela_base")
    policy = make(
        "clientela_policy", c.clientela_policy_from_json, *text('{"key": {"share_percent": "50"}}')
    )
    as_of = days("1997-09-30")
    judged = make("clientela_snapshot", c.clientela_snapshot_of, base, as_of, policy, 0)
    keys = make("clientela_table", c.clientela_snapshot_keys, judged)
    answer = make("clientela_text", c.clientela_table_json, keys)
    for row in json.loads(ffi.string(c.clientela_text_data(answer))):
        print(f"{row['client']} is a key client by {row['sign']}")
    reasons = make(
        "clientela_text",
        c.clientela_snapshot_explain_by_text,
        judged,
        *text("bo"),
        c.CLIENTELA_READABLE,
    )
    print(ffi.string(c.clientela_text_data(reasons)).decode())

    # What the firm does and has beside its sales goes in as JSON too; views ask the whole base.
    said = {"promises": [{"client": "bo", "what": "a sample", "due_on": "1997-09-01"}]}
    journal = make(
        "clientela_journal", c.clientela_journal_from_json, *text(json.dumps(said))
    )
    base.journal = journal
    judged = make("clientela_snapshot", c.clientela_snapshot_of, base, as_of, policy, 0)
    promises = make(
        "clientela_table", c.clientela_snapshot_view, judged, *text("promises"), *text("{}")
    )
    answer = make("clientela_text", c.clientela_table_json, promises)
    for row in json.loads(ffi.string(c.clientela_text_data(answer))):
        print(f"{row['what']} for {row['client']}: {row['verdict']}, {row['days_late']} days late")
    given = {"at_start": 100, "at_end": 110, "new": 20}
    answer = make(
        "clientela_text", c.clientela_formula, *text("crr"), *text(json.dumps(given)), ffi.NULL
    )
    kept = json.loads(ffi.string(c.clientela_text_data(answer)))["retention"]
    print(f"{kept['value']} {kept['unit']} of the clients stay")

    try:
        make("clientela_table", c.clientela_snapshot_cohorts, snapshot, *text("decade"))
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    main()
