# SPDX-License-Identifier: Apache-2.0
"""dedup of files: JSONL as the program does it, Parquet as tables."""

import gzip
import json
import os
import pathlib
import subprocess

import pytest
from given import PROGRAM, random_texts, with_program

import retold


def records(count=300, seed=3):
    texts = random_texts(count, seed)
    return [{"id": f"d{i}", "text": t, "score": i % 17, "date": f"2026-02-{i % 28 + 1:02}"} for i, t in enumerate(texts)]


def put(path, rows):
    opened = gzip.open(path, "wt") if path.suffix == ".gz" else open(path, "w")
    with opened as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    return path


@with_program
@pytest.mark.parametrize(
    "options, arguments",
    [
        ({}, []),
        ({"level": "exact"}, ["--level", "exact"]),
        ({"threshold": 0.6, "keep": "longest"}, ["--threshold", "0.6", "--keep", "longest"]),
        ({"keep": "newest", "mark": True}, ["--keep", "newest", "--mark"]),
        ({"keep": "score", "preset": "short"}, ["--keep", "score", "--preset", "short"]),
        ({"shingle": "word:2", "slots": 64, "recall": 0.9}, ["--shingle", "word:2", "--slots", "64", "--recall", "0.9"]),
        ({"sketch": "simhash", "verify": "sketch"}, ["--sketch", "simhash", "--verify", "sketch"]),
        ({"on_bad": "skip", "memory": "64M", "threads": 1}, ["--on-error", "skip", "--memory", "64M", "--threads", "1"]),
        ({"text": "date", "id": "score"}, ["--text-field", "date", "--id-field", "score"]),
    ],
)
def test_the_same_bytes_as_the_program(options, arguments, tmp_path):
    source = put(tmp_path / "in.jsonl.gz", records())
    with gzip.open(source, "at") as out:
        out.write("no record\n")
    names = ("output", "groups", "rejects")
    theirs, ours = ({name: tmp_path / f"{who}-{name}.jsonl" for name in names} for who in ("their", "our"))
    outputs = [word for name, path in theirs.items() for word in (f"--{name}", str(path))]
    said = subprocess.run([PROGRAM, "dedup", source, *outputs, *arguments, "--json", "-"], capture_output=True, text=True)
    assert said.returncode == 1
    report = retold.dedup(source, **ours, **options)
    for name in names:
        assert ours[name].read_bytes() == theirs[name].read_bytes()
    summary = json.loads(said.stdout)
    for count in ("bytes", "records", "kept", "exact", "near", "groups", "changed_ids", "bad_lines"):
        assert getattr(report, count) == summary[count]
    assert [{"input": b.input, "reason": b.reason} for b in report.bad] == summary["bad"] != []
    assert report.notes == summary["notes"] and report.output == str(ours["output"])


def test_files_and_texts_agree(tmp_path):
    rows = records()
    parts = [put(tmp_path / f"{i}.jsonl", rows[i::2]) for i in range(2)]
    kept = tmp_path / "kept.jsonl"
    report = retold.dedup(parts, output=kept)
    wanted = retold.dedup([r["text"] for r in rows[0::2] + rows[1::2]])
    in_order = rows[0::2] + rows[1::2]
    assert [json.loads(line)["id"] for line in kept.open()] == [in_order[i]["id"] for i in wanted.kept]
    assert (report.records, report.kept, report.groups) == (len(rows), len(wanted.kept), len(wanted.groups))
    assert retold.dedup(str(tmp_path), output=kept).ignored[0].reason == "an output of this run"


