# SPDX-License-Identifier: Apache-2.0
"""How right a result is: the measures of the table, each written as its definition reads.

Shares of nothing: a precision with nothing found is 1, a recall with nothing to find is 1.
"""

import bisect
import collections
import itertools
import math


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def share(part, whole):
    return part / whole if whole else 1.0


def mean(values):
    values = list(values)
    return sum(values) / len(values)


# ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def couples(sizes):
    """How many pairs stand together in groups of these sizes."""
    return sum(n * (n - 1) // 2 for n in sizes)


def group_of(gold, groups):
    """The group each document of `gold` was put in; one that was put in none is alone."""
    found = {document: at for at, group in enumerate(groups) for document in group}
    return {document: found.get(document, ("alone", document)) for document in gold}


def ambiguous(gold, found, umbrella):
    """Pairs put together that are of different stories under one umbrella: neither right nor wrong."""
    under = collections.defaultdict(set)
    for document, tags in umbrella.items():
        for tag in tags:
            if document in gold:
                under[tag].add(document)
    pairs = {pair for documents in under.values() for pair in itertools.combinations(sorted(documents), 2)}
    return sum(gold[a] != gold[b] and found[a] == found[b] for a, b in pairs)


def adjusted_rand(joint, of_gold, of_found, all_pairs):
    expected = of_gold * of_found / all_pairs if all_pairs else 0
    best = (of_gold + of_found) / 2
    return (joint - expected) / (best - expected) if best != expected else 1.0


def grouping(gold, groups, umbrella=None):
    """B-cubed, pairwise and adjusted Rand figures of groups (lists of documents) beside `gold` (document → story).

    `umbrella` (document → tags) takes pairs of different stories that share a tag out of the pairwise figures.
    """
    found = group_of(gold, groups)
    of_story, of_group = collections.Counter(gold.values()), collections.Counter(found.values())
    of_both = collections.Counter((gold[d], found[d]) for d in gold)
    b3_p = mean(of_both[gold[d], found[d]] / of_group[found[d]] for d in gold)
    b3_r = mean(of_both[gold[d], found[d]] / of_story[gold[d]] for d in gold)
    joint, wanted, together = (couples(c.values()) for c in (of_both, of_story, of_group))
    counted = together - ambiguous(gold, found, umbrella or {})
    pair_p, pair_r = share(joint, counted), share(joint, wanted)
    return {
        "b3_p": b3_p, "b3_r": b3_r, "b3_f1": f1(b3_p, b3_r),
        "pair_p": pair_p, "pair_r": pair_r, "pair_f1": f1(pair_p, pair_r),
        "ari": adjusted_rand(joint, wanted, together, couples([len(gold)])),
    }  # fmt: skip


# ── Yes or no, and how sure ──────────────────────────────────────────────────────────────────────────────────────────────────


def accuracy(truth, said):
    return mean(bool(a) == bool(b) for a, b in zip(truth, said, strict=True))


def f1_of_yes(truth, said):
    both = sum(bool(a) and bool(b) for a, b in zip(truth, said, strict=True))
    return 2 * both / max(1, sum(map(bool, truth)) + sum(map(bool, said)))


def ranks(values):
    """From 1 on; equal values share the mean of their ranks."""
    ordered = sorted(values)
    rank = {v: (bisect.bisect_left(ordered, v) + 1 + bisect.bisect_right(ordered, v)) / 2 for v in set(values)}
    return [rank[v] for v in values]


def auc(truth, score):
    """The chance that a yes scores higher than a no, ties counting half."""
    yes = sum(map(bool, truth))
    no = len(truth) - yes
    higher = sum(r for r, t in zip(ranks(score), truth, strict=True) if t) - yes * (yes + 1) / 2
    return higher / max(1, yes * no)


def brier(truth, probability):
    return mean((p - t) ** 2 for t, p in zip(truth, probability, strict=True))


def best_accuracy(truth, score, steps=50):
    """At the best of the cuts 0, 1/50, … 1: (accuracy, cut)."""
    return max((accuracy(truth, [s >= cut / steps for s in score]), cut / steps) for cut in range(steps + 1))


def reliability(truth, probability, bins=10):
    """Of each tenth of the probabilities that holds any: (how many, their mean, the share that is true)."""
    filled = collections.defaultdict(list)
    for t, p in zip(truth, probability, strict=True):
        filled[min(int(p * bins), bins - 1)].append((p, t))
    return [(len(of), mean(p for p, _ in of), mean(t for _, t in of)) for _, of in sorted(filled.items())]


def pearson(a, b):
    mean_a, mean_b = mean(a), mean(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    each = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return both / each if each else 0.0


def spearman(a, b):
    return pearson(ranks(a), ranks(b))


# ── What stands where ────────────────────────────────────────────────────────────────────────────────────────────────────────


def found_of(wanted, found):
    """Precision, recall and F1 of one set of things beside another."""
    hit = len(wanted & found)
    precision, recall = hit / len(found) if found else 0.0, share(hit, len(wanted))
    return {"precision": precision, "recall": recall, "f1": f1(precision, recall)}


def linked(gold):
    """Links (pair, i, j) of alignments {"pair_id", "a_positions", "b_positions"}: all against all within one."""
    return {(str(g["pair_id"]), i, j) for g in gold for i in g["a_positions"] for j in g["b_positions"]}


def length(passage):
    return sum(passage[side][1] - passage[side][0] for side in ("susp", "src"))


def touches(one, other):
    return all(min(one[s][1], other[s][1]) > max(one[s][0], other[s][0]) for s in ("susp", "src"))


def covered(passage, by):
    """Characters of a passage, on both sides, that lie in one of the others at least."""
    total = 0
    for side in ("susp", "src"):
        end = passage[side][0]
        for begin, stop in sorted(other[side] for other in by):
            begin, stop = max(begin, end), min(stop, passage[side][1])
            total += max(0, stop - begin)
            end = max(end, stop)
    return total


def plagdet(documents):
    """Potthast et al. 2010, averaged over cases and detections. `documents`: pairs (cases, detections) of lists of passages
    {"susp": [begin, end], "src": [begin, end]}. A detection counts where it overlaps a case on both sides."""
    recalls, precisions, pieces = [], [], []
    for cases, detections in documents:
        for case in cases:
            hits = [d for d in detections if touches(case, d)]
            recalls.append(covered(case, hits) / max(1, length(case)))
            pieces += [len(hits)] if hits else []
        for detection in detections:
            hits = [c for c in cases if touches(c, detection)]
            precisions.append(covered(detection, hits) / max(1, length(detection)))
    recall = mean(recalls) if recalls else 1.0
    precision = mean(precisions) if precisions else float(not recalls)
    granularity = mean(pieces) if pieces else 1.0
    figure = f1(precision, recall) / math.log2(1 + granularity)
    return {"plagdet": figure, "precision": precision, "recall": recall, "granularity": granularity}
