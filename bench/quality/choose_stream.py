#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the bar of stories in a stream, with each collection left out in turn, beside the same articles grouped at once.

  choose_stream.py STREAM SWEEP DATA WORK

STREAM, SWEEP: the programs story_stream and story_sweep; DATA: the folder of the labelled sets; WORK: a folder for what stress.py and
unseen.py make of them. Prints, as Markdown: for each collection of stories/ what the bar chosen without it gives on it; the figures at
other bars; those of what is plain, at its best cut; those of grouping at once. Takes some ten minutes on one core.

Everything is as choose_stories.py has it: the collections, what counts how much, the objective and what is left out together. Each
stream is read in three orders. The bar is chosen alone (CHOSEN) and together with the share of the next story that is no evidence.
"""
import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import sys

import choose_stories
import stress
from choose_stories import Results, mean

BARS = tuple(round(0.03 + 0.0025 * step, 4) for step in range(13))
APART = (0.3, 0.5, 0.7)
CHOSEN = 0.5
PLAIN = tuple(round(0.08 + 0.01 * step, 2) for step in range(11))
AT_ONCE = ("0.0016 0.04 0.85 1 2 1 0", 0.255)  # of src/stories_score.hpp and story_options


def lines(program: str, arguments: list, text: str) -> list:
    run = subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, input=text)
    return [tuple(map(float, line.split())) for line in run.stdout.splitlines()]


def streamed(program: str, paths: list, settings: list) -> dict:
    """setting → (B-cubed F1, pairwise F1, recall and precision of what is told as new)"""
    return dict(zip(settings, lines(program, paths, "".join(" ".join(map(str, s)) + "\n" for s in settings))))


def smooth(table: dict) -> dict:
    """Along the bars, as choose_stories does it, twice."""
    for _ in range(2):
        beside = {b: (BARS[max(0, i - 1)], BARS[min(len(BARS) - 1, i + 1)]) for i, b in enumerate(BARS)}
        table = {(b, a): v / 2 + sum(table[n, a] for n in beside[b]) / 4 for (b, a), v in table.items()}
    return table


def chosen(results: Results, apart: tuple, leave: str = "") -> tuple:
    table = smooth({at: results.objective(at, leave) for at in itertools.product(BARS, apart)})
    return max(table, key=table.get)


def first_told(results: Results, at: tuple, kinds: tuple) -> str:
    return "%.3f / %.3f" % tuple(mean(of[at][i] for (k, _), of in results.measured.items() if k in kinds) for i in (2, 3))


def left_out(results: Results, title: str, apart: tuple) -> None:
    print(f"{title}:\n\n| left out | chosen without it | B-cubed / pairwise on it | with it in sight |\n|---|---|---|---|")
    here, sums = chosen(results, apart), []
    for name in stress.STORIES:
        at = chosen(results, apart, name)
        blind, sighted = (results.measured["full", name][a][:2] for a in (at, here))
        sums.append(blind + sighted)
        print(f"| {name} | {at[0]}, {at[1]} | {blind[0]:.3f} / {blind[1]:.3f} | {sighted[0]:.3f} / {sighted[1]:.3f} |")
    print(f"| mean | with all: {here[0]}, {here[1]} | " + "%.3f / %.3f | %.3f / %.3f |\n" % tuple(map(mean, zip(*sums))))


def row(results: Results, label: str, at: tuple, bar: float, told: bool = True) -> str:
    cells = ["%.3f / %.3f" % results.figures(at, "full"), first_told(results, at, ("full",)) if told else "–"]
    cells += ["%.3f" % mean(mean(results.measured[key][at][:2]) for key in choose_stories.SHORT)]
    cells += ["%.3f" % mean(results.figures(at, kind)) for kind in ("thin", "tiny", "titles", "claims", "unseen")]
    return f"| {label} | {bar} | " + " | ".join(cells) + f" | {results.objective(at):.3f} |"


class Means(Results):
    """Results whose figures may be more than two."""

    def objective(self, at: tuple, leave: str = "") -> float:
        return Results({key: {at: of[at][:2]} for key, of in self.measured.items()}).objective(at, leave)


def main(stream: str, sweep: str, data: str, work: str) -> None:
    files = choose_stories.files(pathlib.Path(data), pathlib.Path(work))
    settings = list(itertools.product(BARS, APART)) + [("plain", cut) for cut in PLAIN]
    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        found = pool.map(lambda paths: streamed(stream, paths, settings), files.values())
        results = Means(dict(zip(files, found)))
    together = lambda paths: {AT_ONCE: lines(sweep, [AT_ONCE[1], *paths], AT_ONCE[0] + "\n")[0]}  # noqa: E731
    at_once = Means({key: together(paths) for key, paths in files.items()})
    left_out(results, "The bar alone chosen", (CHOSEN,))
    left_out(results, "The bar and the share of the next story chosen", APART)
    print("| | bar | six, B-cubed / pairwise | told as new, R / P | short | thinned | small | titles | rewrites | unseen | all |")
    print("|---" * 11 + "|")
    best = chosen(results, (CHOSEN,))
    print(row(results, "stream", best, best[0]))
    for bar in BARS[::2]:
        print(row(results, "", (bar, CHOSEN), bar))
    for apart in APART:
        print(row(results, f"{apart} of the next story", chosen(results, (apart,)), chosen(results, (apart,))[0]))
    flat = max((("plain", cut) for cut in PLAIN), key=results.objective)
    print(row(results, "plain", flat, flat[1]))
    print(row(at_once, "grouped at once", AT_ONCE, AT_ONCE[1], told=False))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
