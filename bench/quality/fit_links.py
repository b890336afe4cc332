#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits what decides links between sentences of two documents: the evidence of a pair (src/align_grid.cpp), prices of paths
(src/align_paths.hpp, src/align_blocks.hpp) and how sure a link is (src/align_blocks.cpp).

    fit_links.py LINK_FEATURES DATA [--rounds 2]

LINK_FEATURES is the program build/bench/link_features, DATA the folder of development data. Needs numpy, and zstd on the path. A minute.

Three families: hand alignments of German texts and their rewrites (align/simplified_de: links are right or wrong); lists of
statements in seven languages, made from pairs that state the same (pairs/sts_*_dev) with strangers among them, in order or
shuffled; pairs of documents with passages reused (align/pan13: a link is right if it joins the two sides of one passage).
Evidence is a logistic fit on all pairs of sentences of the first family, how sure a link is one on the links of the first two,
the lists weighing LISTS_WEIGH. Prices maximise the mean of the families' link F1. Then all is chosen again on parts of the hand
alignments, and measured on the rest. Links for each hundred sentences in news of one story, and in news of the story most like
it, are printed beside: they are in no fit.
"""
import argparse
import collections
import json
import math
import pathlib
import random
import re
import subprocess
import tempfile

import numpy as np

import records
from links import f1, joined

START = {"linked": 2.4, "side": 0.8, "skipped": 0.9, "crowded": 1.0}
STEPS = {"linked": 0.2, "side": 0.2, "skipped": 0.3, "crowded": 0.5}
MOST_SUPPORT, USUAL_LENGTH, USUAL_CHOICE = 3.0, 15.0, 20.0
LISTS_WEIGH = 0.3
PER_CHOICE = -0.3  # fixed: documents of one family are much of one size; hand alignments alone give -.3, passages reused -1.4
CUT = -0.65
LANGUAGES = ("en", "de", "es", "fr", "ru", "zh", "ja")
KINDS = ("02-no-obfuscation", "03-random-obfuscation", "04-translation-obfuscation", "05-summary-obfuscation")
NEWS = ("ecbplus_en", "multinews_en", "vietnamese", "multiling_fr", "newswcl_en")


class Links:
    """Documents' links at any prices. `pairs` are dicts with "a" and "b"."""

    def __init__(self, program, pairs, folder):
        self.program, path = program, pathlib.Path(folder) / f"{id(self)}.jsonl"
        self.path = path
        with open(path, "w", encoding="utf-8") as file:
            for pair in pairs:
                file.write(json.dumps({"a": pair["a"], "b": pair["b"]}) + "\n")
        self.run = subprocess.Popen([program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.units = collections.defaultdict(list)
        for line in iter(self.run.stdout.readline, "\n"):
            _, pair, side, begin, end = line.split()
            self.units[int(pair), int(side)].append((int(begin), int(end)))
        self.known = {}

    def at(self, prices):
        key = "{linked:g} {side:g} {skipped:g} {crowded:g} 0".format(**prices)
        if key not in self.known:
            self.run.stdin.write(key + "\n")
            self.run.stdin.flush()
            found = [line.split() for line in iter(self.run.stdout.readline, "\n")]
            self.known[key] = np.array(found, float).reshape(-1, 9)
        return self.known[key]


    def pairs(self):
        """All pairs of sentences: pair a b grams covered_a covered_b."""
        ran = subprocess.run([self.program, self.path, "pairs"], capture_output=True, text=True, check=True).stdout
        lines = ran.split("\n\n", 1)[1].split("\n")
        return np.array([line.split() for line in lines if line], float)


def features(found):
    """Of each link: 1, its evidence, what its path holds around it, its length."""
    support = np.minimum(found[:, 5], MOST_SUPPORT) + np.minimum(found[:, 6], MOST_SUPPORT)
    return np.stack([np.ones(len(found)), found[:, 4], support, np.log(found[:, 7] / USUAL_LENGTH)], 1)


def given(found):
    """The part of the logit that is not fitted."""
    return PER_CHOICE * (found[:, 8] - math.log(USUAL_CHOICE))


def logits(found, weights):
    return features(found) @ weights + given(found)


def logistic(x, y, offset=0.0, importance=1.0, ridge=1e-3):
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-(x @ weights + offset)))
        slope = x.T @ (importance * (p - y)) + ridge * weights
        curvature = (x * (importance * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights))
        weights -= np.linalg.solve(curvature, slope)
    return weights


