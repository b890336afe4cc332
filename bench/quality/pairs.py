# SPDX-License-Identifier: Apache-2.0
"""Isolated pairs of sentences: `retold compare --pairs` against labels, over all of data/pairs."""
import json
import math
import pathlib
import subprocess
import time
from typing import Iterator

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
    path = data / "pairs" / f"{name}.jsonl"
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.open(encoding="utf-8")]
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


def ranks(values: list[float]) -> list[float]:
    """From 1; those of equals are averaged."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    found = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for k in order[begin:end]:
            found[k] = (begin + end + 1) / 2
        begin = end
    return found


def area_under_curve(truth: list[bool], scores: list[float]) -> float:
    positive = sum(truth)
    total = sum(r for r, t in zip(ranks(scores), truth) if t)
    return (total - positive * (positive + 1) / 2) / max(1, positive * (len(truth) - positive))


def correlation(x: list[float], y: list[float]) -> float:
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    both = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    size = math.sqrt(sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y))
    return both / size if size else 0.0


def figures(name: str, labels: list[float], scores: list[float], found: list[bool]) -> dict[str, float]:
    truth = [same(name, label) for label in labels]
    hits = sum(t and f for t, f in zip(truth, found))
    return {
        "acc": sum(t == f for t, f in zip(truth, found)) / len(truth),
        "f1": 2 * hits / max(1, sum(truth) + sum(found)),
        "auc": area_under_curve(truth, scores),
        "brier": sum((s - target(name, label)) ** 2 for s, label in zip(scores, labels)) / len(labels),
        "pearson": correlation(scores, labels),
    }


def judge(program: pathlib.Path, lines: list[dict], work: pathlib.Path) -> tuple[list[dict], float]:
    """What the program says of each line, and the seconds it took."""
    path = work / "pairs.jsonl"
    path.write_text("".join(json.dumps({"a": l["a"], "b": l["b"]}, ensure_ascii=False) + "\n" for l in lines), encoding="utf-8")
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
