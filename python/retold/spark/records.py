# SPDX-License-Identifier: Apache-2.0
"""dedup: the steps of include/retold/distribute.hpp, joined by Spark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyspark.sql import Column, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .. import _retold
from ..documents import options_of
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
    title: str | None = None,
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
    (columns or expressions) and `ascending`, one or one for each (order_by="score", ascending=False: the best stay), and of the ids, which settle
    ties. The result is that of `retold dedup` on the rows in that order, for any number of workers and partitions. `id`: unique, not
    null; strings sort by their bytes. `level`: near or exact. `threshold`: Jaccard, 0.8 if not given. `title`: a column that
    stands in for a missing or empty text, as titles do in `retold dedup`. A row without words is nobody's duplicate.

    `retold` is a struct: status (kept, exact, near), of (the id of the kept row), similarity (Jaccard), size (of the group).

    `checkpoint_dir`: a folder that driver and executors reach, for the tables between the steps; else the SparkContext's, or in local mode
    a temporary one. Those tables are removed at the end but the one of who joined whom, which the result is read from. The work is done
    when this is called; `df` is read three times, so it must give the same rows each time. A column `retold` that was there is gone.

    Raises ValueError for options out of range and for ids that are null or stand more than once.
    """
    options = options_of(level=level, threshold=threshold, preset=preset, shingle=shingle, slots=slots, recall=recall)
    _retold.RecordSigner(_retold.DedupOptions(options))  # says what is wrong with them
    require_columns(df, text, id, title)
    require_texts(df, text, title)
    if mark and id.lower() == "retold":
        raise ValueError("the column of ids cannot be called retold: that is what is added")
    tables = KeptTables(df.sparkSession, checkpoint_dir)
    try:
        numbered = tables.keep("numbered", _numbered(df, (text, title), id, order_by, ascending, options, tables))
        require_unique(numbered)
        copies = tables.keep("copies", _copies(numbered))
        joined = _near(df, (text, title), id, numbered, copies, options, tables) if level == "near" else None
        verdicts = tables.keep("verdicts", _verdicts(numbered, copies, joined), for_good=True)
    finally:
        tables.drop()
    return _marked(df, id, verdicts) if mark else df.join(verdicts, named(df, id) == verdicts["id"], "left_anti")


def named(df: DataFrame, name: str) -> Column:
    """The column of that name, whatever characters are in it."""
    return df["`" + name.replace("`", "``") + "`"]


def require_columns(df: DataFrame, *names: str | None) -> None:
    if not hasattr(df, "sparkSession"):
        raise TypeError(f"a DataFrame of Spark is wanted, not {type(df).__name__}")
    for name in names:
        if name is not None and name not in df.columns:
            raise ValueError(f"no column {name!r}; there are {', '.join(df.columns)}")


def require_texts(df: DataFrame, *names: str | None) -> None:
    for name in names:
        kind = None if name is None else df.schema[name].dataType
        if kind is not None and not isinstance(kind, (T.StringType, T.BinaryType, T.NullType)):
            raise ValueError(f"column {name!r} is {kind.simpleString()}, not string; cast it if it is a text")


def _text(df: DataFrame, columns: tuple[str, str | None]) -> Column:
    text, title = columns
    given = named(df, text).cast("string")
    return given if title is None else F.coalesce(F.nullif(given, F.lit("")), named(df, title).cast("string"))