def test_what_is_wrong_with_files(tmp_path):
    source, out = put(tmp_path / "in.jsonl", records(5)), tmp_path / "out.jsonl"
    before = source.read_bytes()
    link = tmp_path / "link.jsonl"
    os.link(source, link)
    for name, value in (("output", source), ("output", link), ("groups", source), ("rejects", link)):
        with pytest.raises(ValueError, match=f"{name} .*: is an input; give the output another name"):
            retold.dedup(source, **{"output": out, name: value})
    assert source.read_bytes() == before
    for call, kind, said in [
        (lambda: retold.dedup(source), ValueError, "no output; name a file"),
        (lambda: retold.dedup(source, output="-"), ValueError, "an output is a file"),
        (lambda: retold.dedup(tmp_path / "no.jsonl", output=out), FileNotFoundError, "no.jsonl: no such file or folder; check the path"),
        (lambda: retold.dedup([source, tmp_path / "no.jsonl"], output=out), OSError, "no.jsonl: cannot be read: No such file"),
        (lambda: retold.dedup("no.jsonl", output=out), FileNotFoundError, "texts are given as a list"),
        (lambda: retold.dedup(source, output=tmp_path / "no" / "out.jsonl"), OSError, "out.jsonl"),
        (lambda: retold.dedup(source, output=tmp_path / "out.parquet"), ValueError, "out.parquet: it would be JSONL"),
        (lambda: retold.dedup(source, output=out, groups=out), ValueError, "two outputs cannot be one file"),
        (lambda: retold.dedup(source, output=out, text="body"), ValueError, 'no line of 5 has a text: .*; text= names the field'),
        (lambda: retold.dedup(source, output=out, memory="4GB"), ValueError, "memory takes a number of bytes .*, not '4GB'"),
        (lambda: retold.dedup(source, output=out, memory="1M"), ValueError, "at least 64 MiB"),
        (lambda: retold.dedup(source, output=out, on_bad="ignore"), ValueError, "on_bad 'ignore' is not pass, skip or stop"),
        (lambda: retold.dedup(source, output=out, keep=""), ValueError, "the name of the field to keep by is empty"),
        (lambda: retold.dedup(source, output=out, mark="yes"), TypeError, "mark: 'yes' is not True or False"),
        (lambda: retold.dedup(["x"], output=out), ValueError, "output is for files, not for texts in memory"),
        (lambda: retold.dedup(["x"], memory="4G"), ValueError, "memory is for files"),
    ]:  # fmt: skip
        with pytest.raises(kind, match=said):
            call()
    assert not out.exists()
    titled = put(tmp_path / "titled.jsonl", [{"text": "one", "title": "same"}, {"text": "two", "title": "same"}])
    with pytest.raises(ValueError, match='no record of 2 has a text in field "body", only titles'):
        retold.dedup(titled, output=out, text="body")
    assert not out.exists() and not list(tmp_path.glob("*.retold"))
    page = tmp_path / "page.jsonl"
    page.write_text("<html>not found</html>\n")
    with pytest.raises(OSError, match="no record in the input: .*one record a line"):
        retold.dedup(page, output=out)
    bad = put(tmp_path / "bad.jsonl", [3, *records(5)])
    with pytest.raises(OSError, match="bad.jsonl:1"):
        retold.dedup(bad, output=out, on_bad="stop")
    empty = put(tmp_path / "empty.jsonl", [])
    with pytest.warns(UserWarning, match="no records: .jsonl and .ndjson files") as told:
        assert retold.dedup(empty, output=out).records == 0
    assert told[0].filename == __file__


# ── Parquet ──


def parquet_of(path, rows, **how):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.Table.from_pylist(rows).append_column("vector", pa.array([[i, i + 1] for i in range(len(rows))]))
    table = table.replace_schema_metadata({"made": "by a test"})
    pq.write_table(table, path, row_group_size=64, **how)
    return table


def test_columns_of_parquet_by_name(tmp_path):
    source = tmp_path / "in.parquet"
    rows = [{"uid": r["id"], "body": r["text"], "published": "2026-11-22"} for r in records(5)]
    parquet_of(source, rows)
    named = {"text": "body", "id": "uid", "date": "published"}
    assert retold.dedup(source, output=tmp_path / "out.parquet", **named).records == 5
    for wrong, what in (("text", "text"), ("id", "id"), ("keep", "number to keep by")):
        with pytest.raises(ValueError, match=f"no column 'nope' for the {what}; there are 'uid', 'body', 'published', 'vector'"):
            retold.dedup(source, output=tmp_path / "out.parquet", **{**named, wrong: "nope"})


def test_parquet_keeps_rows_and_schema(tmp_path):
    source, out, gone = (tmp_path / name for name in ("in.parquet", "out.parquet", "gone.parquet"))
    table = parquet_of(source, records(), compression="zstd")
    from pyarrow import parquet as pq

    report = retold.dedup(str(source), output=out, rejects=gone)
    wanted = retold.dedup(table)
    kept = pq.read_table(out)
    assert kept.equals(table.take(wanted.kept)) and kept.schema.equals(pq.read_schema(source), check_metadata=True)
    assert kept.schema.metadata == {b"made": b"by a test"}
    assert pq.read_table(gone).num_rows == table.num_rows - kept.num_rows == report.exact + report.near > 0
    assert pq.ParquetFile(out).metadata.row_group(0).column(0).compression == "ZSTD"
    assert (report.records, report.kept, report.groups) == (table.num_rows, kept.num_rows, len(wanted.groups))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gone.parquet", "in.parquet", "out.parquet"]


