# SPDX-License-Identifier: Apache-2.0
"""What type checkers see: the package alone, and a program that uses it."""

import pathlib
import subprocess
import sys

import pytest

pytest.importorskip("mypy")

ROOT = pathlib.Path(__file__).parents[2]

PROGRAM = """
import pathlib
import retold

def ids(texts: list[str]) -> list[int]:
    found: retold.Deduplicated = retold.dedup(texts, threshold=0.7, keep="longest", progress=False)
    match: retold.Match = found[0]
    some: list[retold.Match] = found[1:3]
    of: int = match.of
    return found.kept

report: retold.DedupReport = retold.dedup("in.jsonl", output=pathlib.Path("out.jsonl"), memory="4G", on_bad="skip")
several: retold.DedupReport = retold.dedup([pathlib.Path("a.jsonl")], output="out.jsonl")
kept: int = report.kept
reasons: list[str] = [each.reason for each in report.skipped]

def titles(folder: pathlib.Path) -> list[str]:
    found = retold.cluster(folder, "near", threshold=0.5, progress=lambda stage, done, total: None)
    sides: list[tuple[int, int, str]] = [(p.a.begin, p.a.end, p.a.text) for p in found.passages]
    return [story.title for story in found.groups] + [link.reasons[0] for link in found.links]

two: retold.Comparison = retold.compare("one", {"text": "two"}, spans=True)
share: float = two.containment[0]
with retold.Index("seen.index", "near", 0.8, memory="1G") as seen:
    new: list[bool] = [v.status == "new" for v in seen.add(["x"], ids=["1"])]
    like: list[retold.Seen] = seen.query("x")
    count: int = len(seen)
sign = retold.MinHash(num_perm=64)
sign.update(b"x")
near: float = sign.jaccard(retold.MinHash.union(sign, sign.copy()))
lsh = retold.MinHashLSH(threshold=0.5)
lsh.insert("key", sign)
far: int = retold.SimHash({"a": 2.0}).distance(retold.SimHash([("a", 1.0), ("b", 2.0)]))
version: str = retold.__version__
"""

WRONG = """
import retold
kept: str = retold.dedup(["x"]).kept
retold.dedup("in.jsonl", output="out.jsonl").survivors()
retold.cluster(["x"]).groups[0].cohesoin
"""


def mypy(*arguments, **where):
    return subprocess.run([sys.executable, "-m", "mypy", "--no-incremental", *arguments], capture_output=True, text=True, **where)


def test_the_package_has_types(tmp_path):
    said = mypy("--config-file", ROOT / "pyproject.toml", "-p", "retold", cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_program_is_checked_strictly(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    said = mypy("--strict", "program.py", cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr


def test_mistakes_are_seen(tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG)
    said = mypy("--strict", "wrong.py", cwd=tmp_path).stdout
    assert "Found 3 errors" in said, said
