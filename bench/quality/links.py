#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Alignment of documents: `retold compare` over hand-aligned documents, answers that copy their source more or less, and the
sentences of two articles of one story.

    links.py PROGRAM DATA        the lines of the table, and how reliable the scores of passages are

Links: sentences of a passage, all of one side with all of the other. A passage is right if half of its links or more are wanted.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import measures
import records
from row import Row

TOLD = ("identical", "shared", "paraphrased")
CATEGORIES = ("non", "heavy", "light", "cut")
TOGETHER = 16


def compared(program, pairs, work):
    """What `compare --list` says of each pair, and the seconds it took. Passages that are merely related are among them."""
    path = records.write(work / "pairs.jsonl", pairs)
    begin = time.perf_counter()
    ran = subprocess.run([program, "compare", "--list", path, "--weakest", "related", "--quiet"], capture_output=True, check=True)
    seconds = time.perf_counter() - begin
    return [json.loads(line) for line in ran.stdout.decode().split("\n") if line], seconds


def f1(hits, found, wanted):
    return 2 * hits / (found + wanted) if found + wanted else 0.0


def joined(sentences):
    """A document of the sentences, one a line, and where each stands in bytes."""
    places, at = [], 0
    for sentence in sentences:
        places.append((at, at + len(sentence.encode())))
        at = places[-1][1] + 1
    return "".join(s + "\n" for s in sentences), places


def links_of(passage, left, right):
    at = lambda side, places: [n for n, (b, e) in enumerate(places) if b < side["end"] and side["begin"] < e]
    return {(i, j) for i in at(passage["a"], left) for j in at(passage["b"], right)}


class Alignments:
    """The hand alignments of simplified_de beside the program's passages; of `together` documents made into one each, whose
    counterparts stand in reverse order."""

    def __init__(self, program, data, work, together=1):
        documents = records.read(records.present(data, "align/simplified_de_docs.jsonl"))
        gold = collections.defaultdict(list)
        for g in records.read(records.present(data, "align/simplified_de_gold.jsonl")):
            gold[g["pair_id"]].append(g)
        made = [self.put_together(documents[n : n + together], gold) for n in range(0, len(documents), together)]
        self.told, self.seconds = compared(program, [{"a_text": a, "b_text": b} for (a, _), (b, _), _ in made], work)
        self.documents = []  # (wanted alignments, [(passage, links)])
        for ((_, left), (_, right), wanted), found in zip(made, self.told):
            self.documents.append((wanted, [(p, links_of(p, left, right)) for p in found["passages"]]))

    @staticmethod
    def put_together(documents, gold):
        """Both texts, and the alignments that are wanted: (type, links)."""
        left, right, wanted, first = [], [], [], {}
        for d in reversed(documents):
            first[d["pair_id"]] = len(right)
            right += d["simplification"]
        for d in documents:
            for g in gold[d["pair_id"]]:
                places = {(len(left) + i, first[d["pair_id"]] + j) for i in g["a_positions"] for j in g["b_positions"]}
                wanted.append((g["type"], places))
            left += d["original"]
        return joined(left), joined(right), wanted

    def counts(self, some=slice(None)):
        """Links that are right, found, wanted."""
        hits = found = wanted = 0
        for gold, passages in self.documents[some]:
            want = set().union(*(places for _, places in gold))
            have = set().union(*(places for p, places in passages if p["class"] in TOLD))
            hits, found, wanted = hits + len(want & have), found + len(have), wanted + len(want)
        return hits, found, wanted

    def confusion(self):
        """Of each hand alignment: its type, and the class of the passage that has most of it."""
        seen = collections.Counter()
        for gold, passages in self.documents:
            for kind, places in gold:
                best = max(passages, key=lambda p: (p[0]["class"] in TOLD, len(places & p[1])), default=None)
                met = best is not None and best[0]["class"] in TOLD and places & best[1]
                seen[kind, best[0]["class"] if met else "none"] += 1
        return seen

    def judged(self):
        """(score, right) of every passage, the merely related among them."""
        for gold, passages in self.documents:
            want = set().union(*(places for _, places in gold))
            for passage, places in passages:
                yield passage["score"], 2 * len(places & want) >= len(places)


def alignments_row(program, data, work):
    found = Alignments(program, data, work)
    hits, told, wanted = found.counts()
    seen = found.confusion()
    figures = {"F1": f1(hits, told, wanted), "P": hits / told, "R": hits / wanted}
    figures["F1 even"], figures["F1 odd"] = f1(*found.counts(slice(0, None, 2))), f1(*found.counts(slice(1, None, 2)))
    for kind, name in (("identical", "identical"), ("aligned", "reworded")):
        for cls in TOLD + ("none",):
            figures[f"{name} → {cls}"] = seen[kind, cls]
    scores, right = zip(*found.judged())
    figures["Brier"] = measures.brier(right, scores)
    return Row("links", "simplified_de", "de", figures, found.seconds)


