# SPDX-License-Identifier: Apache-2.0
"""Near-duplicates: whether the bands propose what is alike, and whether what is reported is.

recall      share of all pairs of different texts whose Jaccard is the threshold or more that are candidates: `retold evaluate --lsh`
            over the whole collection, which joins it exactly; `theory` is what the bands promise for pairs so alike
precision   share of the pairs that `retold cluster --level near` reports – its links, and each member of a group with its centre –
            whose Jaccard is the threshold or more by the few lines of Python below, which share nothing with the program
rmse_ratio  root mean squared error of the signatures' estimates by the standard error stated, over the same pairs as recall
grouped     where another program has listed pairs (`*_exact_jaccard_w3.tsv`): the share of these that end up in one group
"""

import json
import pathlib
import re
import subprocess
import time
import unicodedata

import records
from row import Row

THRESHOLDS = (0.5, 0.7, 0.8, 0.9)
COLLECTIONS = (  # name, language, file under the data, pairs listed by another program
    ("laws_fr", "fr", "near/laws_fr.jsonl", None),
    ("reuters_en", "en", "bulk/reuters_en.jsonl", "near/reuters_exact_jaccard_w3.tsv"),
)
SHINGLE = 3  # words, the program's default
ROUNDING = 1e-9


def shingles(text):
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    words = re.findall(r"[^\W_]+", "".join(c for c in folded if not "\u0300" <= c <= "\u036f"))
    return {tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))} if words else set()


def jaccard(a, b):
    return len(a & b) / len(a | b) if a and b else 0.0


def output_of(command):
    """The JSON a command writes, and its seconds. Exit code 1: a record without text was left out."""
    began = time.perf_counter()
    done = subprocess.run([str(c) for c in command], capture_output=True)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')[-500:]}")
    return json.loads(done.stdout), seconds


def texts_of(path):
    """id → text, or the title where there is none."""
    return {str(r["id"]): r.get("text") or r.get("title") or "" for r in records.read(path)}


def reported(groups):
    """Each link, and each member with its centre."""
    pairs = {frozenset((link["a"], link["b"])) for link in groups["links"]}
    for group in groups["groups"]:
        pairs |= {frozenset((member, group["representative"])) for member in group["documents"]}
    return [tuple(pair) for pair in pairs if len(pair) == 2]


def listed(path, threshold):
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    return [(a, b) for a, b, score, _ in rows if float(score) >= threshold]


def grouped(groups, pairs):
    """Documents that cannot be read, or go by another id, are in no group."""
    of = {document: group["id"] for group in groups["groups"] for document in group["documents"]}
    known = [(a, b) for a, b in pairs if a in of and b in of]
    return sum(of[a] == of[b] for a, b in known) / max(1, len(known))


def rows(program, data, work):
    for name, language, file, truth in COLLECTIONS:
        path = records.present(data, file)
        if path is None:
            continue
        sets = {document: shingles(text) for document, text in texts_of(path).items()}
        for threshold in THRESHOLDS:
            options = ["--threshold", threshold, "--quiet", "--json", "-"]
            lsh, _ = output_of([program, "evaluate", "--lsh", path, "--sample", 0, *options])
            groups, seconds = output_of([program, "cluster", path, "--level", "near", *options])
            pairs = reported(groups)
            right = sum(jaccard(sets[a], sets[b]) >= threshold - ROUNDING for a, b in pairs)
            at = lsh["at_threshold"]
            figures = {"recall": at["recall"], "theory": at["theory"], "precision": right / max(1, len(pairs)),
                       "rmse_ratio": at["error_ratio"], "pairs": at["pairs"]}  # fmt: skip
            if truth is not None and (data / truth).exists():
                figures["grouped"] = grouped(groups, listed(data / truth, threshold))
            figures = {key: figure for key, figure in figures.items() if figure is not None}  # without pairs: none
            yield Row("near", f"{name} {threshold}", language, figures, seconds)


if __name__ == "__main__":
    import sys
    import tempfile

    if len(sys.argv) != 3:
        sys.exit("near.py PROGRAM DATA")
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(folder)):
            print(row.name, *(f"{key} {value:.4g}" for key, value in row.figures.items()), f"seconds {row.seconds:.2f}", flush=True)
