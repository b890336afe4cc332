# SPDX-License-Identifier: Apache-2.0
"""Connected components by alternating large-star and small-star (Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii, "Connected
Components in MapReduce and Beyond", 2014): O(log² n) rounds, none of which ever has more edges than the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import Window
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from .kept_tables import KeptTables


def _large_star(edges: DataFrame) -> DataFrame:
    """Every larger neighbour is tied to the smallest one."""
    both = edges.union(edges.select(F.col("to").alias("node"), F.col("node").alias("to")))
    least = F.least(F.min("to").over(Window.partitionBy("node")), "node")
    return both.select("node", "to", least.alias("least")).filter("to > node").select(F.col("to").alias("node"), F.col("least").alias("to"))


def _small_star(edges: DataFrame) -> DataFrame:
    """Every smaller neighbour, and the node itself, are tied to the smallest one."""
    least = edges.select("node", "to", F.min("to").over(Window.partitionBy("node")).alias("least"))
    ties = least.select(F.explode(F.array("node", "to")).alias("node"), F.col("least").alias("to"))
    return ties.filter("node > to").distinct()


def _state(edges: DataFrame) -> tuple[Any, ...]:
    """Equal for equal sets of edges."""
    digest = F.xxhash64("node", "to").cast("decimal(38,0)")
    return tuple(edges.agg(F.count("*"), F.sum(digest)).first() or ())


def both_ends(pairs: DataFrame, facts: DataFrame, name: str) -> DataFrame:
    """`pairs` (a, b, …) with a fact of each end: `name`_a, `name`_b. `facts`: article, `name`."""
    for end in "ab":
        pairs = pairs.join(facts.select(F.col("article").alias(end), F.col(name).alias(f"{name}_{end}")), end)
    return pairs


def by_component(pairs: DataFrame, tables: KeptTables, name: str) -> DataFrame:
    """`pairs` (a < b, …; read twice) and component; the rows of each stand together."""
    found = components(pairs.select(F.col("b").alias("node"), F.col("a").alias("to")), tables, name)
    rows = pairs.join(found.withColumnRenamed("node", "b"), "b")  # b is never the smallest
    return rows.repartition("component").sortWithinPartitions("component")


def components(edges: DataFrame, tables: KeptTables, name: str) -> DataFrame:
    """`edges`: node, to (long). Of each node that has a smaller one in its component: node, component (its smallest). `name`: of the
    tables that are kept."""
    edges = edges.select(F.greatest("node", "to").alias("node"), F.least("node", "to").alias("to")).filter("node > to").distinct()
    edges = tables.keep(f"{name}-edges", edges)
    before = _state(edges)
    for turn in range(64):  # far more than any graph takes
        edges = tables.keep(f"{name}-edges-{turn}", _small_star(_large_star(edges)))
        after = _state(edges)
        if after == before:
            return edges.withColumnRenamed("to", "component")
        before = after
    raise RuntimeError("connected components did not settle")