def together_row(program, data, work):
    """Documents so long that not all pairs of sentences are looked at closely."""
    found = Alignments(program, data, work, TOGETHER)
    hits, told, wanted = found.counts()
    figures = {"F1": f1(hits, told, wanted), "P": hits / told, "R": hits / wanted}
    return Row("links", f"simplified_de by {TOGETHER}", "de", figures, found.seconds)


def answers_row(program, data, work):
    rows = records.read(records.present(data, "align/short_answers_en.jsonl"))
    texts = {r["id"]: r["text"] for r in rows}
    answers = [r for r in rows if r["category"] in CATEGORIES]
    told, seconds = compared(program, [{"a_text": r["text"], "b_text": texts[r["source"]]} for r in answers], work)
    reused = [t["shares"]["a"]["reused"] for t in told]
    figures = {"Spearman": measures.spearman([CATEGORIES.index(r["category"]) for r in answers], reused)}
    for category in reversed(CATEGORIES):
        own = [v for r, v in zip(answers, reused) if r["category"] == category]
        figures[category] = sum(own) / len(own)
    return Row("reuse", "short_answers", "en", figures, seconds)


def covers(text, sentence):
    """The text holds the sentence and little else, or is at least half of it."""
    t, s = "".join(text.split()), "".join(sentence.split())
    return (s in t and len(t) <= 3 * len(s) + 80) or (t in s and 2 * len(t) >= len(s))


def matches(wanted, passage):
    sides = [(pathlib.Path(passage[s]["document"]).name, passage[s]["text"]) for s in "ab"]
    for (one, first), (other, second) in (sides, sides[::-1]):
        if (one, other) == (wanted["a"], wanted["b"]) and covers(first, wanted["a_text"]) and covers(second, wanted["b_text"]):
            return True
    return False


def passages_found(gold, passages):
    """F1 over hand-made sentence pairs; pairs that are optional neither count nor harm."""
    documents = {frozenset((g["a"], g["b"])) for g in gold}
    told = [p for p in passages if p["class"] in TOLD
            and frozenset(pathlib.Path(p[s]["document"]).name for s in "ab") in documents]
    wanted = [g for g in gold if g["label"] != "optional"]
    hits = sum(any(matches(g, p) for p in told) for g in wanted)
    right = sum(any(matches(g, p) for g in wanted) for p in told)
    counted = right + sum(not any(matches(g, p) for g in gold) for p in told)
    precision, recall = right / counted if counted else 0.0, hits / len(wanted)
    return measures.f1(precision, recall)


def seeds_row(program, data, work):
    gold = records.read(records.present(data, "seeds.sentences.gold.jsonl"))
    figures, begin = {}, time.perf_counter()
    pair = [data / "seeds" / name for name in (gold[0]["a"], gold[0]["b"])]
    for name, arguments in (("compare", ["compare", *pair]), ("cluster", ["cluster", data / "seeds"])):
        subprocess.run([program, *arguments, "--json", work / "seeds.json", "--quiet"], stdout=subprocess.DEVNULL, check=True)
        figures[f"F1 {name}"] = passages_found(gold, json.loads((work / "seeds.json").read_text(encoding="utf-8"))["passages"])
    return Row("passages", "seeds", "fr", figures, time.perf_counter() - begin)


NEEDED = {
    alignments_row: ("align/simplified_de_docs.jsonl", "align/simplified_de_gold.jsonl"),
    together_row: ("align/simplified_de_docs.jsonl", "align/simplified_de_gold.jsonl"),
    answers_row: ("align/short_answers_en.jsonl",),
    seeds_row: ("seeds.sentences.gold.jsonl",),
}


def rows(program, data, work):
    for row, files in NEEDED.items():
        if all(records.present(data, file) for file in files):
            yield row(program, data, work)


def main():
    program, data = map(pathlib.Path, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for row in rows(program, data, work):
            print(row.level, row.name, row.language, {k: round(v, 4) for k, v in row.figures.items()}, f"{row.seconds:.2f} s")
        if not all(records.present(data, file) for file in NEEDED[alignments_row]):
            return
        scores, right = zip(*Alignments(program, data, work).judged())
        curve = measures.reliability(right, scores)
        print(f"Brier {measures.brier(right, scores):.4f}; score → right:", ", ".join(f"{s:.2f} → {r:.2f} ({n})" for n, s, r in curve))


if __name__ == "__main__":
    main()
