# SPDX-License-Identifier: Apache-2.0
"""Spark MLlib: 5-grams hashed to a sparse vector, MinHashLSH, approxSimilarityJoin (which verifies exactly).

MLlib has no bands: a pair that agrees in one of its hash tables is a candidate. Two tables find 96 % of the pairs at Jaccard 0.8.
"""

import os
import tempfile

import peer


def session(threads):
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master(f"local[{threads}]")
        .config("spark.driver.memory", os.environ.get("RETOLD_PEERS_SPARK_MEMORY", "8g"))
        .config("spark.sql.shuffle.partitions", 8 * threads)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.local.dir", tempfile.gettempdir())
        .getOrCreate()
    )


def main(args):
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import HashingTF, MinHashLSH, NGram, RegexTokenizer
    from pyspark.sql import functions as f

    spark = session(args.threads)
    documents = spark.read.schema("id string, text string").json(args.input)
    documents = documents.withColumn("at", f.monotonically_increasing_id())  # in the order of the file
    features = Pipeline(
        stages=[
            RegexTokenizer(inputCol="text", outputCol="words", pattern=r"[^\p{L}\p{N}_]+"),
            NGram(n=5, inputCol="words", outputCol="grams"),
            HashingTF(inputCol="grams", outputCol="features", numFeatures=1 << 24, binary=True),
        ]
    )
    vectors = features.fit(documents).transform(documents).filter(f.size("grams") > 0).select("at", "id", "features").cache()
    model = MinHashLSH(inputCol="features", outputCol="hashes", numHashTables=2, seed=42).fit(vectors)
    pairs = model.approxSimilarityJoin(vectors, vectors, 1 - args.threshold + 1e-9, "distance")
    pairs = pairs.filter("datasetA.at < datasetB.at").select("datasetA.at", "datasetB.at", "datasetA.id", "datasetB.id")
    write(args, pairs.collect())
    spark.stop()


def write(args, pairs):
    names = {}
    for a, b, id_a, id_b in pairs:
        names[a], names[b] = id_a, id_b
    order = sorted(names)
    number = {at: i for i, at in enumerate(order)}
    of = peer.keep_first(len(order), sorted((number[a], number[b]) for a, b, _, _ in pairs))
    peer.write_groups(args.groups, [names[at] for at in order], of)


if __name__ == "__main__":
    main(peer.arguments())