class Aligned:
    """Hand alignments: which positions of the lists of sentences are linked."""

    def __init__(self, program, data, folder):
        documents = records.read(data / "align" / "simplified_de_docs.jsonl")
        number = {d["pair_id"]: n for n, d in enumerate(documents)}
        self.gold = [set() for _ in documents]
        for g in records.read(data / "align" / "simplified_de_gold.jsonl"):
            self.gold[number[g["pair_id"]]].update((i, j) for i in g["a_positions"] for j in g["b_positions"])
        self.domain = np.array([d["domain"] for d in documents])
        sides = [(joined(d["original"]), joined(d["simplification"])) for d in documents]
        self.links = Links(program, [{"a": a[0], "b": b[0]} for a, b in sides], folder)
        self.positions = [[[[p for p, (begin, end) in enumerate(places) if begin < e and b < end]
                            for b, e in self.links.units[n, side]] for side, (_, places) in enumerate(pair)]
                          for n, pair in enumerate(sides)]
        self.wanted = np.array([len(g) for g in self.gold])

    def places(self, link):
        a, b = self.positions[int(link[0])]
        return [(i, j) for i in a[int(link[2])] for j in b[int(link[3])]]

    def labels(self, found):
        return np.array([any(place in self.gold[int(l[0])] for place in self.places(l)) for l in found], float)

    def counts(self, found):
        """For each document: links found and right, found, wanted."""
        seen = [set() for _ in self.gold]
        for link in found:
            seen[int(link[0])].update(self.places(link))
        return np.array([(len(s & g), len(s), len(g)) for s, g in zip(seen, self.gold)])


class Lists:
    """Fifteen pairs that state the same, and eight strangers on each side, a statement a line."""

    def __init__(self, program, data, folder, each=24, same=15, strangers=8):
        pairs, self.numbers = [], []
        for language in LANGUAGES:
            rows = [(r["a"], r["b"], float(r["label"])) for r in records.read(data / "pairs" / f"sts_{language}_dev.jsonl")]
            short, chance = 15 if language in ("zh", "ja") else 40, random.Random(3)
            alike = [r for r in rows if r[2] >= 4 and len(r[0]) > short]
            unlike = [r for r in rows if r[2] <= 1]
            for n in range(each):
                chosen, others = chance.sample(alike, same), chance.sample(unlike, 2 * strangers)
                sides = [[(i, r[side]) for i, r in enumerate(chosen)] for side in (0, 1)]
                if n % 2 == 0:
                    chance.shuffle(sides[1])
                for k, r in enumerate(others):
                    side = sides[k % 2]
                    side.insert(chance.randrange(len(side) + 1), (None, r[0]))
                self.numbers.append(sides)
                pairs.append({name: joined([" ".join(t.split()) for _, t in side])[0] for name, side in zip("ab", sides)})
        self.links = Links(program, pairs, folder)
        self.wanted = same * len(pairs)
        self.places = [[[[i for (i, _), (begin, end) in zip(side, joined([" ".join(t.split()) for _, t in side])[1])
                          if begin < e and b < end] for b, e in self.links.units[n, at]] for at, side in enumerate(sides)]
                       for n, sides in enumerate(self.numbers)]

    def meets(self, link):
        a, b = self.places[int(link[0])]
        return {i for i in a[int(link[2])] if i is not None} & set(b[int(link[3])])

    def labels(self, found):
        return np.array([bool(self.meets(link)) for link in found], float)

    def f1(self, found):
        hits = {(link[0], i) for link in found for i in self.meets(link)}
        told = sum(len(self.places[int(l[0])][0][int(l[2])]) * len(self.places[int(l[0])][1][int(l[3])]) for l in found)
        return f1(len(hits), told, self.wanted)


