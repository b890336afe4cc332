# SPDX-License-Identifier: Apache-2.0
"""Leaders as vectors of terms, and all pairs of them that are worth comparing, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from .. import _retold
from . import story_batches
from .components import both_ends, by_component

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from .batches import Options
    from .kept_tables import KeptTables

PARTS = 1 << 20  # of a span of days, at most
BLOCK = 16_384  # articles; a worker holds two blocks, some 30 KB an article


def collapse(articles: DataFrame, led: DataFrame, options: Options, tables: KeptTables) -> DataFrame:
    """article, of: leaders that others are as good as copies of, and those."""
    own = leaders_of(led)
    count = own.count()
    weighed = vectors(articles, own, count, "first", tables)
    same = scored(articles, own, weighed, count, options, copies=True)
    pairs = tables.keep("same", both_ends(same.select("a", "b", "cosine"), articles, "length"))
    rows = by_component(pairs, tables, "same")
    return tables.keep("collapsed", rows.mapInArrow(story_batches.collapse(), story_batches.MEMBERS))


def leaders_of(led: DataFrame) -> DataFrame:
    return led.select(F.col("of").alias("article")).distinct()


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
    proposing = lists_of(weighed, _may_propose(weighed, count, name, tables), "proposing")
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


def lists_of(holders: DataFrame, items: DataFrame, name: str) -> DataFrame:
    """article, `name`: those of the items that its list holds."""
    held = holders.select("article", F.explode(name).alias("item")).join(items, "item", "left_semi")
    return held.groupBy("article").agg(F.collect_list("item").alias(name))


def scored(articles: DataFrame, own: DataFrame, weighed: DataFrame, count: int, options: Options, copies: bool) -> DataFrame:
    """SCORED: each block with itself and with those after it that the window lets it meet."""
    sketches = articles.join(own, "article", "left_semi")
    holders = sketches.select("article", F.explode("sentences").alias("item")).groupBy("item").count()
    common = holders.filter((F.col("count") > 1) & (F.col("count") <= _retold.sentence_holders)).select("item")
    sentences = lists_of(sketches, common, "sentences")
    rows = weighed.join(sketches.select("article", "day", "length"), "article").join(sentences, "article", "left")
    rows = rows.withColumn("sentences", F.coalesce("sentences", F.array().cast("array<long>")))
    block, meetings = _blocks(sketches.select("article", "day"), count, options["window"])
    meeting = sketches.sparkSession.createDataFrame([(x, y, i) for i, (x, y) in enumerate(meetings)], "x long, y long, task long")
    first = meeting.select(F.col("x").alias("block"), "task", F.lit(0).cast("long").alias("second"))
    later = meeting.filter("x != y").select(F.col("y").alias("block"), "task", F.lit(1).cast("long").alias("second"))
    blocks = rows.withColumn("block", block)
    tasks = blocks.join(F.broadcast(first.union(later)), "block")
    columns = ["task", "article", "day", "length", "second", *story_batches.VECTOR, "sentences"]
    tasks = tasks.select(columns).repartition("task").sortWithinPartitions("task")
    return tasks.mapInArrow(story_batches.score(options, copies), story_batches.SCORED)


def _blocks(days: DataFrame, count: int, window_days: int) -> tuple[Column, list[tuple[int, int]]]:
    """Of `count` articles, each with its day: an expression for the block of one, and which blocks meet. Without a window all do."""
    wanted = max(1, -(-count // BLOCK))
    if window_days == 0 or wanted == 1:
        return F.pmod(F.xxhash64("article"), F.lit(wanted)), [(x, y) for x in range(wanted) for y in range(x, wanted)]
    dated = days.filter(F.col("day") != _retold.no_day)
    ends = sorted({int(day) for day in dated.stat.approxQuantile("day", [i / wanted for i in range(1, wanted)], 0.001)})
    place = sum(((F.col("day") > end).cast("long") for end in ends), F.lit(0).cast("long"))
    span = F.when(F.col("day") == _retold.no_day, -1).otherwise(place)  # those without a day meet all
    of_span = days.groupBy(span.alias("span")).agg(F.min("day").alias("first"), F.max("day").alias("last"), F.count("*").alias("size"))
    # A span that holds too many, such as a day of much news, is several blocks, which meet one another.
    parts, blocks = F.lit(1), []
    for row in sorted(of_span.collect()):
        many = -(-row["size"] // BLOCK)
        parts = F.when(span == row["span"], F.lit(many)).otherwise(parts)
        blocks += [(row["span"] * PARTS + part, row["span"], row["first"], row["last"]) for part in range(many)]
    block = span * PARTS + F.pmod(F.xxhash64("article"), parts)
    meet = [(x[0], y[0]) for x in blocks for y in blocks if x[0] <= y[0] and (x[1] == -1 or y[2] - x[3] <= window_days)]
    return block, meet
