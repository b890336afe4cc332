# SPDX-License-Identifier: Apache-2.0
"""stories: the steps of include/retold/distribute_stories.hpp, joined by Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from .. import _retold
from ..documents import options_of
from . import leaders, scoring, story_batches
from .components import both_ends, components
from .kept_tables import KeptTables
from .records import named, require_columns, require_texts, require_unique

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from .batches import Options


def stories(
    df: DataFrame,
    text: str = "text",
    id: str = "id",
    *,
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
    level: str = "story",
    threshold: float | None = None,
    window_days: int = 0,
    preset: str | None = None,
    shingle: str | None = None,
    slots: int | None = None,
    checkpoint_dir: str | None = None,
) -> DataFrame:
    """All rows of `df`, and a column `story`: the id of the first article of the same story, in the order of the ids
    as strings (which ids are to `retold cluster`: "10" comes before "9").

    The stories are those of `retold cluster` (with `level="topic"` its topics) on the same articles, for any number of workers and
    partitions: each must have the same fields there. `id`: unique, not null; strings sort by their bytes. `title`, `date`, `source`: names
    of columns, where there are such; dates are ISO 8601 strings, or dates or times, which Spark writes so in the session's time zone. `df`
    is read three times. A column `story` that was there is gone. `window_days`: articles further apart are not compared, but for
    near-copies; 0: no limit, where all are, block by block. `threshold`: the cut of the level. `checkpoint_dir`: as for dedup.

    Everything but the last merges is spread over the workers; those of one component of articles that might belong together are made
    by one of them, which needs about 25 KB of memory for each (docs/scale.md).

    Raises ValueError for options out of range and for ids that are null or stand more than once.
    """
    if level not in ("story", "topic"):
        raise ValueError(f"level {level!r} is not story or topic; exact and near are for dedup")
    if not 0 <= window_days < 1 << 32:
        raise ValueError(f"window_days {window_days} is out of range: 0 to 4,294,967,295")
    if window_days and date is None:
        raise ValueError("window_days says nothing without date, the column of dates")
    options = options_of(level=level, threshold=threshold, window=window_days, preset=preset, shingle=shingle, slots=slots)
    _retold.ArticleReader(_retold.StoryOptions(options))  # says what is wrong with them
    require_columns(df, text, id, title, date, source)
    require_texts(df, text, title)
    if id.lower() == "story":
        raise ValueError("the column of ids cannot be called story: that is what is added")
    tables = KeptTables(df.sparkSession, checkpoint_dir)
    try:
        rows = tables.keep("rows", _rows(df, id, text, title, date, source))
        require_unique(rows)
        articles = tables.keep("articles", _read(rows, options, tables))
        first = leaders.lead(articles, _retold.StoryOptions(options), tables)
        collapsed = scoring.collapse(articles, first, options, tables)
        leading = tables.keep("leaders", leaders.moved(first, collapsed))
        grouped = _group(articles, leading, options, tables)
        found = tables.keep("stories", _labels(rows, leading, grouped), for_good=True)
    finally:
        tables.drop()
    others = [named(df, name) for name in df.columns if name.lower() != "story"]
    return df.join(found, named(df, id) == found["id"]).select(*others, found["story"])


def _rows(df: DataFrame, id: str, *fields: str | None) -> DataFrame:
    """article (ascending with the ids), id, and the fields of a document."""

    def column(name: str | None) -> Column:
        return F.lit(None).cast("string") if name is None else named(df, name).cast("string")

    fields_of = [column(field).alias(name) for field, name in zip(fields, story_batches.DOCUMENT)]
    # As strings: that is what ids are to `cluster`.
    ordered = df.select(named(df, id).alias("id"), *fields_of).sort(F.col("id").cast("string"))
    return ordered.withColumn("article", F.monotonically_increasing_id())


def _read(rows: DataFrame, options: Options, tables: KeptTables) -> DataFrame:
    """The sketches of all articles, once it is known which of their lines are not their own."""
    lines = tables.keep("lines", rows.mapInArrow(story_batches.lines(), story_batches.LINES))
    titles = lines.filter("title != 0").select(F.col("title").alias("item")).distinct()
    teasers, recurring = scoring.lists_of(lines, titles, "teasers"), scoring.lists_of(lines, _recurring(lines), "recurring")
    marked = rows.join(teasers, "article", "left").join(recurring, "article", "left")
    none = F.array().cast("array<long>")
    marked = marked.select(
        "article",
        *story_batches.DOCUMENT,
        F.coalesce("teasers", none).alias("teasers"),
        F.coalesce("recurring", none).alias("recurring"),
    )
    return marked.mapInArrow(story_batches.read(options), story_batches.SKETCHES)


def _recurring(lines: DataFrame) -> DataFrame:
    """item: keys of lines that recur, by the first holders in the order of their content."""
    held = lines.select("article", "content", F.explode("recurring").alias("key"))
    often = held.groupBy("key").count().filter(F.col("count") >= _retold.least_line_holders)
    place = F.row_number().over(Window.partitionBy("key").orderBy(F.col("content") < 0, "content", "article"))  # unsigned
    first = held.join(often, "key", "left_semi").withColumn("place", place).filter(F.col("place") <= _retold.line_holders)
    rows = first.join(lines.select("article", "distinct"), "article").repartition("key").sortWithinPartitions("key", "place")
    found = rows.select("key", "distinct").mapInArrow(story_batches.judge_lines(), story_batches.RECURRING)
    return found.withColumnRenamed("key", "item")


def _group(articles: DataFrame, leading: DataFrame, options: Options, tables: KeptTables) -> DataFrame:
    """article, of: of leaders, the first of their story. Those that no pair lets merge are left out."""
    own = scoring.leaders_of(leading)
    count = own.count()
    vectors = scoring.vectors(articles, own, count, "final", tables)
    pairs = tables.keep("pairs", scoring.scored(articles, own, vectors, count, options, copies=False))
    both = pairs.select(F.col("a").alias("article"), "evidence").union(pairs.select("b", "evidence")).filter("evidence > 0")
    place = F.row_number().over(Window.partitionBy("article").orderBy(F.desc("evidence")))
    best = both.withColumn("place", place).filter(F.col("place") <= _retold.nearest_articles)
    best = best.groupBy("article").agg(F.sort_array(F.collect_list("evidence"), asc=False).alias("best"))

    near = pairs.filter("may_merge != 0").select(F.col("b").alias("node"), F.col("a").alias("to"))
    component = tables.keep("story-components", _with_smallest(components(near, tables, "story")))
    members = vectors.join(component, "article").join(articles.select("article", "length"), "article").join(best, "article", "left")
    evidence = F.coalesce("best", F.array().cast("array<double>")).alias("best")
    members = members.select("component", "article", "length", evidence, *story_batches.VECTOR)
    within = both_ends(pairs, component, "component").filter("component_a = component_b").withColumnRenamed("component_a", "component")
    fields = ("b", "cosine", "concentration", "surprise")
    within = within.groupBy("component", "a").agg(F.collect_list(F.struct(*fields)).alias("pairs"))
    within = within.select("component", "a", *(F.col(f"pairs.{field}").alias(field) for field in fields))
    rows = members.unionByName(within, allowMissingColumns=True)
    rows = rows.repartition("component").sortWithinPartitions("component", F.col("article").isNull())
    return rows.mapInArrow(story_batches.group(options, count), story_batches.MEMBERS)


def _with_smallest(found: DataFrame) -> DataFrame:
    """article, component: also of the smallest of each."""
    smallest = found.select("component").distinct()
    return found.select(F.col("node").alias("article"), "component").union(smallest.select("component", "component"))


def _labels(rows: DataFrame, leading: DataFrame, grouped: DataFrame) -> DataFrame:
    """id, story (an id)."""
    labelled = leaders.moved(leading, grouped)
    labelled = labelled.withColumn("first", F.min("article").over(Window.partitionBy("of")))
    ids = rows.select("article", "id")
    names = ids.select(F.col("article").alias("first"), F.col("id").alias("story"))
    return labelled.join(ids, "article").join(names, "first").select("id", "story")
