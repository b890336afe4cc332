#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the model of isolated pairs (src/align_model.cpp) on labelled pairs, and says how far it can be trusted.

    bench/quality/fit_pairs.py BUILD/bench/pair_features DATA [--sizes]

A logistic model of five figures, ridge 0.001, each family of sets weighing the same and each set of a family the same. PAWS, whose
pairs were made so that only the order of words decides, takes no part in that: no other set knows such pairs, and where order
differs that much in theirs, it means nothing. So what a swap of roles costs is a prior and no result of a fit.
Printed: the constants; what each family gets when it is left out; the same with each constant left out; the reliability curve. --sizes: what
smaller files get, whose words tell less of what is rare. Needs numpy and scipy.
"""
import argparse
import json
import pathlib
import subprocess

import numpy
from scipy.optimize import minimize

import pairs

FEATURES = ["covered", "grams", "addition", "figures", "negations"]
MOST_GRAMS = 2.0  # the weight of grams is held down: left to itself it grows where MRPC is left out, and costs it most

# Priors, chosen by hand with PAWS in view. Below the gate, a pair differs by more than its order.
GATE_BEGIN, GATE_WIDTH, SWAP = 0.7, 0.15, 5.0


class Set:
    def __init__(self, tool, data, name, size=None):
        lines = pairs.load(data, name)
        text = "".join(json.dumps({"a": l["a"], "b": l["b"]}) + "\n" for l in lines)
        size = [] if size is None else [str(size)]
        done = subprocess.run([tool, *size], input=text.encode(), stdout=subprocess.PIPE, check=True)
        names, *values = done.stdout.decode().splitlines()
        columns = dict(zip(names.split(), numpy.array([v.split() for v in values], dtype=float).T))
        columns["covered"] = numpy.minimum(columns["covered_a"], columns["covered_b"])
        self.name, self.labels = name, [float(l["label"]) for l in lines]
        self.target = numpy.array([pairs.target(name, label) for label in self.labels])
        self.base = numpy.column_stack([numpy.ones(len(lines))] + [columns[f] for f in FEATURES])
        self.gate = columns["swapped"] * numpy.clip((columns["covered"] - GATE_BEGIN) / GATE_WIDTH, 0, 1)
        self.equal = columns["equal"] == 1

    def family(self):
        return pairs.family(self.name)


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def weights_of(sets):
    """One family weighs as much as another, and one set of it as another."""
    members = {}
    for s in sets:
        members.setdefault(s.family(), []).append(s)
    return [numpy.full(numpy.sum(~s.equal), 1 / len(members[s.family()]) / numpy.sum(~s.equal)) for s in sets]


def fit(sets, without=()):
    kept = [i for i in range(len(FEATURES) + 1) if i == 0 or FEATURES[i - 1] not in without]
    x = numpy.vstack([s.base[~s.equal][:, kept] for s in sets])
    y = numpy.concatenate([s.target[~s.equal] for s in sets])
    w = numpy.concatenate(weights_of(sets))
    w /= w.sum()

    def loss(b):
        z = x @ b
        return (w @ (numpy.logaddexp(0, z) - y * z) + 0.001 * b @ b, x.T @ (w * (sigmoid(z) - y)) + 0.002 * b)

    bounds = [(None, MOST_GRAMS if i > 0 and FEATURES[i - 1] == "grams" else None) for i in kept]
    found = numpy.zeros(len(FEATURES) + 1)
    found[kept] = minimize(loss, numpy.zeros(len(kept)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def predict(s, base, swap=SWAP):
    return numpy.where(s.equal, 0.99, sigmoid(s.base @ base - swap * s.gate))


def left_out(sets, without=()):
    """For each set the probabilities by what was fitted without its family."""
    bases = {f: fit([s for s in sets if s.family() not in ("pawsx", f)], without) for f in {s.family() for s in sets}}
    return {s.name: predict(s, bases[s.family()], 0 if "swapped" in without else SWAP) for s in sets}


def summary(sets, found):
    """Mean of each figure over families."""
    by_family = {}
    for s in sets:
        got = pairs.figures(s.name, s.labels, list(found[s.name]), list(found[s.name] >= 0.5))
        by_family.setdefault(s.family(), []).append(got)
    names = ("acc", "auc", "brier", "pearson")
    return {n: numpy.mean([numpy.mean([g[n] for g in each]) for each in by_family.values()]) for n in names}


def table(title, sets, found):
    print(f"\n{title}\n| set | acc | f1 | auc | brier | pearson |\n|---|---|---|---|---|---|")
    for s in sets:
        got = pairs.figures(s.name, s.labels, list(found[s.name]), list(found[s.name] >= 0.5))
        print(f"| {s.name} | " + " | ".join(f"{v:.3f}" for v in got.values()) + " |")
    print("| mean of families | " + " ".join(f"{k} {v:.4f}" for k, v in summary(sets, found).items()) + " |")


def reliability(sets, found):
    print("\nReliability, family left out: mean score → share that states the same (pairs)")
    for title, chosen in [("all but pawsx", lambda s: s.family() != "pawsx")] + [
            (f, lambda s, f=f: s.family() == f) for f in dict.fromkeys(s.family() for s in sets)]:
        p = numpy.concatenate([found[s.name] for s in sets if chosen(s)])
        y = numpy.concatenate([s.target for s in sets if chosen(s)])
        cells = []
        for low in numpy.arange(0, 1, 0.1):
            inside = (p >= low) & (p < low + 0.1)
            if inside.sum() >= 20:
                cells.append(f"{p[inside].mean():.2f}→{y[inside].mean():.2f} ({inside.sum()})")
        print(f"{title}: " + ", ".join(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--sizes", action="store_true")
    given = parser.parse_args()
    if given.sizes:
        for size in (0, 2, 10, 30, 100, 1000):
            sets = [Set(given.tool, given.data, name, size) for name, _ in pairs.SETS]
            print(f"{size} pairs: " + " ".join(f"{k} {v:.4f}" for k, v in summary(sets, left_out(sets)).items()))
        return
    sets = [Set(given.tool, given.data, name) for name, _ in pairs.SETS]
    base = fit([s for s in sets if s.family() != "pawsx"])
    print("intercept", *(f"{v:.3f}" for v in base[:1]), *(f"{n} {v:.3f}" for n, v in zip(FEATURES, base[1:])), f"swapped {-SWAP}")
    for f in dict.fromkeys(s.family() for s in sets):
        print(f"  without {f}:", *(f"{v:.2f}" for v in fit([s for s in sets if s.family() not in ("pawsx", f)])))
    found = left_out(sets)
    table("Each family left out of what is fitted", sets, found)
    table("Fitted on all", sets, {s.name: predict(s, base) for s in sets})
    print("\nWithout one of the figures, mean of families, family left out")
    for f in FEATURES + ["swapped"]:
        print(f"  −{f}: " + " ".join(f"{k} {v:.4f}" for k, v in summary(sets, left_out(sets, (f,))).items()))
    reliability(sets, found)


if __name__ == "__main__":
    main()
