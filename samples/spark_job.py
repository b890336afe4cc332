# SPDX-License-Identifier: Apache-2.0
"""A PySpark job: near-duplicates out, then the story of each article that is left.

    spark-submit samples/spark_job.py IN.parquet OUT.parquet

IN has the columns url, text, title and published. On a cluster, name a folder that driver and executors reach:
--conf spark.checkpoint.dir=hdfs:///between.
"""

import sys

from pyspark.sql import SparkSession

from retold.spark import dedup, stories


def run(spark: SparkSession, source: str, target: str) -> None:
    articles = spark.read.parquet(source)
    # The longest version of each stays: the order decides who is kept.
    kept = dedup(articles.selectExpr("*", "length(text) AS length"), id="url", order_by="length", ascending=False)
    told = stories(kept, id="url", title="title", date="published", window_days=7)
    told.write.parquet(target)
    print("the most told stories, by the address of their first article:")
    spark.read.parquet(target).groupBy("story").count().orderBy("count", ascending=False).show(5, truncate=False)


if __name__ == "__main__":
    session = SparkSession.builder.appName("retold").getOrCreate()
    run(session, sys.argv[1], sys.argv[2])
    session.stop()