class Reused:
    """Passages reused: sentences of the one side belong to sentences of the other."""

    def __init__(self, program, data, folder, each=60):
        packed = subprocess.run(["zstd", "-dc", data / "align" / "pan13_texts.jsonl.zst"], capture_output=True, check=True).stdout
        texts = {r["id"]: r["text"] for r in (json.loads(l) for l in packed.decode().split("\n") if l)}
        chosen, kinds = [], collections.defaultdict(list)
        for r in records.read(data / "align" / "pan13_pairs.jsonl"):
            kinds[r["category"]].append(r)
        for kind in KINDS:
            random.Random(5).shuffle(kinds[kind])
            short = [r for r in kinds[kind] if len(texts[r["susp"]]) * len(texts[r["src"]]) < 9e7]
            chosen += short[:each]
        self.kind = np.array([r["category"] for r in chosen])
        pairs = [{"a": texts[r["susp"]], "b": texts[r["src"]]} for r in chosen]
        self.links = Links(program, pairs, folder)
        self.inside = []
        for n, (r, p) in enumerate(zip(chosen, pairs)):
            sides = []
            for side, (name, text) in enumerate((("susp", p["a"]), ("src", p["b"]))):
                spans = [[len(text[:at].encode()) for at in span[name]] for span in r["spans"]]
                sides.append([{s for s, (begin, end) in enumerate(spans) if 2 * (min(end, e) - max(begin, b)) > e - b}
                              for b, e in self.links.units[n, side]])
            self.inside.append(sides)

    def f1(self, found):
        """Mean over the kinds; recall counts the sentences of the one side's passages that have a right link."""
        right = np.array([bool(self.inside[int(l[0])][0][int(l[2])] & self.inside[int(l[0])][1][int(l[3])]) for l in found], bool)
        kind, figures = self.kind[found[:, 0].astype(int)], []
        for each in KINDS:
            here = kind == each
            wanted = sum(1 for n in np.flatnonzero(self.kind == each) for spans in self.inside[n][0] if spans)
            told = len({(l[0], l[2]) for l in found[here & right]})
            precision, recall = right[here].mean() if here.any() else 0.0, told / wanted
            figures.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
        return float(np.mean(figures))


class News:
    """Pairs of articles of one story, and for each such article the one of another story that is most like it."""

    def __init__(self, program, data, folder, each=80):
        pairs, self.group = [], []
        for name in NEWS:
            articles = [r for r in records.read(data / "stories" / f"{name}.jsonl")
                        if r.get("text") and r.get("story") and len(r["text"]) < 12000]
            counts = [collections.Counter(re.findall(r"\w+", r["text"].lower())) for r in articles]
            frequency = collections.Counter(w for c in counts for w in c)
            vectors = [{w: (1 + math.log(n)) * math.log(len(articles) / frequency[w]) for w, n in c.items()} for c in counts]
            norms = [math.sqrt(sum(v * v for v in vector.values())) or 1.0 for vector in vectors]
            order = list(range(len(articles)))
            random.Random(5).shuffle(order)
            for i in order[:each]:
                same = [j for j in order if j != i and articles[j]["story"] == articles[i]["story"]]
                others = [j for j in order if articles[j]["story"] != articles[i]["story"]]
                like = lambda j: sum(v * vectors[j].get(w, 0) for w, v in vectors[i].items()) / norms[j]
                for group, partners in ((name, same[:1]), (f"{name}, other stories", [max(others, key=like)])):
                    for j in partners:
                        pairs.append({"a": articles[i]["text"], "b": articles[j]["text"]})
                        self.group.append(group)
        self.links = Links(program, pairs, folder)

    def rates(self, found):
        sentences = collections.Counter()
        for n, group in enumerate(self.group):
            sentences[group] += len(self.links.units[n, 0])
        told = collections.Counter(self.group[int(l[0])] for l in found)
        return {group: 100 * told[group] / count for group, count in sentences.items()}


def evidence(aligned):
    """Weights of a pair's evidence: 1, cosine, better coverage, margins of coverage."""
    pairs = aligned.links.pairs()
    rows = []
    for n in np.unique(pairs[:, 0]):
        cells = pairs[pairs[:, 0] == n]
        shape = (int(cells[:, 1].max()) + 1, int(cells[:, 2].max()) + 1)
        if len(cells) != shape[0] * shape[1] or min(shape) < 2:
            continue
        a, b = cells[:, 4].reshape(shape), cells[:, 5].reshape(shape)
        margins = a - best_other(a, 1) + b - best_other(b, 0)
        rows.append(np.column_stack([np.ones(len(cells)), cells[:, 3], np.maximum(cells[:, 4], cells[:, 5]), margins.ravel(),
                                     aligned.labels(np.insert(cells[:, :3], 1, 0, axis=1))]))
    table = np.concatenate(rows)
    return logistic(table[:, :4], table[:, 4])


