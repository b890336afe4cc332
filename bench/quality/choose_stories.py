#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the cut of the story score, with each collection left out in turn, and shows what each signal brings.

  choose_stories.py SWEEP DATA WORK

SWEEP: the program story_sweep; DATA: the folder of the labelled sets; WORK: a folder for what stress.py and unseen.py make of them
(100 MB). Prints, as Markdown: the choice; for each collection of stories/ what the choice without it, in whatever it was made into,
gives on it, where the cut alone is chosen, where the chance agreement is chosen too, and where all that is not round by nature is; the
figures with one constant changed at a time; the same without each signal. Takes one to five minutes on one core.

Objective: the mean of B-cubed and pairwise F1, averaged over what a collection was made into, then over the collections. One of
unseen.py counts a quarter: in most of them whatever is not the same text stands alone, so that no cut is too high for them. Short
texts in large stories count most within a collection, the whole collection next: they want the lowest cut, and collections of titles
and stories of three the highest. The objective is averaged with that of the neighbouring settings, so that it is the middle of a
plateau that is chosen, not a peak. What is made by mixing in thousands of strangers, or copies, is not used: it would take longer
than all the rest.
"""
import collections
import itertools
import pathlib
import subprocess
import sys

import records
import stress
import unseen

NAMES = ("expected", "floor", "grown", "concentration", "prior", "eased", "surplus")
CHOSEN = (0.0016, 0.04, 0.85, 1, 2, 1, 0)
CUTS = tuple(round(0.18 + 0.005 * step, 3) for step in range(33))
GRID = {"expected": (0.0012, 0.0016, 0.0020), "floor": (0.03, 0.04, 0.05), "grown": (0.8, 0.85, 0.9)}
WEIGHTS = {"full": 2, "thin": 1, "tiny": 1, "short": 4, "titles": 1, "claims": 1, "unseen": 1}  # of what a collection is made into
OTHERS = 0.25  # what a collection of unseen.py counts beside one of stories/
AROUND = {**GRID, "concentration": (0.8, 1.2), "prior": (1, 4),
          "surplus": (-2, -1, 1)}
WITHOUT = {"the root of squares": {"concentration": 0}, "expected √ℓ": {"expected": 0}, "the likeness within groups": {"prior": 1e9},
           "g": {"grown": 1}, "ties": {"surplus": -1e9}, "ties eased by likeness": {"eased": 0}}
SHORT = [("short", name) for name in stress.STORIES[:4]] + [("titles", "allsides_short_en"), ("titles", "vietnamese")]


def collection(kind: str, name: str) -> str:
    """What is left out together: all that is of the same texts, or made in the same way."""
    if name in ("claims_en", "rewrites_en"):
        return "rewrites_en"
    return name if kind != "unseen" else "unseen " + name.split("_")[0]


def files(data: pathlib.Path, work: pathlib.Path) -> dict:
    """(kind, name) → its files, made anew."""
    stress.make(data, work)
    (work / "unseen").mkdir(exist_ok=True)
    for name, documents in unseen.made(data):
        records.write(work / "unseen" / f"{name}.jsonl", documents)
    out = collections.defaultdict(list)
    for name in stress.STORIES:
        out["full", name].append(data / "stories" / f"{name}.jsonl")
    for kind in list(WEIGHTS)[1:]:
        for path in sorted((work / kind).glob("*.jsonl")):
            out[kind, path.stem.rsplit("-", 1)[0]].append(path)
    return dict(out)


def sweep(program: str, paths: list, settings: list) -> dict:
    """(setting, cut) → (B-cubed F1, pairwise F1) of the files taken together."""
    run = subprocess.run([program, ",".join(map(str, CUTS)), *map(str, paths)], check=True, stdout=subprocess.PIPE, text=True,
                         input="".join(" ".join(map(str, s)) + "\n" for s in settings))
    return dict(zip(itertools.product(settings, CUTS), (tuple(map(float, line.split())) for line in run.stdout.splitlines())))


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def setting(start: tuple = CHOSEN, **values) -> tuple:
    return tuple(values.get(name, old) for name, old in zip(NAMES, start))


def smooth(table: dict, axes: list) -> dict:
    """Each value with its neighbours along each axis, which count half; at an end, it is its own neighbour. Twice along the last."""
    for axis in [*range(len(axes)), len(axes) - 1]:
        values = axes[axis]
        beside = {v: (values[max(0, i - 1)], values[min(len(values) - 1, i + 1)]) for i, v in enumerate(values)}
        table = {at: table[at] / 2 + sum(table[at[:axis] + (v,) + at[axis + 1:]] for v in beside[at[axis]]) / 4 for at in table}
    return table


class Results:
    def __init__(self, measured: dict):
        self.measured = measured  # (kind, name) → (setting, cut) → figures

    def objective(self, at: tuple, leave: str = "") -> float:
        by = collections.defaultdict(list)
        for (kind, name), of in self.measured.items():
            if collection(kind, name) != leave:
                by[collection(kind, name)].append((WEIGHTS[kind], mean(of[at])))
        weights = {name: OTHERS if name.startswith("unseen") else 1 for name in by}
        return sum(weights[n] * sum(w * v for w, v in of) / sum(w for w, _ in of) for n, of in by.items()) / sum(weights.values())

    def chosen(self, grid: dict, start: tuple = CHOSEN, leave: str = "") -> tuple:
        """The best (setting, cut)."""
        axes = [*grid.values(), CUTS]
        at = {point: (setting(start, **dict(zip(grid, point))), point[-1]) for point in itertools.product(*axes)}
        table = smooth({point: self.objective(at[point], leave) for point in at}, axes)
        return at[max(table, key=table.get)]

    def figures(self, at: tuple, kind: str) -> tuple:
        return tuple(mean(of[at][i] for (k, _), of in self.measured.items() if k == kind) for i in (0, 1))

    def row(self, label: str, at: tuple) -> str:
        cells = ["%.3f / %.3f" % self.figures(at, "full"), "%.3f" % mean(mean(self.measured[key][at]) for key in SHORT)]
        cells += ["%.3f" % mean(self.figures(at, kind)) for kind in ("thin", "tiny", "titles", "claims", "unseen")]
        return f"| {label} | {at[1]:.3f} | " + " | ".join(cells) + " |"


def told(at: tuple, grid: dict) -> str:
    return ", ".join([f"{name} {value}" for name, value in zip(NAMES, at[0]) if name in grid] + [f"cut {at[1]:.3f}"])


def left_out(results: Results, title: str, grid: dict) -> None:
    print(f"{title}:\n\n| left out | chosen without it | B-cubed / pairwise on it | with it in sight |\n|---|---|---|---|")
    here, sums = results.chosen(grid), []
    for name in stress.STORIES:
        at = results.chosen(grid, leave=name)
        blind, sighted = (results.measured["full", name][a] for a in (at, here))
        sums.append(blind + sighted)
        print(f"| {name} | {told(at, grid)} | {blind[0]:.3f} / {blind[1]:.3f} | {sighted[0]:.3f} / {sighted[1]:.3f} |")
    print(f"| mean | with all: {told(here, grid)} | " + "%.4f / %.4f | %.4f / %.4f |\n" % tuple(map(mean, zip(*sums))))


def main(program: str, data: str, work: str) -> None:
    rows = [("all", {})] + [(f"{name} {value}", {name: value}) for name, values in AROUND.items() for value in values]
    rows += [(f"without {what}", values) for what, values in WITHOUT.items()]
    rows = [(label, values) for label, values in rows if not values or setting(**values) != CHOSEN]
    settings = {setting(**values) for _, values in rows} | {setting(**dict(zip(GRID, at))) for at in itertools.product(*GRID.values())}
    settings = sorted(settings)  # those of the same merges in turn
    results = Results({key: sweep(program, paths, settings) for key, paths in files(pathlib.Path(data), pathlib.Path(work)).items()})
    left_out(results, "The cut alone chosen", {})
    left_out(results, "The chance agreement and the cut chosen", {"expected": GRID["expected"]})
    left_out(results, "All four chosen", GRID)
    print("At the best cut each:\n\n| | cut | six, B-cubed / pairwise | short | thinned | small | titles | rewrites | unseen |")
    print("|---" * 9 + "|")
    for label, values in rows:
        print(results.row(label, results.chosen({}, setting(**values))))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
