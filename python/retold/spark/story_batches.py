# SPDX-License-Identifier: Apache-2.0
"""What runs on the workers for stories: Arrow batches through the native library. The schemas are those that the steps answer with."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .. import _retold
from .batches import WORDS, Batches, Options, Step, batch_of, by_this_version, column_of, numbers, slices

LINES = "article long, title long, content long, teasers array<long>, recurring array<long>, distinct array<long>"
RECURRING = "key long"
SKETCHES = (
    "article long, words binary, day long, length long, near_bands array<long>, near array<long>, "
    "rewrite_bands array<long>, rewrite array<long>, sentences array<long>, terms array<long>, counts array<long>"
)
LED = "first long, second long"
NEAR = "a long, b long, jaccard double"
MEMBERS = "article long, of long"
VECTORS = "article long, places array<long>, values array<float>, surprises array<float>, proposing array<long>"
SCORED = "a long, b long, cosine double, concentration double, surprise double, evidence double, may_merge long"

ARTICLES, PAIRS = 500, 1 << 16  # at a time
DOCUMENT = ("text", "title", "date", "source")
VECTOR = ("places", "values", "surprises", "proposing")


def _lists(column: pa.Array) -> tuple[memoryview, memoryview]:
    return numbers(column.offsets), numbers(column.values)


def _of(batch: pa.RecordBatch, *names: str) -> list[memoryview]:
    return [numbers(batch.column(name)) for name in names]


def _lists_of(batch: pa.RecordBatch, *names: str) -> list[tuple[memoryview, memoryview]]:
    return [_lists(batch.column(name)) for name in names]


def lines() -> Step:
    """article, text, title, date, source → LINES."""

    def run(batches: Batches) -> Batches:
        for batch in batches:
            found = _retold.lines([batch.column(name) for name in DOCUMENT])
            yield batch_of(LINES, batch.column("article"), *found)

    return by_this_version(run)


def judge_lines() -> Step:
    """key, distinct, sorted by key and content → RECURRING."""

    def run(batches: Batches) -> Batches:
        judge = _retold.LineJudge()
        for batch in batches:
            yield batch_of(RECURRING, judge.add(*_of(batch, "key"), *_lists_of(batch, "distinct")))
        yield batch_of(RECURRING, judge.finish())

    return by_this_version(run)


def read(options: Options) -> Step:
    """article, text, title, date, source, teasers, recurring → SKETCHES."""

    def run(batches: Batches) -> Batches:
        reader = _retold.ArticleReader(_retold.StoryOptions(options))
        for batch in (part for whole in batches for part in slices(whole, ARTICLES)):
            texts = [batch.column(name) for name in DOCUMENT]
            words, *rest = reader.read(texts, *_lists_of(batch, "teasers", "recurring"))
            yield batch_of(SKETCHES, batch.column("article"), column_of("binary", words, WORDS), *rest)

    return by_this_version(run)


def lead(threshold: float, slots: int) -> Step:
    """bucket, article, set, sorted by the first two → LED."""

    def run(batches: Batches) -> Batches:
        leaders = _retold.BucketLeaders(threshold, slots)
        for batch in batches:
            yield batch_of(LED, *leaders.add(*_of(batch, "bucket", "article"), *_lists_of(batch, "set")))

    return by_this_version(run)


def compare(threshold: float) -> Step:
    """a, b, set_a, set_b → NEAR, those within the threshold."""

    def run(batches: Batches) -> Batches:
        for batch in batches:
            found = column_of("double", _retold.jaccards(*_lists_of(batch, "set_a", "set_b")))
            pairs = batch_of(NEAR, batch.column("a"), batch.column("b"), found)
            yield pairs.filter(pc.greater_equal(found, threshold))

    return by_this_version(run)


def _by_component(make: Any, names: tuple[str, ...]) -> Step:
    def run(batches: Batches) -> Batches:
        groups = make()
        for batch in batches:
            yield batch_of(MEMBERS, *groups.add(*_of(batch, *names)))
        yield batch_of(MEMBERS, *groups.finish())

    return by_this_version(run)


def stars() -> Step:
    """component, a, b, jaccard, by component → MEMBERS."""
    return _by_component(_retold.Stars, ("component", "a", "b", "jaccard"))


def collapse() -> Step:
    """component, a, b, cosine, length_a, length_b, by component → MEMBERS."""
    return _by_component(_retold.Copies, ("component", "a", "b", "cosine", "length_a", "length_b"))


def weigh(leaders: int) -> Step:
    """article, key, count, place, articles, leaders, by article → VECTORS."""

    def run(batches: Batches) -> Batches:
        vectors = _retold.Vectors(leaders)
        for batch in batches:
            yield batch_of(VECTORS, *vectors.add(*_of(batch, "article", "key", "count", "place", "articles", "leaders")))
        yield batch_of(VECTORS, *vectors.finish())

    return by_this_version(run)


def score(options: Options, copies: bool) -> Step:
    """task, article, day, length, second, VECTOR, sentences, by task → SCORED."""

    def run(batches: Batches) -> Batches:
        blocks = _retold.Blocks(_retold.StoryOptions(options), copies)
        for batch in batches:
            rows: list[Any] = _of(batch, "task", "article", "day", "length", "second")
            rows += [_lists_of(batch, *VECTOR), *_lists_of(batch, "sentences")]
            yield from slices(batch_of(SCORED, *blocks.add(*rows)), PAIRS)
        yield from slices(batch_of(SCORED, *blocks.finish()), PAIRS)

    return by_this_version(run)


def group(options: Options, leaders: int) -> Step:
    """component, then either article, length, best, VECTOR or a and lists of b, cosine, concentration, surprise; by component → MEMBERS."""

    def run(batches: Batches) -> Batches:
        stories = _retold.Stories(_retold.StoryOptions(options), leaders)
        for batch in batches:
            kinds = pc.run_end_encode(pc.is_null(batch.column("article")))
            begin = 0
            for end, pairs in zip(kinds.run_ends.to_pylist(), kinds.values.to_pylist()):
                rows = batch.slice(begin, end - begin)
                begin = end
                yield batch_of(MEMBERS, *(_tell_pairs if pairs else _tell_articles)(stories, rows))
        yield batch_of(MEMBERS, *stories.finish())

    return by_this_version(run)


def _tell_pairs(stories: Any, rows: pa.RecordBatch) -> Any:
    """A row holds all pairs of one article: rows of lists are few, and null lists in many rows cost Spark a lot."""
    row = pc.list_parent_indices(rows.column("b"))
    each = [numbers(rows.column(name).take(row)) for name in ("component", "a")]
    return stories.add_pairs(*each, *(numbers(rows.column(name).flatten()) for name in ("b", "cosine", "concentration", "surprise")))


def _tell_articles(stories: Any, rows: pa.RecordBatch) -> Any:
    return stories.add_articles(*_of(rows, "component", "article", "length"), *_lists_of(rows, "best"), _lists_of(rows, *VECTOR))
