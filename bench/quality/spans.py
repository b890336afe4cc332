# SPDX-License-Identifier: Apache-2.0
"""Text reuse in long documents: `compare --spans` on the PAN-2013 text alignment pairs.

plagdet, precision, recall and granularity (Potthast et al. 2010) over all pairs, plagdet of each kind of obfuscation, false
alarms in pairs without reuse, milliseconds of processor a pair, reading and writing JSON included. The published best on the test half of the collection is a
plagdet of .878.
"""
import json
import math
import pathlib
import resource
import subprocess
import sys
from typing import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from row import Row  # noqa: E402

KINDS = {"02-no-obfuscation": "none", "03-random-obfuscation": "random", "04-translation-obfuscation": "translation",
         "05-summary-obfuscation": "summary"}
FALSE_ALARMS = "01-no-plagiarism"


def overlap(x, y):
    return max(0, min(x[1], y[1]) - max(x[0], y[0]))


def touches(x, y):
    """Whether two spans (begin, end, begin, end) share something on both sides."""
    return overlap(x[:2], y[:2]) > 0 and overlap(x[2:], y[2:]) > 0


def covered(of, by):
    """Characters of `of`, on both sides, under the union of `by`."""
    total = 0
    for side in (0, 2):
        at, end = of[side], of[side + 1]
        for b, e in sorted((max(d[side], at), min(d[side + 1], end)) for d in by):
            if e > at:
                total += e - max(b, at)
                at = e
    return total


def size(span):
    return max(1, span[1] - span[0] + span[3] - span[2])


def measures(pairs):
    """plagdet, precision, recall, granularity of pairs (cases, detections)."""
    recall, precision, granularity = [], [], []
    for cases, found in pairs:
        for case in cases:
            hits = [d for d in found if touches(case, d)]
            recall.append(covered(case, hits) / size(case))
            if hits:
                granularity.append(len(hits))
        for d in found:
            precision.append(covered(d, [c for c in cases if touches(c, d)]) / size(d))
    mean = lambda values, empty: sum(values) / len(values) if values else empty
    p, r, g = mean(precision, 1.0 if not recall else 0.0), mean(recall, 1.0), mean(granularity, 1.0)
    return (2 * p * r / (p + r) / math.log2(1 + g) if p + r else 0.0), p, r, g


def of_passages(passages):
    return [(p["a"]["begin"], p["a"]["end"], p["b"]["begin"], p["b"]["end"]) for p in passages]


def rows(program: pathlib.Path, data: pathlib.Path, work: pathlib.Path) -> Iterator[Row]:
    packed = subprocess.run(["zstd", "-dcq", str(data / "align/pan13_texts.jsonl.zst")], capture_output=True, check=True).stdout
    texts = {r["id"]: r["text"] for r in map(json.loads, filter(None, packed.decode().split("\n")))}
    pairs = [json.loads(line) for line in open(data / "align/pan13_pairs.jsonl", encoding="utf-8")]
    listed = work / "pan13.list.jsonl"
    with open(listed, "w", encoding="utf-8") as out:
        for p in pairs:
            out.write(json.dumps({"a_text": texts[p["susp"]], "b_text": texts[p["src"]]}, ensure_ascii=False) + "\n")
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = subprocess.run([str(program), "compare", "--list", str(listed), "--spans", "--offsets", "codepoints", "--threads", "1",
                              "--quiet"], capture_output=True, check=True).stdout
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
    found = [of_passages(json.loads(line)["passages"]) for line in answers.decode().split("\n") if line]
    if len(found) != len(pairs):
        raise SystemExit(f"{program}: {len(found)} answers to {len(pairs)} pairs")
    judged = [(p["category"], ([(*s["susp"], *s["src"]) for s in p["spans"]], f)) for p, f in zip(pairs, found)]
    plagdet, precision, recall, granularity = measures(pair for _, pair in judged)
    figures = {"plagdet": plagdet, "precision": precision, "recall": recall, "granularity": granularity}
    for category, kind in KINDS.items():
        figures[kind] = measures(pair for c, pair in judged if c == category)[0]
    figures["false alarms"] = float(sum(len(f) for c, (_, f) in judged if c == FALSE_ALARMS))
    figures["ms a pair"] = 1000 * seconds / len(pairs)
    yield Row("spans", "pan13", "en", figures, seconds)
