# SPDX-License-Identifier: Apache-2.0
"""Leaders as vectors of terms, and all pairs of them that are worth comparing, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from .. import _retold
from . import story_batches
from .components import components

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from .kept_tables import KeptTables

BLOCK = 16_384  # articles; a worker holds two blocks, some 30 KB an article


def collapse(articles: DataFrame, led: DataFrame, options: tuple, tables: KeptTables) -> DataFrame:
    """article, of: leaders that others are as good as copies of, and those."""
    own = led.select(F.col("leader").alias("article")).distinct()
    weighed = vectors(articles, own, own.count(), "first", tables)
    pairs = tables.keep("same", scored(articles, weighed, options, copies=True, window_days=options[2]).select("a", "b", "cosine"))
    component = components(pairs.select(F.col("b").alias("node"), F.col("a").alias("to")), tables, "same")
    lengths = articles.select("article", "length")
    of_a, of_b = (lengths.select(F.col("article").alias(end), F.col("length").alias(f"length_{end}")) for end in "ab")
    rows = pairs.join(of_a, "a").join(of_b, "b").join(component.withColumnRenamed("node", "b"), "b")
    rows = rows.select("component", "a", "b", "cosine", "length_a", "length_b")
    rows = rows.repartition("component").sortWithinPartitions("component")
    return tables.keep("collapsed", rows.mapInArrow(story_batches.collapse(), story_batches.MEMBERS))


def vectors(articles: DataFrame, own: DataFrame, count: int, name: str, tables: KeptTables) -> DataFrame:
    """VECTORS of the `count` articles in `own`."""
    flagged = articles.join(own.withColumn("leads", F.lit(1)), "article", "left")
    terms = flagged.select("article", "leads", F.explode(F.arrays_zip("terms", "counts")).alias("term"))
    terms = terms.select("article", "leads", F.col("term.terms").alias("key"), F.col("term.counts").alias("count"))
    shared = terms.groupBy("key").agg(
        F.count("*").alias("articles"), F.min("article").alias("first"), F.count("leads").alias("leaders")
    )
    # Keys are unsigned numbers.
    shared = shared.filter("articles > 1").sort("first", F.col("key") < 0, "key")
    shared = tables.keep(f"{name}-terms", shared.select("key", "articles", "leaders", F.monotonically_increasing_id().alias("place")))
    one = F.lit(1).cast("long")
    rows = terms.filter("leads is not null").join(shared, "key", "left")
    rows = rows.select(
        "article",
        "key",
        "count",
        F.coalesce("place", F.lit(-1).cast("long")).alias("place"),
        F.coalesce("articles", one).alias("articles"),
        F.coalesce("leaders", one).alias("leaders"),
    )
    rows = rows.repartition("article").sortWithinPartitions("article")
    weighed = tables.keep(f"{name}-weighed", rows.mapInArrow(story_batches.weigh(count), story_batches.VECTORS))
    proposing = _lists(weighed, _may_propose(weighed, count, name, tables), "proposing")
    kept = weighed.drop("proposing").join(proposing, "article", "left")
    return tables.keep(f"{name}-vectors", kept.withColumn("proposing", F.coalesce("proposing", F.array().cast("array<long>"))))


def _may_propose(weighed: DataFrame, count: int, name: str, tables: KeptTables) -> DataFrame:
    """item: places of the terms that propose pairs, rarest first, until there are enough."""
    numbers = weighed.select(F.explode("proposing").alias("item")).groupBy("item").agg(F.count("*").alias("number"))
    numbers = tables.keep(f"{name}-proposing", numbers)
    table = [(row["number"], row["count"]) for row in numbers.groupBy("number").count().collect()]  # a row for each number
    through, some, of_some = _retold.choose_proposing(table, count)
    taken = numbers.filter(F.col("number") <= through).select("item")
    return taken.union(numbers.filter(F.col("number") == some).select("item").sort("item").limit(of_some)) if of_some else taken


def _lists(holders: DataFrame, items: DataFrame, name: str) -> DataFrame:
    """article, `name`: those of the items that its list holds."""
    held = holders.select("article", F.explode(name).alias("item")).join(items, "item", "left_semi")
    return held.groupBy("article").agg(F.collect_list("item").alias(name))


def scored(articles: DataFrame, weighed: DataFrame, options: tuple, copies: bool, window_days: int) -> DataFrame:
    """SCORED: each block with itself and with those after it that the window lets it meet."""
    sketches = articles.join(weighed.select("article"), "article", "left_semi")
    holders = sketches.select("article", F.explode("sentences").alias("item")).groupBy("item").count()
    common = holders.filter((F.col("count") > 1) & (F.col("count") <= _retold.sentence_holders)).select("item")
    sentences = _lists(sketches, common, "sentences")
    rows = weighed.join(sketches.select("article", "day", "length"), "article").join(sentences, "article", "left")
    rows = rows.withColumn("sentences", F.coalesce("sentences", F.array().cast("array<long>")))
    blocks, meetings = _blocks(rows, window_days)
    first = meetings.select(F.col("x").alias("block"), "task", F.lit(0).cast("long").alias("second"))
    later = meetings.filter("x != y").select(F.col("y").alias("block"), "task", F.lit(1).cast("long").alias("second"))
    tasks = blocks.join(F.broadcast(first.union(later)), "block")
    columns = ["task", "article", "day", "length", "second", *story_batches.VECTOR, "sentences"]
    tasks = tasks.select(columns).repartition("task").sortWithinPartitions("task")
    return tasks.mapInArrow(story_batches.score(options, copies), story_batches.SCORED)


def _blocks(rows: DataFrame, window_days: int) -> tuple[DataFrame, DataFrame]:
    """The rows with a block each, by day; and x, y, task: which blocks meet."""
    spark = rows.sparkSession
    count = rows.count()
    wanted = max(1, -(-count // BLOCK))
    days = rows.filter(F.col("day") != _retold.no_day).stat.approxQuantile("day", [i / wanted for i in range(1, wanted)], 0.001)
    ends = sorted({int(day) for day in days}) if window_days else []
    if window_days == 0:
        blocked = rows.withColumn("block", F.pmod(F.xxhash64("article"), F.lit(wanted)))
        pairs = [(x, y) for x in range(wanted) for y in range(x, wanted)]
    else:
        block = F.lit(0)
        for end in ends:
            block = block + (F.col("day") > end).cast("int")
        blocked = rows.withColumn("block", F.when(F.col("day") == _retold.no_day, -1).otherwise(block).cast("long"))
        bounds = {r["block"]: (r["first"], r["last"]) for r in blocked.groupBy("block").agg(F.min("day").alias("first"), F.max("day").alias("last")).collect()}
        names = sorted(bounds)
        pairs = [(x, y) for x in names for y in names if x <= y and (x == -1 or bounds[y][0] - bounds[x][1] <= window_days)]
    table = [(x, y, task) for task, (x, y) in enumerate(pairs)]
    return blocked, spark.createDataFrame(table, "x long, y long, task long")
