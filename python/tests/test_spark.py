# SPDX-License-Identifier: Apache-2.0
"""retold.spark on a standalone cluster, beside the library in one process."""

import json
import os
import pathlib
import random
import runpy
import shutil
import signal
import subprocess
import sys
import threading

import pytest

if shutil.which("java") is None:
    pytest.skip("Spark is not tested: there is no Java", allow_module_level=True)
pytest.importorskip("pyspark", reason="Spark is not tested: there is no pyspark")

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from spark_cluster import HOME, Cluster

import retold
from retold import _retold
from retold.spark import batches, dedup, stories, story_batches
from retold.spark.components import components
from retold.spark.kept_tables import KeptTables

PROGRAM = os.environ.get("RETOLD_PROGRAM")
SOON = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # many steps over few rows: what is compiled thoroughly is never used


def collection(count, seed=1):
    """Rows of id, text, score: families of edits, one large enough for hot buckets, copies, and texts without words."""
    chance = random.Random(seed)
    families = [[" ".join(f"w{chance.randrange(4000)}" for _ in range(60))] for _ in range(count // 8)]
    texts = [None, "", " ... ", "one", "one two", "ONE two"]
    for _ in range(count - len(texts)):
        large = chance.random() < 0.2
        family = families[0 if large else chance.randrange(len(families))]
        words = family[0 if large else chance.randrange(len(family))].split()
        for _ in range(chance.randrange(4)):
            words[chance.randrange(len(words))] = f"x{chance.randrange(99)}"
        family.append(" ".join(words))
        texts.append(family[-1])
    chance.shuffle(texts)
    return [(f"é{chance.randrange(10**6)}-{i}", text, chance.randrange(50)) for i, text in enumerate(texts)]


def expected(rows, **options):
    """By the library, in one process: id → (status, of, similarity) of what is not kept."""
    found = retold.dedup([text for _, text, _ in rows], **options)
    return {
        rows[i][0]: ("exact" if m.exact else "near", rows[m.of][0], m.similarity) for i, m in enumerate(found.matches) if m.of != i
    }


def by_id(rows):
    return sorted(rows, key=lambda row: row[0].encode())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("cluster"), workers=2)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def spark(cluster, tmp_path_factory):
    session = (
        SparkSession.builder.master(cluster.url)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", SOON)
        .config("spark.executor.extraJavaOptions", SOON)
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.executor.memory", "700m")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    session.sparkContext.setCheckpointDir(f"file://{tmp_path_factory.mktemp('checkpoints')}")
    yield session
    session.stop()


def frame(spark, rows, partitions=3):
    return spark.createDataFrame(rows, "id string, text string, score int").repartition(partitions)


def marked(df, **options):
    rows = dedup(df, mark=True, **options).select("id", "retold.*").collect()
    return {r.id: (r.status, r.of, r.similarity) for r in rows if r.status != "kept"}


def test_two_workers_say_what_one_process_says(spark):
    assert spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos().__len__() == 3  # two, and the driver
    rows = collection(600)
    for options in ({"level": "exact"}, {"threshold": 0.4, "shingle": "char:5", "slots": 256}):
        want = expected(by_id(rows), **options)
        assert len(want) > 50
        assert marked(frame(spark, rows), **options) == want


def test_rows_that_stay_keep_their_columns_the_best_first(spark):
    rows = collection(300, seed=2)
    kept = dedup(frame(spark, rows), order_by="score", ascending=False)
    assert kept.columns == ["id", "text", "score"]
    gone = expected(sorted(by_id(rows), key=lambda row: -row[2]))
    assert sorted(map(tuple, kept.collect())) == sorted((row for row in rows if row[0] not in gone), key=lambda row: row[0])


def test_order_by_expressions_and_sizes_of_groups(spark):
    rows = collection(300, seed=3)
    longest = sorted(by_id(rows), key=lambda row: -len(row[1] or ""))
    length = F.coalesce(F.length("text"), F.lit(0))
    found = dedup(frame(spark, rows), mark=True, order_by=[length], ascending=[False]).select("id", "retold.*").collect()
    assert len(found) == len(rows)
    assert {r.id: (r.status, r.of, r.similarity) for r in found if r.status != "kept"} == expected(longest)
    members = [r.of for r in found]
    assert max(members.count(of) for of in set(members)) > 16
    for r in found:
        assert r.size == members.count(r.of)


@pytest.mark.skipif(PROGRAM is None, reason="RETOLD_PROGRAM is not set")
def test_the_program_on_the_sorted_input(spark, tmp_path):
    rows = [(id, text or "", score) for id, text, score in collection(400, seed=4)]
    lines = [json.dumps({"id": id, "text": text, "score": score}) + "\n" for id, text, score in by_id(rows)]
    (tmp_path / "in.jsonl").write_text("".join(lines))
    subprocess.run([PROGRAM, "dedup", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl"], check=True, capture_output=True)
    kept = {json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()}
    assert 0 < len(kept) < len(rows)
    (tmp_path / "tables").mkdir()
    found = dedup(frame(spark, rows), checkpoint_dir=f"file://{tmp_path}/tables")
    (job,) = (tmp_path / "tables").iterdir()
    assert [table.name for table in job.iterdir()] == ["verdicts"]  # those between the steps are gone
    assert {row.id for row in found.select("id").collect()} == kept


def test_components_are_those_of_union_find(spark, tmp_path):
    chance = random.Random(5)
    chain = [(i + 1, i) for i in range(1000, 1200)]
    edges = [(chance.randrange(1000), chance.randrange(1000)) for _ in range(500)] + chain
    parent = list(range(1300))

    def root(i):
        return i if parent[i] == i else root(parent[i])

    for a, b in edges:
        a, b = sorted((root(a), root(b)))
        parent[b] = a
    found = components(spark.createDataFrame(edges, "node long, to long"), KeptTables(spark, f"file://{tmp_path}"), "test")
    assert {(r.node, r.component) for r in found.collect()} == {(i, root(i)) for i in range(1300) if root(i) != i}


def test_what_is_wrong_is_said(spark):
    df = frame(spark, [("a", "one text", 1), ("b", "another text", 2)])
    with pytest.raises(ValueError, match="threshold 0 is out of range"):
        dedup(df, threshold=0)
    with pytest.raises(ValueError, match="threshold has no meaning at level exact"):
        dedup(df, level="exact", threshold=0.5)
    with pytest.raises(ValueError, match="no column 'body'; there are id, text, score"):
        dedup(df, text="body")
    with pytest.raises(ValueError, match="column 'score' is int, not string; cast it"):
        dedup(df, text="score")
    with pytest.raises(ValueError, match="no column 'votes'; there are id, text, score"):
        dedup(df, order_by="votes")
    with pytest.raises(TypeError, match="a DataFrame of Spark is wanted, not list"):
        dedup([1, 2])
    with pytest.raises(ValueError, match="these stand more than once: 'a'"):
        dedup(df.union(df.filter("id = 'a'")))
    with pytest.raises(ValueError, match="an id is null"):
        dedup(df.withColumn("id", F.lit(None).cast("string")))
    with pytest.raises(ValueError, match="that is what ascending says"):
        dedup(df, order_by=F.desc("score"))
    with pytest.raises(ValueError, match="level 'near' is not story or topic"):
        stories(df, level="near")
    with pytest.raises(ValueError, match="ascending has 2 values for 1 columns"):
        dedup(df, order_by="score", ascending=[True, False])
    assert dedup(df.limit(0)).count() == 0


NO_RETOLD = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "retold":
            raise ModuleNotFoundError("No module named 'retold'")

sys.meta_path.insert(0, Without())
"""


@pytest.mark.parametrize(
    "broken, kind, said",
    [
        (NO_RETOLD, ModuleNotFoundError, "the Python of the workers has no retold"),
        ("import retold._retold\nretold._retold.version = '0.0.1'", Exception, "a worker has retold 0.0.1, and the driver"),
    ],
)
def test_a_worker_without_retold_and_one_with_another(spark, tmp_path, monkeypatch, broken, kind, said):
    (tmp_path / "sitecustomize.py").write_text(broken)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}:$PYTHONPATH" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(spark.sparkContext, "pythonExec", str(python))
    for call in (dedup, stories):
        with pytest.raises(kind, match=said):
            call(frame(spark, collection(20), 1))


def test_all_steps_are_of_one_version(monkeypatch):
    first = [batches.sign({}), batches.read_buckets(16), batches.compare({}), batches.decide({})]
    of_stories = [
        story_batches.lines(), story_batches.judge_lines(), story_batches.read({}), story_batches.lead(0.5, 128),
        story_batches.compare(0.5), story_batches.stars(), story_batches.collapse(), story_batches.weigh(1),
        story_batches.score({}, False), story_batches.group({}, 1),
    ]  # fmt: skip
    monkeypatch.setattr(_retold, "version", "0.0.1")
    for step in first + of_stories:
        with pytest.raises(RuntimeError, match="a worker has retold 0.0.1, and the driver"):
            next(step(iter(())), None)


def articles():
    """The samples, and made-up ones that recur in footers, in titles, and as edits of one another."""
    news = pathlib.Path(__file__).parents[2] / "samples" / "news"
    chance = random.Random(8)
    rows = []
    for i, path in enumerate(sorted(news.glob("*.txt"))):
        title, _, text = path.read_text(errors="replace").partition("\n")
        rows.append((path.name, text, title, f"2026-11-{1 + i % 9:02}", ["", "paper"][i % 2]))
    for i in range(60):
        text = " ".join(f"w{chance.randrange(40 * (i % 9), 40 * (i % 9) + 600)}" for _ in range(70))
        if i % 5 == 4:
            text = rows[-1][1].replace("w1", "w9") + f" w{i}"
        footer = f"\nthe words of paper {i % 3} since 19{i} are zz{i % 3} yy{i % 3} xx{i % 3}"
        rows.append((f"m{i}", text + footer, rows[-1][2] if i % 7 == 0 else f"w{i} w{i + 1} w{i % 9} said", None, f"paper {i % 3}"))
    return rows


def first_of_story(documents, **options):
    found = retold.cluster(documents, passages=False, **options)
    return {name: min(g.documents, key=str.encode) for g in found.groups for name in g.documents}


def test_columns_of_any_name(spark):
    rows = [("a", "one text of some words", "x", 1), ("b", "one text of some words", "x", 2), ("c", "", "another title", 3)]
    df = spark.createDataFrame([*rows, ("d", None, "another title", 4)], "`_id` string, `the.text` string, Retold string, `story` int")
    found = dedup(df, text="the.text", id="_id", title="Retold", mark=True)
    assert found.columns == ["_id", "the.text", "story", "retold"]
    assert {row["_id"]: row.retold.of for row in found.collect()} == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert sorted(row["_id"] for row in dedup(df, text="the.text", id="_id").collect()) == ["a", "c", "d"]


def test_stories_are_those_of_one_process(spark, monkeypatch):
    monkeypatch.setattr(retold.spark.scoring, "BLOCK", 40)
    fields, names = ("id", "text", "title", "date", "source"), ("_id", "the.text", "Retold", "b`c", "article")
    rows = articles()
    df = spark.createDataFrame(rows, ", ".join(f"`{name.replace('`', '``')}` string" for name in names)).repartition(3)
    want = first_of_story([dict(zip(fields, row)) for row in rows], level="topic", window=3)
    assert 1 < len(set(want.values())) < len(rows)
    columns = {field: name for field, name in zip(fields, names)}
    told = stories(df.withColumn("story", F.lit(1)), **columns, window_days=3, level="topic")
    assert told.columns == [*names, "story"]
    assert {row["_id"]: row.story for row in told.collect()} == want


def test_the_sample_job(spark, tmp_path, capsys):
    job = runpy.run_path(str(pathlib.Path(__file__).parents[2] / "samples" / "spark_job.py"))
    rows = [(name, text, title, date) for name, text, title, date, _ in articles()]
    df = spark.createDataFrame(rows, "url string, text string, title string, published string")
    df.repartition(3).write.parquet(f"file://{tmp_path}/in")
    job["run"](spark, f"file://{tmp_path}/in", f"file://{tmp_path}/out")
    longest = sorted(by_id(rows), key=lambda row: -len(row[1]))
    kept = [longest[i] for i in retold.dedup([row[1] for row in longest]).kept]
    want = first_of_story([dict(zip(("id", "text", "title", "date"), row)) for row in kept], window=7)
    assert len(want) < len(rows) and len(set(want.values())) < len(want)
    assert {row.url: row.story for row in spark.read.parquet(f"file://{tmp_path}/out").collect()} == want
    assert "the most told stories" in capsys.readouterr().out


def test_the_entry_point(spark, cluster, tmp_path):
    rows = collection(300, seed=6)
    frame(spark, rows).write.parquet(f"file://{tmp_path}/in.parquet")
    entry = pathlib.Path(retold.__file__).parent / "spark" / "__main__.py"
    options = ["--threshold", "0.7", "--order-by", "score", "--descending"]
    submit = [HOME / "bin" / "spark-submit", "--master", "local[2]", "--conf", "spark.sql.shuffle.partitions=2"]
    call = [*submit, entry, tmp_path / "in.parquet", tmp_path / "out.parquet", *options]
    done = subprocess.run(list(map(str, call)), capture_output=True, text=True, env=cluster.environment)
    assert done.returncode == 0, done.stderr
    gone = expected(sorted(by_id(rows), key=lambda row: -row[2]), threshold=0.7)
    assert len(gone) > 10
    assert f"{len(rows) - len(gone)} of {len(rows)} rows stay" in done.stdout + done.stderr
    kept = {row.id for row in spark.read.parquet(f"file://{tmp_path}/out.parquet").collect()}
    assert kept == {row[0] for row in rows} - gone.keys()


def test_the_module_helps():
    helped = subprocess.run([sys.executable, "-m", "retold.spark", "--help"], capture_output=True, text=True)
    assert helped.returncode == 0 and "spark-submit --master" in helped.stdout


def test_a_worker_is_killed_in_the_middle(spark, cluster, monkeypatch):  # the last: from here on there is one worker
    rows, keep = collection(600, seed=7), KeptTables.keep

    def watched(self, name, *more, **options):
        """The worker dies while texts meet: keys and pairs have been made by then, on both."""
        if name == "texts" and cluster.processes[1].poll() is None:
            threading.Timer(0.3, os.kill, (cluster.processes[1].pid, signal.SIGKILL)).start()
        return keep(self, name, *more, **options)

    monkeypatch.setattr(KeptTables, "keep", watched)
    df = frame(spark, rows)
    assert marked(df) == expected(by_id(rows))
    assert cluster.processes[1].wait(timeout=30) == -signal.SIGKILL
    assert marked(df) == expected(by_id(rows))
