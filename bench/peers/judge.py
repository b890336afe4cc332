# SPDX-License-Identifier: Apache-2.0
"""Judges groups by the exact join: judge.py DOCS PAIRS TRUTH GROUPS → one line of JSON.

pairs      share of all pairs at or above the threshold that are in one group
removals   share of what an exact keep-first run removes that is removed
precision  share of reported (member, kept one) pairs that are at or above the threshold
byline     as pairs, of those made by putting a byline before a text
Where all that is known is which documents are flagged: a pair is found when both are, a flag is right when there is a pair.
A number in place of an id is that of the record.
"""

import json
import re
import sys

ID = re.compile(rb'"id":\s*("(?:[^"\\]|\\.)*")')


def numbers_of_ids(path):
    with open(path, "rb") as file:
        return {json.loads(ID.search(line)[1]): i for i, line in enumerate(file)}


def lines(path):
    with open(path, "rb") as file:
        yield from map(json.loads, file)


def removed_by_keep_first(pairs):
    removed = set()
    for a, b in sorted(pairs):
        if a not in removed and b not in removed:
            removed.add(b)
    return removed


class Found:
    """What a peer reported."""

    def __init__(self, path, number):
        self.group, self.reported, self.flagged = {}, [], None
        for at, line in enumerate(lines(path)):
            if "flagged" in line:
                self.flagged = {number(d) for d in line["flagged"]}
                continue
            kept = number(line["keep"])
            for member in map(number, line["documents"]):
                self.group[member] = at
                if member != kept:
                    self.reported.append((min(kept, member), max(kept, member)))
        self.removed = {m for m, g in self.group.items()} - {number(x["keep"]) for x in lines(path) if "keep" in x}

    def has(self, pair):
        if self.flagged is not None:
            return pair[0] in self.flagged and pair[1] in self.flagged
        return pair[0] in self.group and self.group[pair[0]] == self.group.get(pair[1])

    def precision(self, pairs):
        if self.flagged is None:
            return share(p in pairs for p in self.reported)
        have = {d for p in pairs for d in p}
        return share(d in have for d in self.flagged)


def share(truths):
    truths = list(truths)
    return sum(truths) / len(truths) if truths else None


def figures(docs, pairs_path, truth_path, groups):
    numbers = numbers_of_ids(docs)

    def number(document):
        return document if isinstance(document, int) else numbers[document]

    def both(line):
        return tuple(sorted((number(line["a"]), number(line["b"]))))

    pairs = {both(line) for line in lines(pairs_path)}
    bylines = {both(line) for line in lines(truth_path) if line["kind"] == "byline"} & pairs
    removed = removed_by_keep_first(pairs)
    found = Found(groups, number)
    gone = found.removed if found.flagged is None else found.flagged
    return {
        "pairs": share(map(found.has, pairs)),
        "removals": share(d in gone for d in removed),
        "precision": found.precision(pairs),
        "byline": share(map(found.has, bylines)),
        "of": {"documents": len(numbers), "pairs": len(pairs), "bylines": len(bylines)},
    }


if __name__ == "__main__":
    print(json.dumps(figures(*sys.argv[1:])))