def best_other(values, axis):
    ordered = np.sort(values, axis=axis)
    first, second = np.take(ordered, [-1], axis), np.take(ordered, [-2], axis)
    return np.where(values == first, second, first)


class Fit:
    """What is chosen on the documents `chosen` of the hand alignments, and the other families."""

    def __init__(self, families, chosen, rounds):
        self.aligned, self.lists, self.reused = families
        self.chosen = chosen
        self.prices = dict(START)
        self.value = self.objective(self.prices)
        for _ in range(rounds):
            for name, step in STEPS.items():
                self.climb(name, step)
        self.weights = self.certainty(self.prices)

    def certainty(self, prices):
        found, lists = self.aligned.links.at(prices), self.lists.links.at(prices)
        found = found[self.chosen[found[:, 0].astype(int)]]
        importance = np.concatenate([np.full(len(found), 1.0), np.full(len(lists), LISTS_WEIGH * len(found) / len(lists))])
        both = np.concatenate([found, lists])
        labels = np.concatenate([self.aligned.labels(found), self.lists.labels(lists)])
        return logistic(features(both), labels, given(both), importance)

    def told(self, family, prices, weights=None):
        found = family.links.at(prices)
        return found[logits(found, self.certainty(prices) if weights is None else weights) >= CUT]

    def hand_f1(self, found, documents):
        return f1(*self.aligned.counts(found)[documents].sum(0))

    def objective(self, prices):
        weights = self.certainty(prices)
        figures = [self.hand_f1(self.told(self.aligned, prices, weights), self.chosen)]
        figures += [family.f1(self.told(family, prices, weights)) for family in (self.lists, self.reused)]
        return float(np.mean(figures))

    def climb(self, name, step):
        for way in (step, -step):
            while True:
                prices = dict(self.prices, **{name: round(self.prices[name] + way, 6)})
                value = self.objective(prices)
                if value <= self.value + 1e-4:
                    break
                self.prices, self.value = prices, value


def show(label, fit, tested):
    aligned = fit.aligned
    hits = aligned.counts(fit.told(aligned, fit.prices, fit.weights))[tested].sum(0)
    everything = aligned.links.at(fit.prices)
    everything = everything[tested[everything[:, 0].astype(int)]]
    p, y = 1 / (1 + np.exp(-logits(everything, fit.weights))), aligned.labels(everything)
    others = [family.f1(fit.told(family, fit.prices, fit.weights)) for family in (fit.lists, fit.reused)]
    print(f"{label:34} F1 {f1(*hits):.4f} P {hits[0] / max(1, hits[1]):.3f} R {hits[0] / max(1, hits[2]):.3f} "
          f"Brier {np.mean((p - y) ** 2):.4f} | lists {others[0]:.4f} | reused {others[1]:.4f} | "
          f"{fit.prices} weights {fit.weights.round(2).tolist()}", flush=True)
    return p, y


def reliability(p, y):
    print("p → observed (links): " + ", ".join(
        f"{p[m].mean():.2f} → {y[m].mean():.2f} ({m.sum()})" for low in np.arange(0, 1, 0.1)
        for m in [(p >= low) & (p < low + 0.1)] if m.any()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        families = [kind(options.program, options.data, folder) for kind in (Aligned, Lists, Reused)]
        aligned, news = families[0], News(options.program, options.data, folder)
        print("evidence: intercept, grams, coverage, margins:", evidence(aligned).round(2).tolist())
        whole = np.ones(len(aligned.gold), bool)
        for label, rounds in (("as it is", 0), ("prices chosen again", options.rounds)):
            fit = Fit(families, whole, rounds)
            show(label, fit, whole)
            told = news.rates(fit.told(news, fit.prices, fit.weights))
            print("  links for 100 sentences of news:", {g: round(r, 1) for g, r in told.items()})
        parity = np.arange(len(aligned.gold)) % 2 == 0
        left, observed = [], []
        for label, tested in [("odd half, chosen on the even", ~parity), ("even half, chosen on the odd", parity)] + [
                (f"without {d}", aligned.domain == d) for d in sorted(set(aligned.domain))]:
            p, y = show(label, Fit(families, ~tested, options.rounds), tested)
            if label.startswith("without"):
                left.append(p), observed.append(y)
        reliability(np.concatenate(left), np.concatenate(observed))


if __name__ == "__main__":
    main()