@with_program
def test_parquet_and_jsonl_agree(tmp_path):
    rows, source = records(), tmp_path / "in.parquet"
    parquet_of(source, rows)
    lines = put(tmp_path / "in.jsonl", rows)
    from pyarrow import parquet as pq

    for options in ({"keep": "newest"}, {"keep": "score", "threshold": 0.6}, {"level": "exact"}):
        kept = tmp_path / "kept.jsonl"
        a, b = retold.dedup(lines, output=kept, **options), retold.dedup(source, output=tmp_path / "kept.parquet", **options)
        assert pq.read_table(tmp_path / "kept.parquet")["id"].to_pylist() == [json.loads(line)["id"] for line in kept.open()]
        assert (a.kept, a.exact, a.near, a.groups) == (b.kept, b.exact, b.near, b.groups)


def test_several_parquet_files_are_one_table(tmp_path):
    rows = records()
    parts = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    parquet_of(parts[0], rows[:100]), parquet_of(parts[1], rows[100:])
    from pyarrow import parquet as pq

    retold.dedup(parts, output=tmp_path / "out.parquet")
    wanted = retold.dedup([r["text"] for r in rows]).kept
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == [rows[i]["id"] for i in wanted]


def test_a_folder_of_parquet_is_its_files_in_order(tmp_path):
    rows, folder = records(), tmp_path / "spark"
    folder.mkdir()
    parquet_of(folder / "part-00001.snappy.parquet", rows[100:]), parquet_of(folder / "part-00000.snappy.parquet", rows[:100])
    (folder / "_SUCCESS").touch(), (folder / ".part-00000.crc").touch()
    from pyarrow import parquet as pq

    out, first = tmp_path / "out.parquet", folder / "part-00000.snappy.parquet"
    assert retold.dedup(folder, output=out).records == len(rows)
    assert pq.read_table(out)["id"].to_pylist() == [rows[i]["id"] for i in retold.dedup([r["text"] for r in rows]).kept]
    with pytest.raises(ValueError, match="part-00000.snappy.parquet: is an input"):
        retold.dedup(folder, output=first)
    folder = folder.rename(tmp_path / "folder.parquet")
    with pytest.raises(ValueError, match="folder.parquet: is a folder; name a file"):
        retold.dedup(folder, output=folder)


def test_a_folder_of_parquet_and_more_is_none(tmp_path):
    out = tmp_path / "out.parquet"
    for more in ("_delta_log", "_temporary", "day=1"):  # a table's log tells which files count; of other folders nobody knows
        folder = tmp_path / more.strip("_")
        (folder / more).mkdir(parents=True)
        parquet_of(folder / "a.parquet", records(5))
        with pytest.raises(OSError, match=f"{folder.name}: a folder; one is read as Parquet if such files are all that it holds"):
            retold.dedup(folder, output=out)
    lines = tmp_path / "lines"
    lines.mkdir()
    parquet_of(lines / "a.parquet", records(5)), put(lines / "_b.jsonl", records(3))
    assert retold.dedup(lines, output=tmp_path / "out.jsonl").records == 3


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="limits")
def test_parquet_in_more_files_than_may_be_open(tmp_path):
    import resource

    for i in range(80):
        parquet_of(tmp_path / f"{i:03}.parquet", [{"id": i, "text": f"a text of its own, the {i}th {i * i}"}])
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    now = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 30
    resource.setrlimit(resource.RLIMIT_NOFILE, (now + 20, limits[1]))
    try:
        assert retold.dedup(tmp_path, output=tmp_path.parent / f"{tmp_path.name}.parquet").kept == 80
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_what_is_wrong_with_parquet(tmp_path):
    source, lines, out = tmp_path / "in.parquet", put(tmp_path / "in.jsonl", records(5)), tmp_path / "out.parquet"
    parquet_of(source, records(5))
    other, broken = tmp_path / "other.parquet", tmp_path / "broken.parquet"
    parquet_of(other, [{"text": "x", "more": 1}])
    broken.write_bytes(b"PAR1 and no more")
    for call, kind, said in [
        (lambda: retold.dedup(source), ValueError, "no output; name a file"),
        (lambda: retold.dedup(source, output=source), ValueError, "is an input"),
        (lambda: retold.dedup(source, output=tmp_path / "out.jsonl"), ValueError, "end in .parquet"),
        (lambda: retold.dedup([source, lines], output=out), ValueError, "not both at once"),
        (lambda: retold.dedup([source, other], output=out), ValueError, "has other columns than"),
        (lambda: retold.dedup(broken, output=out), OSError, "broken.parquet: cannot be read"),
        (lambda: retold.dedup(source, output=out, text="body"), ValueError, "no column 'body'"),
        (lambda: retold.dedup(source, output=out, mark=True), ValueError, "mark is for JSONL, not for Parquet"),
        (lambda: retold.dedup(source, output=out, rejects=out), ValueError, "two outputs"),
        (lambda: retold.dedup(source, output=tmp_path / "no" / "out.parquet"), OSError, "no"),
    ]:
        with pytest.raises(kind, match=said):
            call()
    assert not out.exists() and pathlib.Path(source).exists()
