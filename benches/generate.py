"""Made-up sales for the benchmarks, the same ones on every machine.

    python benches/generate.py 1m|10m|100m [--shuffled]

writes target/bench/sales_<size>.parquet, rows in date order as a ledger grows, or
sales_<size>_shuffled.parquet, the same rows in random order. Columns:

    id      int64, sparse numbers of 13 digits, as on loyalty cards
    text    the same number as text (not at 100m)
    uuid    a text of 36 characters per client (not at 100m)
    date    date32, 2024-01-01 to 2025-12-31
    cents   int64
    amount  decimal(18, 2)
    float   float64 (not at 100m)

Few clients buy often and most buy seldom: rates are gamma times lognormal. A third of the
clients is there from the first month, the others come on any day of the two years; they stay
for an exponential time. Each has a price level of its own, and sales vary around it, all
lognormal.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).resolve().parent.parent / "target" / "bench"
SIZES = {
    "1m": (1_000_000, 100_000),
    "10m": (10_000_000, 1_000_000),
    "100m": (100_000_000, 5_000_000),
}
FIRST_DAY = int(np.datetime64("2024-01-01", "D").astype(np.int64))
DAYS = 731
ROW_GROUP = 1_000_000


def path(size: str, shuffled: bool = False) -> Path:
    """Where the sales of a size are kept."""
    return FOLDER / f"sales_{size}{'_shuffled' if shuffled else ''}.parquet"


def ensure(size: str, shuffled: bool = False) -> Path:
    """The file of a size, made if it is not there."""
    file = path(size, shuffled)
    if not file.exists():
        write(size, shuffled)
    return file


def sales(size: str) -> dict[str, np.ndarray]:
    """Clients' ids and uuids, and per sale the client's position, the day and the cents."""
    rows, clients = SIZES[size]
    rng = np.random.default_rng([rows, 7])

    begins = rng.integers(0, DAYS, clients)
    early = rng.random(clients) < 0.33
    begins[early] = rng.integers(0, 31, int(early.sum()))
    stays = np.minimum(1 + rng.exponential(480.0, clients), DAYS - begins)

    # Everyone buys once; the other sales fall on clients by their rate and time as a client.
    weight = rng.gamma(0.6, 1.0, clients) * rng.lognormal(0.0, 0.5, clients) * (stays + 60.0)
    counts = 1 + rng.multinomial(rows - clients, weight / weight.sum())
    client = np.repeat(np.arange(clients, dtype=np.int32), counts)
    first_sale = np.zeros(rows, dtype=bool)
    first_sale[np.cumsum(counts) - counts] = True
    after = (rng.random(rows, dtype=np.float32) * stays.astype(np.float32)[client]).astype(np.int16)
    after[first_sale] = 0
    day = np.minimum(begins.astype(np.int16)[client] + after, DAYS - 1).astype(np.int16)
    del after, first_sale

    # Date order, and no order inside a day.
    mixed = rng.permutation(rows)
    mixed = mixed[np.argsort(day[mixed], kind="stable")]
    client, day = client[mixed], day[mixed]
    del mixed

    level = rng.normal(np.log(4_000.0), 0.6, clients).astype(np.float32)
    cents = rng.standard_normal(rows, dtype=np.float32)
    cents *= 0.8
    cents += level[client]
    cents = np.clip(np.exp(cents), 1, 5e7).astype(np.int64)

    ids = np.unique(rng.integers(10**12, 10**13, clients + clients // 50))
    ids = rng.permutation(ids)[:clients]
    return {
        "ids": ids,
        "hex": rng.bytes(16 * clients),
        "client": client,
        "day": day,
        "cents": cents,
    }


def uuids(raw: bytes) -> pa.Array:
    """Sixteen bytes each as a text of 36 characters."""
    digits = np.frombuffer(raw.hex().encode(), dtype=np.uint8).reshape(-1, 32)
    out = np.full((len(digits), 36), ord("-"), dtype=np.uint8)
    at = [place for place in range(36) if place not in (8, 13, 18, 23)]
    out[:, at] = digits
    return fixed_texts(out)


def fixed_texts(characters: np.ndarray) -> pa.Array:
    """Texts of equal length from a table of their characters."""
    count, width = characters.shape
    offsets = pa.py_buffer(np.arange(count + 1, dtype=np.int32) * np.int32(width))
    return pa.StringArray.from_buffers(
        count, offsets, pa.py_buffer(np.ascontiguousarray(characters))
    )


def decimals(cents: np.ndarray) -> pa.Array:
    """Cents as decimal(18, 2), exactly."""
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words)])


def write(size: str, shuffled: bool = False) -> None:
    """Makes the sales of a size and writes their file."""
    began = time.perf_counter()
    made = sales(size)
    if shuffled:
        order = np.random.default_rng(11).permutation(len(made["day"]))
        for name in ("client", "day", "cents"):
            made[name] = made[name][order]
        del order
    texts = size != "100m"
    if texts:
        digits = made["ids"].astype("S13").view(np.uint8).reshape(-1, 13)
        text, uuid = fixed_texts(digits), uuids(made["hex"])
    file = path(size, shuffled)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    writer = None
    for start in range(0, len(made["day"]), ROW_GROUP):
        part = slice(start, start + ROW_GROUP)
        client, cents = made["client"][part], made["cents"][part]
        days = made["day"][part].astype(np.int32) + np.int32(FIRST_DAY)
        columns = {
            "id": pa.array(made["ids"][client]),
            "date": pa.array(days).cast(pa.date32()),
            "cents": pa.array(cents),
            "amount": decimals(cents),
        }
        if texts:
            columns |= {
                "text": text.take(pa.array(client)),
                "uuid": uuid.take(pa.array(client)),
                "float": pa.array(cents / 100.0),
            }
        table = pa.table(columns)
        if writer is None:
            writer = pq.ParquetWriter(
                unfinished, table.schema, compression="zstd", use_dictionary=False
            )
        writer.write_table(table, row_group_size=ROW_GROUP)
    writer.close()
    unfinished.rename(file)
    took = time.perf_counter() - began
    print(
        f"{file}: {len(made['day']):,} sales of {len(made['ids']):,} clients, "
        f"{file.stat().st_size / 1e6:.0f} MB, {took:.0f} s",
        flush=True,
    )


def main() -> None:
    """The command."""
    reader = argparse.ArgumentParser(description="Make sales for the benchmarks.")
    reader.add_argument("size", choices=SIZES)
    reader.add_argument("--shuffled", action="store_true", help="rows in random order")
    options = reader.parse_args()
    write(options.size, options.shuffled)


if __name__ == "__main__":
    main()
