# SPDX-License-Identifier: Apache-2.0
"""What runs on the workers: Arrow batches through the native library. A partition goes through one function, batch after batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from .. import _retold

Batches = Iterator[pa.RecordBatch]
Step = Callable[[Batches], Batches]

BETWEEN = "first long, second long, bucket long"
COMPARED = "first long, second long, similarity double"
JOINED = "record long, of long, similarity double"


def _column(values: bytes, of: pa.DataType) -> pa.Array:
    return pa.Array.from_buffers(of, len(values) * 8 // of.bit_width, [None, pa.py_buffer(values)])


def _numbers(column: pa.Array) -> memoryview:
    """Of a column of 64-bit numbers without nulls: its rows, as they lie."""
    buffer = column.buffers()[1]
    return memoryview(b"") if buffer is None else memoryview(buffer)[column.offset * 8 : (column.offset + len(column)) * 8]


def _rows(schema: str, *columns: bytes) -> pa.RecordBatch:
    types = {"long": pa.int64(), "double": pa.float64()}
    fields = [field.split() for field in schema.split(", ")]
    return pa.RecordBatch.from_arrays([_column(c, types[t]) for c, (_, t) in zip(columns, fields)], [name for name, _ in fields])


def sign(options: tuple) -> Step:
    """…, text → …, words (16 bytes; null: there are none), bands."""

    def run(batches: Batches) -> Batches:
        signer = _retold.RecordSigner(_retold.DedupOptions(*options))
        for batch in batches:
            words, keys = signer.sign(batch.column("text"))
            key = _column(words, pa.binary(16)).cast(pa.binary())
            there = pa.array([any(words[i : i + 16]) for i in range(0, len(words), 16)], pa.bool_())
            ends = pa.array(range(0, batch.num_rows * signer.bands + 1, signer.bands or 1), pa.int32())
            if signer.bands == 0:
                ends = pa.array([0] * (batch.num_rows + 1), pa.int32())
            bands = pa.ListArray.from_arrays(ends, _column(keys, pa.int64()))
            others = [name for name in batch.schema.names if name != "text"]
            key = pa.compute.if_else(there, key, None)
            yield pa.RecordBatch.from_arrays([*(batch.column(n) for n in others), key, bands], [*others, "words", "bands"])

    return run


def read_buckets(batches: Batches) -> Batches:
    """key, record, sorted by both → BETWEEN."""
    reader = _retold.BucketReader()
    for batch in batches:
        yield _rows(BETWEEN, *reader.add(_numbers(batch.column("key")), _numbers(batch.column("record"))))
    yield _rows(BETWEEN, *reader.finish())


def compare(options: tuple, threshold: float) -> Step:
    """first, second, first_text, second_text → COMPARED, those within the threshold."""

    def run(batches: Batches) -> Batches:
        comparer = _retold.PairComparer(_retold.DedupOptions(*options))
        for batch in batches:
            first, second = batch.column("first"), batch.column("second")
            texts = batch.column("first_text"), batch.column("second_text")
            found = _column(comparer.compare(_numbers(first), texts[0], _numbers(second), texts[1]), pa.float64())
            near = pa.RecordBatch.from_arrays([first, second, found], ["first", "second", "similarity"])
            yield near.filter(pa.compute.greater_equal(found, threshold))

    return run


def decide(options: tuple) -> Step:
    """component, record, other, similarity (NaN: other is a hot bucket), text, sorted by the first two → JOINED."""

    def run(batches: Batches) -> Batches:
        decider = _retold.GroupDecider(_retold.DedupOptions(*options))
        for batch in batches:
            numbers = [_numbers(batch.column(n)) for n in ("component", "record", "other", "similarity")]
            decider.tell(*numbers, batch.column("text"))
            yield _rows(JOINED, *decider.take())
        decider.finish()
        yield _rows(JOINED, *decider.take())

    return run
