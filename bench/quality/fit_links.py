#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits what decides links between sentences of two documents: prices of paths (src/align_paths.hpp, src/align_blocks.hpp) and
how sure a link is (src/align_blocks.cpp).

    fit_links.py LINK_FEATURES DATA [--rounds 2]

LINK_FEATURES is the program build/bench/link_features, DATA the folder of development data. numpy is needed. A few minutes.

Two families: hand alignments of German texts and their rewrites (align/simplified_de: links are right or wrong), and pairs of
documents with passages reused (align/pan13: a link is right if it joins the two sides of one passage; 60 pairs of each kind).
Prices maximise the mean of the families' link F1; how sure a link is, is a logistic fit on the hand alignments. Then all is chosen
again on parts of the data, and measured on the rest. What is printed last are links for each hundred sentences in news of one
story, and in news of the story most like it: they are in no fit.
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

START = {"linked": 2.6, "side": 0.8, "skipped": 0.9, "crowded": 1.0}
STEPS = {"linked": 0.2, "side": 0.2, "skipped": 0.3, "crowded": 0.5}
MOST_SUPPORT, USUAL_LENGTH = 3.0, 15.0
KINDS = ("02-no-obfuscation", "03-random-obfuscation", "04-translation-obfuscation", "05-summary-obfuscation")
NEWS = ("ecbplus_en", "multinews_en", "vietnamese", "multiling_fr", "newswcl_en")


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def joined(sentences):
    """A document of the sentences, one a line, and where each stands in bytes."""
    text, places = "", []
    at = 0
    for sentence in sentences:
        size = len(sentence.encode())
        places.append((at, at + size))
        text += sentence + "\n"
        at += size + 1
    return text, places


class Links:
    """Documents' links at any prices. `pairs` are dicts with "a" and "b"."""

    def __init__(self, program, pairs, folder):
        path = pathlib.Path(folder) / f"{id(self)}.jsonl"
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
            self.known[key] = np.array(found, float).reshape(-1, 8)
        return self.known[key]


def features(found):
    """Of each link: 1, its evidence, what its path holds around it, its length."""
    support = np.minimum(found[:, 5], MOST_SUPPORT) + np.minimum(found[:, 6], MOST_SUPPORT)
    return np.stack([np.ones(len(found)), found[:, 4], support, np.log(found[:, 7] / USUAL_LENGTH)], 1)


def logistic(x, y, ridge=1e-3):
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + ridge * weights
        weights -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights)), slope)
    return weights


def f1(hits, found, wanted):
    return 2 * hits / (found + wanted) if found + wanted else 0.0


class Aligned:
    """Hand alignments: which positions of the lists of sentences are linked."""

    def __init__(self, program, data, folder):
        documents = lines(data / "align" / "simplified_de_docs.jsonl")
        number = {d["pair_id"]: n for n, d in enumerate(documents)}
        self.gold = [set() for _ in documents]
        for g in lines(data / "align" / "simplified_de_gold.jsonl"):
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


class Reused:
    """Passages reused: sentences of the one side belong to sentences of the other."""

    def __init__(self, program, data, folder, each=60):
        packed = subprocess.run(["zstd", "-dc", data / "align" / "pan13_texts.jsonl.zst"], capture_output=True, check=True).stdout
        texts = {r["id"]: r["text"] for r in (json.loads(l) for l in packed.decode().split("\n") if l)}
        chosen, kinds = [], collections.defaultdict(list)
        for r in lines(data / "align" / "pan13_pairs.jsonl"):
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
            articles = [r for r in lines(data / "stories" / f"{name}.jsonl")
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


class Fit:
    """What is chosen on the documents `chosen` of the hand alignments, and the reused passages if `reused` is given."""

    def __init__(self, aligned, reused, chosen, rounds):
        self.aligned, self.reused, self.chosen = aligned, reused, chosen
        self.prices, self.value = dict(START), None
        self.value = self.objective(self.prices)
        for _ in range(rounds):
            for name, step in STEPS.items():
                self.climb(name, step)
        self.weights, self.cut = self.certainty(self.prices)

    def certainty(self, prices):
        """Weights of the logistic, and the cut that gives the best F1 on the documents they were fitted on."""
        found = self.aligned.links.at(prices)
        found = found[self.chosen[found[:, 0].astype(int)]]
        weights = logistic(features(found), self.aligned.labels(found))
        logits = features(found) @ weights
        cuts = np.arange(-2, 1.01, 0.25)
        return weights, max(cuts, key=lambda cut: self.hand_f1(found[logits >= cut]))

    def hand_f1(self, found):
        return f1(*self.aligned.counts(found)[self.chosen].sum(0))

    def told(self, links, prices):
        weights, cut = self.certainty(prices)
        found = links.at(prices)
        return found[features(found) @ weights >= cut]

    def objective(self, prices):
        figures = [self.hand_f1(self.told(self.aligned.links, prices))]
        if self.reused is not None:
            figures.append(self.reused.f1(self.told(self.reused.links, prices)))
        return float(np.mean(figures))

    def climb(self, name, step):
        for way in (step, -step):
            while True:
                prices = dict(self.prices, **{name: round(self.prices[name] + way, 6)})
                value = self.objective(prices)
                if value <= self.value + 1e-4:
                    break
                self.prices, self.value = prices, value


def show(label, fit, aligned, reused, tested):
    found = fit.told(aligned.links, fit.prices)
    hits = aligned.counts(found)[tested].sum(0)
    everything = aligned.links.at(fit.prices)
    everything = everything[tested[everything[:, 0].astype(int)]]
    p, y = 1 / (1 + np.exp(-features(everything) @ fit.weights)), aligned.labels(everything)
    print(f"{label:34} F1 {f1(*hits):.4f} P {hits[0] / max(1, hits[1]):.3f} R {hits[0] / max(1, hits[2]):.3f} "
          f"Brier {np.mean((p - y) ** 2):.4f} | reused {reused.f1(fit.told(reused.links, fit.prices)):.4f} | "
          f"{fit.prices} weights {fit.weights.round(2).tolist()} cut {fit.cut:g}", flush=True)
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
        aligned = Aligned(options.program, options.data, folder)
        reused = Reused(options.program, options.data, folder)
        news = News(options.program, options.data, folder)
        all_of_them = np.ones(len(aligned.gold), bool)
        fit = Fit(aligned, reused, all_of_them, options.rounds)
        show("chosen on all, measured on all", fit, aligned, reused, all_of_them)
        print("links per 100 sentences:", {g: round(r, 1) for g, r in news.rates(fit.told(news.links, fit.prices)).items()})
        parity = np.arange(len(aligned.gold)) % 2 == 0
        left, observed = [], []
        for label, tested in [("odd half, chosen on the even", ~parity), ("even half, chosen on the odd", parity)] + [
                (f"without {d}", aligned.domain == d) for d in sorted(set(aligned.domain))]:
            p, y = show(label, Fit(aligned, reused, ~tested, options.rounds), aligned, reused, tested)
            if label.startswith("without"):
                left.append(p), observed.append(y)
        reliability(np.concatenate(left), np.concatenate(observed))
        show("chosen without reused passages", Fit(aligned, None, all_of_them, options.rounds), aligned, reused, all_of_them)


if __name__ == "__main__":
    main()
