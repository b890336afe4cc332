# SPDX-License-Identifier: Apache-2.0
"""Tables that a job keeps between its steps."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from typing import TYPE_CHECKING, Any

from pyspark.sql import Observation
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class KeptTables:
    """Writes a step's rows to Parquet and goes on from there: a worker that is lost, or a step that is needed twice, costs no more than that
    step, and row numbers stay what they were."""

    def __init__(self, spark: SparkSession, folder: str | None):
        self._spark = spark
        self._folder = f"{folder or _default_folder(spark)}/retold-{uuid.uuid4().hex}"
        self._held: list[str] = []
        self._reached = False  # the driver has seen what the executors wrote

    def keep(self, name: str, rows: DataFrame, for_good: bool = False) -> DataFrame:
        """`for_good`: what the result is read from later stays when the job is done."""
        path = f"{self._folder}/{name}"
        if not for_good:
            self._held.append(path)
        try:
            self._write(path, rows)
        except Exception as error:
            if "No module named 'retold" not in str(error):  # or what is in it
                raise
            raise ModuleNotFoundError(
                "the Python of the workers has no retold: install it there, or name the Python that has it by PYSPARK_PYTHON"
            ) from None
        return self._spark.read.schema(rows.schema).parquet(path)

    def _write(self, path: str, rows: DataFrame) -> None:
        if self._reached:
            rows.write.parquet(path)
            return
        # Where each machine has such a folder of its own, Spark reads none of the rows, and says nothing.
        written = Observation()
        rows.observe(written, F.count(F.lit(1)).alias("rows")).write.parquet(path)
        if self._spark.read.schema(rows.schema).parquet(path).count() != written.get["rows"]:
            raise ValueError(f"{self._folder} is not one folder for all: what executors write there, others do not see")
        self._reached = True

    def drop(self) -> None:
        for path in self._held:
            files, place = files_at(self._spark, path)
            files.delete(place, True)
        self._held.clear()


def files_at(spark: SparkSession, path: str) -> tuple[Any, Any]:
    """Hadoop's file system that a path is in, and the path as that takes it."""
    context = spark.sparkContext
    jvm: Any = context._jvm
    place = jvm.org.apache.hadoop.fs.Path(path)
    return place.getFileSystem(context._jsc.hadoopConfiguration()), place


def _default_folder(spark: SparkSession) -> str:
    context = spark.sparkContext
    folder = context.getCheckpointDir()
    if folder is not None:
        return str(folder)
    if not (context.master or "").startswith("local"):
        raise ValueError(
            "no folder for the tables between the steps: give checkpoint_dir, or spark.sparkContext.setCheckpointDir, "
            "one that all executors and the driver reach"
        )
    local = tempfile.mkdtemp(prefix="retold-spark-")
    atexit.register(shutil.rmtree, local, ignore_errors=True)
    return f"file://{local}"
