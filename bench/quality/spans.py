# SPDX-License-Identifier: Apache-2.0
"""Text reuse in long documents: `compare --spans` on the PAN-2013 text alignment pairs.

plagdet, precision, recall and granularity (Potthast et al. 2010) over all pairs, plagdet of each kind of obfuscation, false
alarms in pairs without reuse, milliseconds of processor a pair, reading and writing JSON included. The published best on the test half of the collection is a
plagdet of .878.
"""
import json
import pathlib
import resource
import subprocess
import sys
from typing import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measures  # noqa: E402
import records  # noqa: E402
from row import Row  # noqa: E402

KINDS = {"02-no-obfuscation": "none", "03-random-obfuscation": "random", "04-translation-obfuscation": "translation",
         "05-summary-obfuscation": "summary"}
FALSE_ALARMS = "01-no-plagiarism"


def of_passages(passages):
    return [{"susp": (p["a"]["begin"], p["a"]["end"]), "src": (p["b"]["begin"], p["b"]["end"])} for p in passages]


def rows(program: pathlib.Path, data: pathlib.Path, work: pathlib.Path) -> Iterator[Row]:
    texts, pairs = (records.present(data, f"align/pan13_{what}.jsonl") for what in ("texts", "pairs"))
    if texts is None or pairs is None:
        return
    texts, pairs = {r["id"]: r["text"] for r in records.read(texts)}, records.read(pairs)
    listed = records.write(work / "pan13.list.jsonl", ({"a_text": texts[p["susp"]], "b_text": texts[p["src"]]} for p in pairs))
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = subprocess.run([str(program), "compare", "--list", str(listed), "--spans", "--offsets", "codepoints", "--threads", "1",
                              "--quiet"], capture_output=True, check=True).stdout
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
    found = [of_passages(json.loads(line)["passages"]) for line in answers.decode().split("\n") if line]
    if len(found) != len(pairs):
        raise SystemExit(f"{program}: {len(found)} answers to {len(pairs)} pairs")
    judged = [(p["category"], (p["spans"], f)) for p, f in zip(pairs, found)]
    figures = measures.plagdet(pair for _, pair in judged)
    for category, kind in KINDS.items():
        figures[kind] = measures.plagdet(pair for c, pair in judged if c == category)["plagdet"]
    figures["false alarms"] = float(sum(len(f) for c, (_, f) in judged if c == FALSE_ALARMS))
    figures["ms a pair"] = 1000 * seconds / len(pairs)
    yield Row("spans", "pan13", "en", figures, seconds)
