# SPDX-License-Identifier: Apache-2.0
"""dedup: the steps of include/retold/distribute.hpp, joined by Spark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyspark.sql import Column, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .. import _retold
from . import batches
from .components import components
from .kept_tables import KeptTables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from .batches import Options

    Order: TypeAlias = str | Column | Sequence[str | Column] | None  # as DataFrame.sort takes them


def dedup(
    df: DataFrame,
    text: str = "text",
    id: str = "id",
    *,
    level: str = "near",
    threshold: float | None = None,
    order_by: Order = None,
    ascending: bool | Sequence[bool] = True,
    mark: bool = False,
    preset: str | None = None,
    shingle: str | None = None,
    slots: int | None = None,
    recall: float | None = None,
    checkpoint_dir: str | None = None,
) -> DataFrame:
    """The rows of `df` that stay, with all their columns; or with `mark` all rows, and a column `retold` that tells of each.

    Each row, in order, joins the earliest kept one within the threshold, or is kept: groups never chain. The order is that of `order_by`
    and `ascending`, which DataFrame.sort would take (order_by="score", ascending=False: the best stay), and of the ids, which settle
    ties. The result is that of `retold dedup` on the rows in that order, for any number of workers and partitions. `id`: unique, not
    null; strings sort by their bytes. `level`: near or exact. `threshold`: Jaccard, 0.8 if not given. A row without text, or whose text
    has no words, is nobody's duplicate.

    `retold` is a struct: status (kept, exact, near), of (the id of the kept row), similarity (Jaccard), size (of the group).

    `checkpoint_dir`: a folder that driver and executors reach, for the tables between the steps; else the SparkContext's, or in local mode
    a temporary one. Those tables are removed at the end but the one of who joined whom, which the result is read from. The work is done
    when this is called; `df` is read three times, so it must give the same rows each time.

    Raises ValueError for options out of range and for ids that are null or stand more than once.
    """
    options = (level, threshold, preset, shingle, slots, recall)
    _retold.RecordSigner(_retold.DedupOptions(*options))  # says what is wrong with them
    require_columns(df, text, id)
    tables = KeptTables(df.sparkSession, checkpoint_dir)
    try:
        numbered = tables.keep("numbered", _numbered(df, text, id, order_by, ascending, options))
        require_unique(numbered)
        copies = tables.keep("copies", _copies(numbered))
        joined = _near(df, text, id, numbered, copies, options, tables) if level == "near" else None
        verdicts = tables.keep("verdicts", _verdicts(numbered, copies, joined), for_good=True)
    finally:
        tables.drop()
    return _marked(df, id, verdicts) if mark else df.join(verdicts, df[id] == verdicts["id"], "left_anti")


def require_columns(df: DataFrame, *names: str) -> None:
    for name in names:
        if name not in df.columns:
            raise ValueError(f"no column {name!r}; there are {', '.join(df.columns)}")


def _numbered(df: DataFrame, text: str, id: str, order_by: Order, ascending: bool | Sequence[bool], options: Options) -> DataFrame:
    """record (ascending in the order asked for), id, words, bands."""
    wanted = [] if order_by is None else [order_by] if isinstance(order_by, (str, Column)) else list(order_by)
    keys = [(df[key] if isinstance(key, str) else key).alias(f"by_{i}") for i, key in enumerate(wanted)]
    up = [ascending] * len(keys) if isinstance(ascending, bool) else list(ascending)
    if len(up) != len(keys):
        raise ValueError(f"ascending has {len(up)} values for {len(keys)} columns of order_by")
    rows = df.select(df[id].alias("id"), *keys, df[text].cast("string").alias("text"))
    kept = [f for f in rows.schema.fields if f.name != "text"]
    schema = T.StructType([*kept, T.StructField("words", T.BinaryType()), T.StructField("bands", T.ArrayType(T.LongType()))])
    signed = rows.mapInArrow(batches.sign(options), schema)
    ordered = signed.sort(*(f"by_{i}" for i in range(len(keys))), "id", ascending=[*up, True])
    return ordered.select(F.monotonically_increasing_id().alias("record"), "id", "words", "bands")


def require_unique(numbered: DataFrame) -> None:
    if numbered.filter("id is null").limit(1).count():
        raise ValueError("an id is null: give each row one, for example by F.expr('uuid()') in a column that is stored")
    twice = numbered.groupBy("id").count().filter("count > 1").limit(3).collect()
    if twice:
        raise ValueError("ids must be unique; these stand more than once: " + ", ".join(repr(row.id) for row in twice))


def _copies(numbered: DataFrame) -> DataFrame:
    """record, leader: the earliest of its words, which is another."""
    leader = F.min("record").over(Window.partitionBy("words"))
    return numbered.filter("words is not null").select("record", leader.alias("leader")).filter("record != leader")


def _near(df: DataFrame, text: str, id: str, numbered: DataFrame, copies: DataFrame, options: Options, tables: KeptTables) -> DataFrame:
    """record, of, similarity: what is not kept, copies aside."""
    leaders = numbered.join(copies, "record", "left_anti")
    entries = leaders.select(F.explode("bands").alias("key"), "record").repartition("key").sortWithinPartitions("key", "record")
    between = tables.keep("between", entries.mapInArrow(batches.read_buckets(_retold.BucketReader.usual), batches.BETWEEN).distinct())
    pairs, hot = between.filter("bucket = 0"), between.filter("bucket != 0")

    needed = between.select(F.explode(F.array("first", "second")).alias("record")).distinct()
    ids = numbered.select("record", "id").join(needed, "record")
    texts = tables.keep("texts", df.select(df[id].alias("id"), df[text].cast("string").alias("text")).join(ids, "id").select("record", "text"))
    of_first, of_second = (texts.select(F.col("record").alias(e), F.col("text").alias(f"{e}_text")) for e in ("first", "second"))
    both = pairs.select("first", "second").join(of_first, "first").join(of_second, "second")
    near = tables.keep("near", both.mapInArrow(batches.compare(options), batches.COMPARED))

    edges = near.select("second", "first").union(hot.filter("first != second").select("second", "first")).toDF("node", "to")
    return _decided(near, hot, texts, components(edges, tables, "near"), options, tables)


def _decided(near: DataFrame, hot: DataFrame, texts: DataFrame, component: DataFrame, options: Options, tables: KeptTables) -> DataFrame:
    pair_rows = near.select(F.col("second").alias("record"), F.col("first").alias("other"), "similarity", F.lit(None).cast("string").alias("text"))
    # A record may be in many hot buckets; its text goes with one of them.
    first = F.col("bucket") == F.min("bucket").over(Window.partitionBy("second"))
    members = hot.select(F.col("second").alias("record"), F.col("bucket").alias("other"), first.alias("first"))
    shown = members.filter(F.col("first")).join(texts, "record").select("record", "other", F.lit(float("nan")).alias("similarity"), "text")
    others = members.filter(~F.col("first")).select("record", "other", F.lit(float("nan")), F.lit(None).cast("string"))
    rows = pair_rows.union(shown).union(others).join(component.withColumnRenamed("node", "record"), "record", "left")
    rows = rows.withColumn("component", F.coalesce("component", "record"))  # the smallest of a component
    rows = rows.repartition("component").sortWithinPartitions("component", "record", F.col("text").isNull())
    rows = rows.select("component", "record", "other", "similarity", "text")
    return tables.keep("joined", rows.mapInArrow(batches.decide(options), batches.JOINED))


def _verdicts(numbered: DataFrame, copies: DataFrame, joined: DataFrame | None) -> DataFrame:
    """id, status, of (an id), similarity: of all rows that are not kept."""
    exact = copies.select("record", F.col("leader").alias("of"), F.lit(1.0).alias("similarity"), F.lit("exact").alias("status"))
    if joined is not None:
        near = joined.withColumn("status", F.lit("near"))
        moved = joined.select(F.col("record").alias("leader"), F.col("of").alias("kept"), F.col("similarity").alias("theirs"))
        followed = copies.join(moved, "leader", "left")
        exact = followed.select(
            "record",
            F.coalesce("kept", "leader").alias("of"),
            F.coalesce("theirs", F.lit(1.0)).alias("similarity"),
            F.when(F.col("kept").isNull(), "exact").otherwise("near").alias("status"),
        )
        exact = near.select(exact.columns).union(exact)
    ids = numbered.select("record", "id")
    keepers = ids.select(F.col("record").alias("of"), F.col("id").alias("of_id"))
    found = exact.join(ids, "record").join(keepers, "of")
    return found.select("id", "status", F.col("of_id").alias("of"), "similarity")


def _marked(df: DataFrame, id: str, verdicts: DataFrame) -> DataFrame:
    sizes = verdicts.groupBy("of").agg((F.count("*") + 1).alias("size"))
    joined = verdicts.join(sizes, "of").select("id", F.struct("status", "of", "similarity", "size").alias("joined"))
    kept = sizes.select("of", "size")
    rows = df.join(joined, df[id] == joined["id"], "left").join(kept, df[id] == kept["of"], "left")
    alone = F.struct(
        F.lit("kept").alias("status"),
        df[id].alias("of"),
        F.lit(1.0).alias("similarity"),
        F.coalesce(kept["size"], F.lit(1).cast("long")).alias("size"),
    )
    others = [df[c] for c in df.columns if c != "retold"]
    return rows.select(*others, F.coalesce(joined["joined"], alone).alias("retold"))
