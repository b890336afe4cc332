#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What retold.spark takes at a size: seconds, shuffled and written bytes of each document, on a standalone cluster of this machine.

    bench/spark_scale.py [--stories] [--workers 2] [--memory 2g] [--letters 1050] FILE.jsonl…

In a Python that has retold and pyspark. Workers have one core each. Each file's records become a Parquet file first (their texts cut
to so many letters, if asked for), then are read, decided, and what is asked for is written; docs/scale.md has the figures.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "python" / "tests"))

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from spark_cluster import Cluster

import retold.spark.kept_tables
from retold.spark import dedup, stories

FIELDS = ("id", "title", "date", "source", "text")
MEASURED = ("shuffleWriteBytes", "diskBytesSpilled", "outputBytes")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--stories", action="store_true", help="stories in place of dedup")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2g", help="of an executor")
    parser.add_argument("--letters", type=int, help="cut texts to so many")
    return parser.parse_args()


def session(cluster, memory):
    builder = SparkSession.builder.master(cluster.url).config("spark.executor.memory", memory).config("spark.driver.memory", "1g")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.log.level", "ERROR")
    return builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()


def stages(spark):
    context = spark.sparkContext
    url = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages?status=complete"
    with urllib.request.urlopen(url) as answer:
        return {(stage["stageId"], stage["attemptId"]): stage for stage in json.load(answer)}


def show_steps():
    keep = retold.spark.kept_tables.KeptTables.keep

    def timed(self, name, rows, for_good=False):
        begin = time.time()
        kept = keep(self, name, rows, for_good)
        print(f"    {name:20} {time.time() - begin:6.1f} s", flush=True)
        return kept

    retold.spark.kept_tables.KeptTables.keep = timed


def measure(spark, file, use, folder):
    rows = spark.read.schema(", ".join(f"{name} string" for name in FIELDS)).json(file)
    if use.letters:
        rows = rows.withColumn("text", F.substring("text", 1, use.letters))
    source = f"file://{folder}/{pathlib.Path(file).stem}"
    rows.write.parquet(source)
    df = spark.read.parquet(source)
    count, before, begin = df.count(), stages(spark), time.time()
    found = stories(df, title="title", date="date", source="source") if use.stories else dedup(df.select("id", "text"))
    found.write.parquet(f"{source}-result")
    took = time.time() - begin
    new = [stage for name, stage in stages(spark).items() if name not in before]
    each = [sum(stage[what] for stage in new) / count for what in MEASURED]
    print(f"{count:,} documents: {took:.1f} s; bytes of each: {each[0]:.0f} shuffled, {each[1]:.0f} spilled, {each[2]:.0f} written", flush=True)


def main():
    use = arguments()
    show_steps()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(folder, use.workers, use.memory)
        try:
            spark = session(cluster, use.memory)
            spark.sparkContext.setCheckpointDir(f"file://{folder}/checkpoints")
            for i, file in enumerate(use.files):
                measure(spark, file, use, f"{folder}/{i}")
            spark.stop()
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
