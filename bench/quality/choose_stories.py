#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the constants of the story score, with each collection left out in turn, and shows what each of them brings.

  choose_stories.py SWEEP DATA MADE

SWEEP: the program story_sweep; DATA: the folder of the labelled sets; MADE: what stress.py made of them. Prints, as Markdown: the
objective around the chosen constants, one changed at a time, each at its own best cut; the same without each signal; and what the
choice of constants and cut without a collection (in whatever it was made into) gives on that collection.

Objective: mean of B-cubed and pairwise F1, averaged over the collections of a kind, then over the kinds with these weights.
"""
import collections
import json
import pathlib
import subprocess
import sys

import measures
import records
from stress import STORIES

WEIGHTS = {"full": 2, "thin": 1, "tiny": 1, "short": 1, "titles": 1, "claims": 0.5}
NAMES = ("concentration", "scale_concentration", "expected", "length", "floor", "prior", "grown", "surplus")
CHOSEN = (1, 2, 0.0012, 0.5, 0.07, 2, 0.8, -2)
AROUND = {"concentration": (0.8, 1.2), "scale_concentration": (1, 3), "expected": (0.0009, 0.0015), "length": (0.3, 0.8),
          "floor": (0.05, 0.10), "prior": (1, 4), "grown": (0.7, 0.9), "surplus": (-4, 0)}
WITHOUT = {"concentration and in the scale": {"concentration": 0, "scale_concentration": 0}, "expected": {"expected": 0},
           "length": {"length": 0}, "likeness within": {"prior": 1e9}, "grown": {"grown": 1}, "surplus": {"surplus": -1e9}}
CUTS = (0.18, 0.20, 0.22, 0.24, 0.25, 0.26, 0.27, 0.28, 0.30, 0.32, 0.34)


def changed(values: dict) -> tuple:
    return tuple(values.get(name, old) for name, old in zip(NAMES, CHOSEN))


def family(name: str) -> str:
    return name.split(".", 1)[1]


def files(data: pathlib.Path, made: pathlib.Path) -> dict:
    """kind.collection → its files"""
    out = collections.defaultdict(list)
    for name in STORIES:
        out[f"full.{name}"].append(data / "stories" / f"{name}.jsonl")
    for kind in WEIGHTS:
        for path in sorted((made / kind).glob("*.jsonl")):
            out[f"{kind}.{path.stem.rsplit('-', 1)[0]}"].append(path)
    return dict(out)


def figures(found: list) -> tuple:
    """B-cubed and pairwise F1 of [(gold label, label, tags)]; pairs of different stories with a tag in common do not count."""
    groups = collections.defaultdict(list)
    for at, (_, label, _) in enumerate(found):
        groups[label].append(at)
    of = measures.grouping({at: gold for at, (gold, _, _) in enumerate(found)}, groups.values(),
                           {at: tags for at, (_, _, tags) in enumerate(found)})
    return of["b3_f1"], of["pair_f1"]


def gold_of(path: pathlib.Path) -> dict:
    return {str(row["id"]): (f"{path.stem}/{row['story']}", row.get("umbrella") or []) for row in records.read(path)
            if row.get("story") not in (None, "")}


def sweep(program: str, paths: list, settings: list) -> dict:
    """(setting, cut) → (B-cubed, pairwise) of the files taken together"""
    run = subprocess.run([program, ",".join(map(str, CUTS)), *map(str, paths)], check=True, stdout=subprocess.PIPE, text=True,
                         input="".join(" ".join(map(str, s)) + "\n" for s in settings))
    gold = {str(path): gold_of(path) for path in paths}
    ids, found = {}, collections.defaultdict(list)
    for line in run.stdout.splitlines():
        row = json.loads(line)
        file = row["file"]
        if "ids" in row:
            ids[file] = row["ids"]
            continue
        found[row["setting"], row["cut"]] += [(gold[file][i][0], f"{file}/{label}", gold[file][i][1])
                                              for i, label in zip(ids[file], row["story"]) if i in gold[file]]
    return {key: figures(value) for key, value in found.items()}


class Results:
    def __init__(self, settings: list, measured: dict):
        self.settings, self.measured = settings, measured

    def kinds(self, key: tuple, leave: str = "", only: str = "") -> dict:
        by = collections.defaultdict(list)
        for name, values in self.measured.items():
            if family(name) != leave and (not only or family(name) == only):
                by[name.split(".", 1)[0]].append(values[key])
        return {kind: tuple(sum(v[i] for v in values) / len(values) for i in (0, 1)) for kind, values in by.items()}

    def objective(self, key: tuple, leave: str = "", only: str = "") -> float:
        kinds = self.kinds(key, leave, only)
        return sum(WEIGHTS[k] * sum(v) / 2 for k, v in kinds.items()) / sum(WEIGHTS[k] for k in kinds)

    def best(self, settings, leave: str = "") -> tuple:
        return max(((s, cut) for s in settings for cut in CUTS), key=lambda key: self.objective(key, leave))


def row(label: str, results: Results, key: tuple) -> str:
    kinds = results.kinds(key)
    cells = [f"{results.objective(key):.4f}", f"{kinds['full'][0]:.4f} / {kinds['full'][1]:.4f}"]
    return f"| {label} | {key[1]:.2f} | " + " | ".join(cells + [f"{sum(kinds[k]) / 2:.3f}" for k in WEIGHTS if k != "full"]) + " |"


def left_out(results: Results, variants: list) -> None:
    print("| left out | chosen without it | cut | B-cubed / pairwise on it | with it in sight |\n|---|---|---|---|---|")
    here = results.best([0])
    means = [[0.0, 0.0], [0.0, 0.0]]
    for name in STORIES:
        key = results.best(range(len(variants)), name)
        blind, sighted = (results.measured[f"full.{name}"][k] for k in (key, here))
        for mean, value in zip(means, (blind, sighted)):
            mean[0] += value[0] / len(STORIES)
            mean[1] += value[1] / len(STORIES)
        print(f"| {name} | {variants[key[0]][0]} | {key[1]:.2f} | {blind[0]:.4f} / {blind[1]:.4f} | {sighted[0]:.4f} / {sighted[1]:.4f} |")
    print(f"| mean | | | {means[0][0]:.4f} / {means[0][1]:.4f} | {means[1][0]:.4f} / {means[1][1]:.4f} |")


def main(program: str, data: str, made: str) -> None:
    variants = [("chosen", CHOSEN)]
    variants += [(f"{name} {value}", changed({name: value})) for name, values in AROUND.items() for value in values]
    near = len(variants)  # what may be chosen
    variants += [(f"without {what}", changed(values)) for what, values in WITHOUT.items()]
    settings = [values for _, values in variants]
    results = Results(settings, {name: sweep(program, paths, settings)
                                 for name, paths in files(pathlib.Path(data), pathlib.Path(made)).items()})
    print("| | cut | objective | full, B-cubed / pairwise | " + " | ".join(k for k in WEIGHTS if k != "full") + " |")
    print("|---" * (len(WEIGHTS) + 3) + "|")
    for n, (label, _) in enumerate(variants):
        print(row(label, results, results.best([n])))
    print("\nConstants and cut chosen:\n")
    left_out(results, variants[:near])
    print("\nThe cut alone chosen:\n")
    left_out(results, variants[:1])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
