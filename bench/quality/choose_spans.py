#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the constants of src/spans_constants.hpp, and says what they owe to the texts they were chosen on.

    choose_spans.py SPANS_TRIAL DATA [--every N] [--rounds N]

SPANS_TRIAL is the program of bench/quality/spans_trial.cpp, DATA the folder that holds align/pan13_pairs.jsonl and
align/pan13_texts.jsonl.zst. The pairs are halved by a hash of the document that holds the reuse, so that no such document is in
both halves. Constant by constant, each half takes the value of the grid that serves it best, as long as one gains; then each
half's constants are measured on the other half. The figure is plagdet (Potthast et al. 2010) over all pairs of a half.
--every N takes only every Nth pair.
"""
import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measures  # noqa: E402
import records  # noqa: E402

# The library's values first: what every half starts from.
GRID = {
    "miss": [0.3, 0.25, 0.35],
    "seed_cosine": [0.25, 0.22, 0.28],
    "seed_dice": [0.25, 0.22, 0.28],
    "gap": [4, 3, 5],
    "snap": [5, 3, 8],
    "evidence": [6, 5, 7],
    "least_words": [25, 22, 28],
    "least_share": [0.1, 0.07, 0.15],
    "background": [10, 3, 20],
    "unit_words": [40, 32, 50],
    "copied_words": [43, 35, 50],
    "copied_share": [0.6, 0.5, 0.7],
    "run_words": [8, 6, 10],
    "run_gap": [10, 5, 15],
    "digest_cosine": [0.27, 0.25, 0.3],
    "digest_dice": [0.27, 0.25, 0.3],
    "digest_gap": [3, 2, 5],
    "digest_whole": [0.25, 0.2, 0.3],
    "digest_words": [50, 40, 60],
    "digest_ratio": [3, 2.5, 4],
    "overlap": [0.3, 0.1, 0.5],
}


def plagdet(pairs):
    """Of (cases, detections) of many pairs."""
    return measures.plagdet(pairs)["plagdet"]


class Trial:
    """The program, the pairs, and what was measured already."""

    def __init__(self, program, data, every, work):
        rows = records.read(records.present(data, "align/pan13_pairs.jsonl"))[::every]
        self.cases = [row["spans"] for row in rows]
        self.half = [hashlib.sha1(row["susp"].encode()).digest()[0] & 1 for row in rows]
        self.category = [row["category"] for row in rows]
        texts = work / "texts.jsonl"
        with open(texts, "wb") as out:
            subprocess.run(["zstd", "-dcq", str(data / "align/pan13_texts.jsonl.zst")], stdout=out, check=True)
        pairs = work / "pairs.tsv"
        pairs.write_text("".join(f"{row['susp']}\t{row['src']}\n" for row in rows), encoding="utf-8")
        self.program = subprocess.Popen([program, str(texts), str(pairs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.known = {}

    def found(self, constants):
        self.program.stdin.write(" ".join(f"{k}={v}" for k, v in constants.items()) + "\n")
        self.program.stdin.flush()
        pairs = json.loads(self.program.stdout.readline())
        return [[{"susp": span[:2], "src": span[2:]} for span in spans] for spans in pairs]

    def figures(self, constants):
        """Plagdet of both halves, of all pairs, of each category."""
        key = tuple(sorted(constants.items()))
        if key not in self.known:
            spans = self.found(constants)
            chosen = lambda keep: [(c, f) for n, (c, f) in enumerate(zip(self.cases, spans)) if keep(n)]
            figures = {h: plagdet(chosen(lambda n: self.half[n] == h)) for h in (0, 1)}
            figures["all"] = plagdet(chosen(lambda n: True))
            for c in sorted(set(self.category)):
                figures[c] = plagdet(chosen(lambda n: self.category[n] == c))
            self.known[key] = figures
        return self.known[key]


def choose(trial, half, rounds):
    """The half's own constants."""
    best = {name: values[0] for name, values in GRID.items()}
    value = trial.figures(best)[half]
    for _ in range(rounds):
        before = value
        for name, values in GRID.items():
            for other in values:
                tried = {**best, name: other}
                figure = trial.figures(tried)[half]
                if figure > value + 1e-6:
                    best, value = tried, figure
        if value == before:
            break
    return best


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("data", type=pathlib.Path)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--rounds", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as work:
        trial = Trial(given.program, given.data, given.every, pathlib.Path(work))
        default = {name: values[0] for name, values in GRID.items()}
        print("library's constants:", {k: round(v, 4) for k, v in trial.figures(default).items()}, flush=True)
        for name, values in GRID.items():
            for other in values[1:]:
                figures = trial.figures({**default, name: other})
                print(f"  {name} {other}: " + " ".join(f"{k} {v:.4f}" for k, v in figures.items()), flush=True)
        for half in (0, 1):
            best = choose(trial, half, given.rounds)
            changed = {k: v for k, v in best.items() if v != default[k]}
            figures = trial.figures(best)
            print(f"chosen on half {half}: {changed}: there {figures[half]:.4f}, on the other {figures[1 - half]:.4f} "
                  f"(library's {trial.figures(default)[half]:.4f}, {trial.figures(default)[1 - half]:.4f})", flush=True)


if __name__ == "__main__":
    main()
