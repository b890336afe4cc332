# SPDX-License-Identifier: Apache-2.0
"""retold on Apache Spark: when one machine is not enough.

    from retold.spark import dedup
    kept = dedup(spark.read.parquet("crawl.parquet"), text="text", id="url")
    kept.write.parquet("kept.parquet")

The same decisions as `retold dedup` on the input sorted by the id, or by what `order_by` says, for any number of workers and
partitions. Signatures and comparisons are made by the native library inside Spark's Python workers, so retold must be installed there
too; joins, sorts and grouping are Spark's own, and no data comes to the driver. Needs pyspark 3.5 or newer with pyarrow.

Without a program: `python -m retold.spark IN.parquet OUT.parquet`, or the same by spark-submit. What it costs: docs/scale.md.
"""

from .records import dedup
from .stories import stories

__all__ = ["dedup", "stories"]
