# SPDX-License-Identifier: Apache-2.0
"""python -m retold.spark, or spark-submit with this file: rows in, what stays out."""

from __future__ import annotations

import argparse
import os
import sys

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from retold.spark import dedup, stories
from retold.spark.kept_tables import files_at

EXAMPLES = """examples:
  python -m retold.spark crawl.parquet kept.parquet --id url
  python -m retold.spark crawl.parquet marked.parquet --mark --order-by score --descending
  python -m retold.spark news.parquet told.parquet --level story --title title --date published --window-days 7
  spark-submit --master spark://host:7077 PATH/TO/retold/spark/__main__.py \\
      hdfs:///crawl.parquet hdfs:///kept.parquet --checkpoint-dir hdfs:///between

Exit code: 0 done, 1 the job failed, 2 wrong usage or options, 3 what cannot be read or written.
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m retold.spark",
        description="Removes duplicates and near-duplicates from a Parquet or JSONL data set on Spark, or names the story of each article.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("input", help="a path that Spark reads; JSONL if it ends in .json, .jsonl, .json.gz or .jsonl.gz, else Parquet")
    add("output", help="a folder, of the same format by its ending; it must not be there yet")
    add("--text", default="text", metavar="COLUMN", help="what is compared (default: %(default)s)")
    add("--id", default="id", metavar="COLUMN", help="unique (default: %(default)s)")
    add("--level", default="near", choices=["exact", "near", "story", "topic"], help="story and topic add a column `story` (default: near)")
    add("--threshold", type=float, metavar="T", help="Jaccard similarity of shingles (near, default: 0.8), or the level's own cut")
    add("--order-by", metavar="COLUMN", help="the first of a group stays, in this order (default: of the ids)")
    add("--descending", action="store_true", help="the highest first")
    add("--mark", action="store_true", help="keep all rows, with a column `retold` that tells of each")
    add("--preset", metavar="NAME", help="news, web or short")
    add("--shingle", metavar="UNIT:N", help="word:N or char:N")
    add("--slots", type=int, metavar="N", help="of signatures")
    add("--recall", type=float, metavar="R", help="share of pairs at the threshold that are found (default: 0.95)")
    add("--title", metavar="COLUMN", help="an article's title; to exact and near it stands in for a missing text")
    for name in ("date", "source"):
        add(f"--{name}", metavar="COLUMN", help=f"of stories: where an article's {name} is")
    window = "of stories: articles further apart do not meet, but for near-copies; 0: no limit"
    add("--window-days", type=int, default=0, metavar="N", help=window)
    add("--checkpoint-dir", metavar="FOLDER", help="for tables between the steps; driver and executors must reach it")
    add("--master", metavar="URL", help="where Spark runs (default: what spark-submit says, else this machine)")
    return parser.parse_args()


def is_json(path: str) -> bool:
    return path.rstrip("/").endswith((".json", ".jsonl", ".json.gz", ".jsonl.gz"))


def read(spark: SparkSession, path: str) -> DataFrame:
    return spark.read.json(path) if is_json(path) else spark.read.parquet(path)


def write(rows: DataFrame, path: str) -> None:
    rows.write.json(path) if is_json(path) else rows.write.parquet(path)


COMMON = ("text", "id", "level", "threshold", "preset", "shingle", "slots", "checkpoint_dir")


def run(spark: SparkSession, use: argparse.Namespace) -> None:
    files, output = files_at(spark, use.output)
    if files.exists(output):  # Spark says so too, when all is done
        raise FileExistsError(f"{use.output} is there already; name another output")
    rows = read(spark, use.input)
    asked = {name: getattr(use, name) for name in COMMON}
    telling = use.level in ("story", "topic")
    for name in ("order_by", "descending", "mark", "recall") if telling else ("date", "source", "window_days"):
        if getattr(use, name):
            raise ValueError(f"--{name.replace('_', '-')} has no meaning at level {use.level}")
    if telling:
        write(stories(rows, title=use.title, date=use.date, source=use.source, window_days=use.window_days, **asked), use.output)
        count = read(spark, use.output).select("story").distinct().count()
        print(f"\n{rows.count():,} articles tell {count:,} {'stories' if use.level == 'story' else 'topics'}: {use.output}", file=sys.stderr)
        return
    write(dedup(rows, order_by=use.order_by, ascending=not use.descending, mark=use.mark, recall=use.recall, title=use.title, **asked), use.output)
    kept = read(spark, use.output)
    if use.mark:
        kept = kept.filter("retold.status = 'kept'")
    what = "rows are kept, all are there and marked" if use.mark else "rows stay"
    print(f"\n{kept.count():,} of {rows.count():,} {what}: {use.output}", file=sys.stderr)


def main() -> int:
    use = arguments()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the one that has retold
    builder = SparkSession.builder.appName("retold")
    spark = (builder.master(use.master) if use.master else builder).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        run(spark, use)
    except ValueError as e:
        print(f"retold: {e}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as e:
        print(f"retold: {e}", file=sys.stderr)
        return 1
    except FileExistsError as e:
        print(f"retold: {e}", file=sys.stderr)
        return 3
    except AnalysisException as e:
        print(f"retold: {e.getMessage() or e}", file=sys.stderr)
        return 3
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
