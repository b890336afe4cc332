#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the constants of the story score, with each collection left out in turn, and shows what each of them brings.

  choose_stories.py SWEEP DATA WORK

SWEEP: the program story_sweep; DATA: the folder of the labelled sets; WORK: a folder for what stress.py and unseen.py make of them
(0.3 GB). Prints, as Markdown: the choice on all collections; for each of stories/ what the choice without it, in whatever it was
made into, gives on it; the figures around the choice, one constant changed at a time; the same without each signal. It takes a
quarter of an hour on one core.

What is chosen: the squares of how far each collection is from its own best setting are the least. Squares, since the collections
want different cuts and what serves one well may ruin another: the choice is to lie where none is ruined. A collection counts with all
that was made of it, and those of unseen.py a quarter, as in most of them whatever is not the same text stands alone. Figures are
averaged with those of the neighbouring settings, so that it is the middle of a plateau that is chosen, and not a peak.
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
ROUND = {"floor": 0.05, "concentration": 1, "prior": 2, "eased": 1, "surplus": 0}
GRID = {"expected": (0.0012, 0.0016, 0.0020, 0.0025, 0.0030), "grown": (0.7, 0.8, 0.9, 1)}
CUTS = tuple(round(0.12 + 0.02 * step, 2) for step in range(13))
WEIGHTS = {"full": 2, "thin": 1, "tiny": 1, "short": 2, "titles": 1, "claims": 1, "unseen": 1}  # of what a collection is made into
OTHERS = 0.25  # what a collection of unseen.py counts beside one of stories/
AROUND = {"floor": (0.03, 0.07), "concentration": (0.8, 1.2), "prior": (1, 4), "eased": (0.5, 1.5), "surplus": (-2, -1, 1)}
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


def setting(**values) -> tuple:
    return tuple(values[name] if name in values else ROUND[name] for name in NAMES)


class Results:
    def __init__(self, measured: dict):
        self.measured = measured  # (kind, name) → (setting, cut) → figures
        self.best = {key: max(map(mean, of.values())) for key, of in measured.items()}

    def loss(self, at: tuple, leave: str = "") -> float:
        by = collections.defaultdict(list)
        for (kind, name), of in self.measured.items():
            if collection(kind, name) != leave:
                by[collection(kind, name)].append((WEIGHTS[kind], (self.best[kind, name] - mean(of[at])) ** 2))
        weights = {name: OTHERS if name.startswith("unseen") else 1 for name in by}
        return sum(weights[n] * sum(w * v for w, v in of) / sum(w for w, _ in of) for n, of in by.items()) / sum(weights.values())

    def chosen(self, leave: str = "") -> tuple:
        """(setting, cut) of the least loss, averaged over the neighbours in the grid."""
        axes = [*GRID.values(), CUTS]
        loss = {at: self.loss((setting(**dict(zip(GRID, at))), at[-1]), leave) for at in itertools.product(*axes)}
        for axis, values in enumerate(axes):
            loss = {at: averaged(loss, at, axis, values) for at in loss}
        at = min(loss, key=loss.get)
        return setting(**dict(zip(GRID, at))), at[-1]

    def figures(self, at: tuple, kind: str) -> tuple:
        return tuple(mean(of[at][i] for (k, _), of in self.measured.items() if k == kind) for i in (0, 1))

    def row(self, label: str, at: tuple) -> str:
        cells = ["%.3f / %.3f" % self.figures(at, "full"), "%.3f" % mean(mean(self.measured[key][at]) for key in SHORT)]
        cells += ["%.3f" % mean(self.figures(at, kind)) for kind in ("thin", "tiny", "titles", "claims", "unseen")]
        return f"| {label} | {at[1]:.2f} | " + " | ".join(cells) + " |"

    def best_cut(self, of: tuple) -> tuple:
        return min(((of, cut) for cut in CUTS), key=self.loss)


def averaged(loss: dict, at: tuple, axis: int, values: tuple) -> float:
    """With the neighbours along one axis, which count half; at an end, it is its own neighbour."""
    here = values.index(at[axis])
    beside = (values[max(0, here - 1)], values[min(len(values) - 1, here + 1)])
    return loss[at] / 2 + sum(loss[at[:axis] + (value,) + at[axis + 1:]] for value in beside) / 4


def told(at: tuple) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(NAMES, at[0]) if name in GRID) + f", cut {at[1]:.2f}"


def left_out(results: Results) -> None:
    print("| left out | chosen without it | B-cubed / pairwise on it | with it in sight |\n|---|---|---|---|")
    here, sums = results.chosen(), []
    for name in stress.STORIES:
        at = results.chosen(name)
        blind, sighted = (results.measured["full", name][a] for a in (at, here))
        sums.append(blind + sighted)
        print(f"| {name} | {told(at)} | {blind[0]:.3f} / {blind[1]:.3f} | {sighted[0]:.3f} / {sighted[1]:.3f} |")
    print("| mean | | %.4f / %.4f | %.4f / %.4f |" % tuple(map(mean, zip(*sums))))


def main(program: str, data: str, work: str) -> None:
    grid = [setting(**dict(zip(GRID, at))) for at in itertools.product(*GRID.values())]
    paths = files(pathlib.Path(data), pathlib.Path(work))
    results = Results({key: sweep(program, of, grid) for key, of in paths.items()})
    at = results.chosen()
    print(f"Chosen: {told(at)}\n")
    left_out(results)

    chosen = dict(zip(NAMES, at[0]))
    others = [(f"{name} {value}", {name: value}) for name, values in {**GRID, **AROUND}.items() for value in values if value != chosen[name]]
    others += [(f"without {what}", values) for what, values in WITHOUT.items()]
    settings = list(dict.fromkeys(setting(**{**chosen, **values}) for _, values in others))
    for key, of in paths.items():
        results.measured[key] |= sweep(program, of, settings)
    print("\n| | cut | six, B-cubed / pairwise | short | thinned | small | titles | rewrites | unseen |\n|---|---|---|---|---|---|---|---|---|")
    print(results.row("chosen", at))
    for label, values in others:
        print(results.row(label, results.best_cut(setting(**{**chosen, **values}))))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
