# SPDX-License-Identifier: Apache-2.0
"""Copies and rewrites of articles: stars over verified pairs, and who leads each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import Window
from pyspark.sql import functions as F

from .. import _retold
from . import batches, story_batches
from .components import both_ends, by_component

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from .kept_tables import KeptTables


def lead(articles: DataFrame, options: Any, tables: KeptTables) -> DataFrame:
    """article, of: the longest of its copies and rewrites, whose words stand for theirs."""
    words = articles.select("article", "words")
    firsts = words.filter(F.col("words") != F.lit(bytes(batches.WORDS))).groupBy("words").agg(F.min("article").alias("first"))
    exact = tables.keep("exact", words.join(firsts, "words", "left").select("article", F.coalesce("first", "article").alias("of")))
    distinct = articles.join(exact.filter("article = of").select("article"), "article", "left_semi")
    copies = _stars("copies", distinct.select("article", F.col("near_bands").alias("bands"), F.col("near").alias("set")),
                    options.near_threshold, options.slots, tables)  # fmt: skip
    near = tables.keep("near", moved(exact, copies))
    centres = articles.join(near.filter("article = of").select("article"), "article", "left_semi")
    rewrites = _stars("rewrites", centres.select("article", F.col("rewrite_bands").alias("bands"), F.col("rewrite").alias("set")),
                      _retold.rewrite_threshold, options.slots, tables)  # fmt: skip
    stars = moved(near, rewrites).join(articles.select("article", "length"), "article")
    longest = F.first("article").over(Window.partitionBy("of").orderBy(F.desc("length"), "article"))
    return tables.keep("led", stars.select("article", longest.alias("of")))


def moved(members: DataFrame, stars: DataFrame) -> DataFrame:
    """article, of: who belongs to one that belongs to another now belongs to that."""
    centre = stars.select(F.col("article").alias("of"), F.col("of").alias("centre"))
    return members.join(centre, "of", "left").select("article", F.coalesce("centre", "of").alias("of"))


def _stars(name: str, given: DataFrame, threshold: float, slots: int, tables: KeptTables) -> DataFrame:
    """article, bands, set → article, of: its centre. Articles without a pair are left out."""
    entries = given.select(F.explode("bands").alias("key"), F.col("article").alias("record"))
    entries = entries.repartition("key").sortWithinPartitions("key", "record")
    between = entries.mapInArrow(batches.read_buckets(_retold.story_bucket), batches.BETWEEN).distinct()
    between = tables.keep(f"{name}-between", between)
    sets = given.select("article", "set")
    hot = between.filter("bucket != 0").select("bucket", F.col("second").alias("article")).join(sets, "article")
    hot = hot.repartition("bucket").sortWithinPartitions("bucket", "article")
    led = hot.mapInArrow(story_batches.lead(threshold, slots), story_batches.LED)
    pairs = between.filter("bucket = 0").select("first", "second").union(led).distinct().toDF("a", "b")
    both = both_ends(pairs, sets, "set")
    near = tables.keep(f"{name}-near", both.mapInArrow(story_batches.compare(threshold), story_batches.NEAR))
    return tables.keep(name, by_component(near, tables, name).mapInArrow(story_batches.stars(), story_batches.MEMBERS))
