# SPDX-License-Identifier: Apache-2.0
"""What runs on the workers: Arrow batches through the native library. A partition goes through one function, batch after batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .. import _retold

Batches = Iterator[pa.RecordBatch]
Step = Callable[[Batches], Batches]
Options = dict[str, Any]  # of retold.dedup or retold.cluster, those that are given
Column = bytes | tuple[bytes, bytes]  # from the library: a buffer, or those of lists' bounds and items

WORDS = 16  # bytes of a key of words
BETWEEN = "first long, second long, bucket long"
COMPARED = "first long, second long, similarity double"
JOINED = "record long, of long, similarity double"


TYPES = {"long": pa.int64(), "double": pa.float64(), "float": pa.float32(), "int": pa.int32()}


def column_of(type_: str, values: Column, width: int = 0) -> pa.Array:
    """A column from its buffer; array<…> from those of its bounds and items; binary from one of `width` bytes a row."""
    if isinstance(values, tuple):
        return pa.ListArray.from_arrays(column_of("int", values[0]), column_of(type_[6:-1], values[1]))
    if type_ == "binary":
        return pa.Array.from_buffers(pa.binary(width), len(values) // width, [None, pa.py_buffer(values)]).cast(pa.binary())
    of = TYPES[type_]
    return pa.Array.from_buffers(of, len(values) * 8 // of.bit_width, [None, pa.py_buffer(values)])


def numbers(column: pa.Array) -> memoryview:
    """Of a column of numbers without nulls: its rows, as they lie."""
    width = column.type.bit_width // 8
    buffer = column.buffers()[1]
    return memoryview(b"") if buffer is None else memoryview(buffer)[column.offset * width : (column.offset + len(column)) * width]


def batch_of(schema: str, *columns: pa.Array | Column) -> pa.RecordBatch:
    """Columns as they are, or from their buffers."""
    fields = [field.split() for field in schema.split(", ")]
    made = [c if isinstance(c, pa.Array) else column_of(type_, c) for c, (_, type_) in zip(columns, fields)]
    return pa.RecordBatch.from_arrays(made, [name for name, _ in fields])


def slices(batch: pa.RecordBatch, rows: int) -> Batches:
    """The same rows in batches of no more: what lists of numbers come in and go out by must fit into memory several times."""
    for begin in range(0, batch.num_rows, rows):
        yield batch.slice(begin, rows)


def by_this_version(run: Step) -> Step:
    """Another version than the driver's may sign and group otherwise."""
    driver = _retold.version

    def checked(batches: Batches) -> Batches:
        if _retold.version != driver:
            raise RuntimeError(f"a worker has retold {_retold.version}, and the driver {driver}; install the same on all")
        return run(batches)

    return checked


def sign(options: Options) -> Step:
    """…, text → …, words (16 bytes; null: there are none), bands."""

    def run(batches: Batches) -> Batches:
        signer = _retold.RecordSigner(_retold.DedupOptions(options))
        for batch in batches:
            words, keys = signer.sign(batch.column("text"))
            ends = pa.array([row * signer.bands for row in range(batch.num_rows + 1)], pa.int32())
            bands = pa.ListArray.from_arrays(ends, column_of("long", keys))
            others = [name for name in batch.schema.names if name != "text"]
            key = column_of("binary", words, WORDS)
            key = pc.if_else(pc.equal(key, bytes(WORDS)), None, key)
            yield pa.RecordBatch.from_arrays([*(batch.column(n) for n in others), key, bands], [*others, "words", "bands"])

    return by_this_version(run)


def read_buckets(most: int) -> Step:
    """key, record, sorted by both → BETWEEN. A bucket of more is hot."""

    def run(batches: Batches) -> Batches:
        reader = _retold.BucketReader(most)
        for batch in batches:
            yield batch_of(BETWEEN, *reader.add(numbers(batch.column("key")), numbers(batch.column("record"))))
        yield batch_of(BETWEEN, *reader.finish())

    return by_this_version(run)


def compare(options: Options) -> Step:
    """first, second, first_text, second_text → COMPARED, those within the threshold."""

    def run(batches: Batches) -> Batches:
        use = _retold.DedupOptions(options)
        comparer = _retold.PairComparer(use)
        for batch in batches:
            first, second = batch.column("first"), batch.column("second")
            texts = batch.column("first_text"), batch.column("second_text")
            found = column_of("double", comparer.compare(numbers(first), texts[0], numbers(second), texts[1]))
            near = pa.RecordBatch.from_arrays([first, second, found], ["first", "second", "similarity"])
            yield near.filter(pc.greater_equal(found, use.threshold))

    return by_this_version(run)


def decide(options: Options) -> Step:
    """component, record, other, similarity (NaN: other is a hot bucket), text, sorted by the first two → JOINED."""

    def run(batches: Batches) -> Batches:
        decider = _retold.GroupDecider(_retold.DedupOptions(options))
        for batch in batches:
            component, record, other, similarity = (numbers(batch.column(name)) for name in ("component", "record", "other", "similarity"))
            decider.tell(component, record, other, similarity, batch.column("text"))
            yield batch_of(JOINED, *decider.take())
        decider.finish()
        yield batch_of(JOINED, *decider.take())

    return by_this_version(run)