def _numbered(
    df: DataFrame,
    text: tuple[str, str | None],
    id: str,
    order_by: Order,
    ascending: bool | Sequence[bool],
    options: Options,
    tables: KeptTables,
) -> DataFrame:
    """record (ascending in the order asked for), id, words, bands."""
    if order_by is None and ascending is not True:
        raise ValueError("ascending says nothing without order_by")
    wanted = [] if order_by is None else [order_by] if isinstance(order_by, (str, Column)) else list(order_by)
    if any(re.search("(ASC|DESC) NULLS (FIRST|LAST)", str(key)) for key in wanted):
        raise ValueError("order_by takes columns without a direction; that is what ascending says")
    there = [name.lower() for name in df.columns]
    require_columns(df, *(key for key in wanted if isinstance(key, str) and key.lower() not in there))
    keys = [(named(df, key) if isinstance(key, str) else key).alias(f"by_{i}") for i, key in enumerate(wanted)]
    up = [ascending] * len(keys) if isinstance(ascending, bool) else list(ascending)
    if len(up) != len(keys):
        raise ValueError(f"ascending has {len(up)} values for {len(keys)} columns of order_by")
    rows = df.select(named(df, id).alias("id"), *keys, _text(df, text).alias("text"))
    kept = [f for f in rows.schema.fields if f.name != "text"]
    schema = T.StructType([*kept, T.StructField("words", T.BinaryType()), T.StructField("bands", T.ArrayType(T.LongType()))])
    signed = tables.keep("signed", rows.mapInArrow(batches.sign(options), schema))  # sorting asks twice
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
    there = numbered.filter("words is not null").select("words", "record")
    leaders = there.groupBy("words").agg(F.min("record").alias("leader"))
    return there.join(leaders, "words").filter("record != leader").select("record", "leader")


def _near(
    df: DataFrame,
    text: tuple[str, str | None],
    id: str,
    numbered: DataFrame,
    copies: DataFrame,
    options: Options,
    tables: KeptTables,
) -> DataFrame:
    """record, of, similarity: what is not kept, copies aside."""
    leaders = numbered.filter("words is not null").join(copies, "record", "left_anti")
    entries = leaders.select(F.explode("bands").alias("key"), "record").repartition("key").sortWithinPartitions("key", "record")
    between = tables.keep("between", entries.mapInArrow(batches.read_buckets(_retold.BucketReader.usual), batches.BETWEEN).distinct())
    pairs, hot = between.filter("bucket = 0"), between.filter("bucket != 0")

    needed = between.select(F.explode(F.array("first", "second")).alias("record")).distinct()
    ids = numbered.select("record", "id").join(needed, "record")
    texts = tables.keep("texts", df.select(named(df, id).alias("id"), _text(df, text).alias("text")).join(ids, "id").select("record", "text"))
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
    one = F.lit(1.0)
    if joined is None:
        found = copies.select("record", F.col("leader").alias("of"), one.alias("similarity"), F.lit("exact").alias("status"))
    else:
        moved = joined.select(F.col("record").alias("leader"), F.col("of").alias("kept"), F.col("similarity").alias("theirs"))
        followers = copies.join(moved, "leader", "left").select(
            "record",
            F.coalesce("kept", "leader").alias("of"),
            F.coalesce("theirs", one).alias("similarity"),
            F.when(F.col("kept").isNull(), "exact").otherwise("near").alias("status"),
        )
        found = joined.withColumn("status", F.lit("near")).select(followers.columns).union(followers)
    ids = numbered.select("record", "id")
    keepers = ids.select(F.col("record").alias("of"), F.col("id").alias("of_id"))
    named_both = found.join(ids, "record").join(keepers, "of")
    return named_both.select("id", "status", F.col("of_id").alias("of"), "similarity")


def _marked(df: DataFrame, id: str, verdicts: DataFrame) -> DataFrame:
    sizes = verdicts.groupBy("of").agg((F.count("*") + 1).alias("size"))
    told = F.struct("status", "of", "similarity", "size")
    # Names that no table of a user has.
    joined = verdicts.join(sizes, "of").select(F.col("id").alias("__retold_id"), told.alias("__retold_joined"))
    kept = sizes.select(F.col("of").alias("__retold_of"), F.col("size").alias("__retold_size"))
    own = named(df, id)
    rows = df.join(joined, own == F.col("__retold_id"), "left").join(kept, own == F.col("__retold_of"), "left")
    alone = F.struct(
        F.lit("kept").alias("status"),
        own.alias("of"),
        F.lit(1.0).alias("similarity"),
        F.coalesce("__retold_size", F.lit(1).cast("long")).alias("size"),
    )
    others = [named(df, name) for name in df.columns if name.lower() != "retold"]
    return rows.select(*others, F.coalesce("__retold_joined", alone).alias("retold"))
