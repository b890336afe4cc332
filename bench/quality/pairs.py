# SPDX-License-Identifier: Apache-2.0
"""Isolated pairs of sentences: `retold compare --pairs` against labels, over all of data/pairs."""
import json
import pathlib
import subprocess
import time
from typing import Iterator

import measures
import records
from row import Row

# name, what a label must be at least for the two to state the same
SETS = [("mrpc_en", 1), ("headlines_ru", 0), ("twitter_en", 1), ("rewrites_en", 1)]
SETS += [(f"pawsx_{language}", 1) for language in ("en", "de", "fr", "ja", "zh")]
SETS += [(f"sts_{language}_dev", 4) for language in ("en", "de", "es", "fr", "ja", "ru", "zh")]


def family(name: str) -> str:
    """Sets that were made the same way, or from one another."""
    return name.split("_")[0]


def language(name: str) -> str:
    return name.split("_")[1]


def load(data: pathlib.Path, name: str) -> list[dict]:
    """Lines {"a", "b", "label"}. Of the rewrites: each sentence with one of its own, and with one of its neighbour's."""
    path = records.present(data, f"pairs/{name}.jsonl")
    if path is None:
        return []
    lines = records.read(path)
    if not name.startswith("rewrites"):
        return lines
    made = []
    for n, line in enumerate(lines):
        stranger = lines[(n + 1) % len(lines)]["rewrites"]
        own = line["rewrites"]
        made += [{"a": line["orig"], "b": own[n % len(own)], "label": 1},
                 {"a": line["orig"], "b": stranger[n % len(stranger)], "label": 0}]
    return made


def same(name: str, label: float) -> bool:
    return label >= dict(SETS)[name]


def target(name: str, label: float) -> float:
    """The probability that a label stands for. Graded similarity: 5 is the same, 1 another statement on the same subject."""
    return min(1.0, max(0.0, (label - 1) / 4)) if family(name) == "sts" else float(same(name, label))


def figures(name: str, labels: list[float], scores: list[float], found: list[bool]) -> dict[str, float]:
    truth = [same(name, label) for label in labels]
    return {
        "acc": measures.accuracy(truth, found),
        "f1": measures.f1_of_yes(truth, found),
        "auc": measures.auc(truth, scores),
        "brier": measures.brier([target(name, label) for label in labels], scores),
        "pearson": measures.pearson(scores, labels),
    }


def judge(program: pathlib.Path, lines: list[dict], work: pathlib.Path) -> tuple[list[dict], float]:
    """What the program says of each line, and the seconds it took."""
    path = records.write(work / "pairs.jsonl", ({"a": line["a"], "b": line["b"]} for line in lines))
    begin = time.monotonic()
    done = subprocess.run([program, "compare", "--pairs", path, "--quiet"], stdout=subprocess.PIPE, check=True)
    seconds = time.monotonic() - begin
    return [json.loads(line)["retold"] for line in done.stdout.splitlines()], seconds


def rows(program: pathlib.Path, data: pathlib.Path, work: pathlib.Path) -> Iterator[Row]:
    for name, _ in SETS:
        lines = load(data, name)
        if not lines:
            continue
        said, seconds = judge(program, lines, work)
        labels = [float(line["label"]) for line in lines]
        found = [one["class"] in ("identical", "shared", "paraphrased") for one in said]
        yield Row("pairs", name, language(name), figures(name, labels, [one["score"] for one in said], found), seconds)
