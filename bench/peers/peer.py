# SPDX-License-Identifier: Apache-2.0
"""What all runners share: arguments, reading JSONL, word 5-grams, and writing groups.

A runner is called as `run_X.py INPUT GROUPS --threads N --threshold T`. From JSONL it does everything a user of its library would do;
from .u64 (ready shingle hashes, of `exact_join --hashes`) it sketches and looks up, and prints the seconds of both as JSON.
Groups go out as lines {"keep": id, "documents": [...]}, or as one line {"flagged": [...]} by libraries that tell no more than
whether a document has a duplicate.
"""

import argparse
import gc
import json
import multiprocessing
import re
import time

SLOTS, BANDS, ROWS = 128, 16, 8  # finds 95 % of the pairs at Jaccard 0.8: the same for all
WORD = re.compile(r"\w+")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("groups")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--threshold", type=float, default=0.8)
    gc.disable()  # millions of small objects that all stay: the collector would only walk over them, at the peer's cost
    return parser.parse_args()


def run(from_texts, from_hashes):
    args = arguments()
    (from_hashes if args.input.endswith(".u64") else from_texts)(args)


def shingles(text, n=5):
    """Word n-grams as strings, the fastest way found in plain Python."""
    words = WORD.findall(text.lower())
    if len(words) < n:
        return [" ".join(words)] if words else []
    return list(map(" ".join, zip(*(words[i:] for i in range(n)))))


def documents(lines):
    import orjson

    records = [orjson.loads(line) for line in lines]
    return [r["id"] for r in records], [r["text"] for r in records]


def parts(path, lines=2000):
    with open(path, "rb") as file:
        part = []
        for line in file:
            part.append(line)
            if len(part) == lines:
                yield part
                part = []
        if part:
            yield part


def mapped(work, path, threads):
    """work(lines) for each part of the file, in order; in processes, since Python's threads do not run Python at once."""
    if threads == 1:
        yield from map(work, parts(path))
        return
    with multiprocessing.get_context("fork").Pool(threads) as pool:
        yield from pool.imap(work, parts(path))


def collected(work, args):
    """The ids and what else work(lines) returned beside them, of all parts."""
    ids, items = [], []
    for part_ids, part in mapped(work, args.input, args.threads):
        ids += part_ids
        items += part
    return ids, items


def hashes(path):
    """(numbers, offsets) of ready shingle hashes, in memory."""
    import numpy

    everything = numpy.fromfile(path, dtype=numpy.uint64)
    count = int(everything[0])
    return everything[count + 2 :], everything[1 : count + 2]


def keep_first(count, pairs):
    """For each document the earliest kept one it is paired with. Pairs (a, b), a < b, sorted."""
    of = list(range(count))
    for a, b in pairs:
        if of[a] == a and of[b] == b:
            of[b] = a
    return of


def agreeing_pairs(matrix, candidates, offsets, threshold):
    """Of each row's candidates (CSR) the earlier ones whose signatures agree in enough slots, as sorted pairs."""
    import numpy

    later = numpy.repeat(numpy.arange(len(matrix)), numpy.diff(offsets).astype(numpy.int64))
    earlier = candidates.astype(numpy.int64)
    later, earlier = later[earlier < later], earlier[earlier < later]
    alike = numpy.empty(len(later), dtype=bool)
    for i in range(0, len(later), 100_000):
        part = slice(i, i + 100_000)
        alike[part] = (matrix[earlier[part]] == matrix[later[part]]).mean(axis=1) >= threshold
    earlier, later = earlier[alike], later[alike]
    order = numpy.lexsort((later, earlier))
    return list(zip(earlier[order].tolist(), later[order].tolist()))


def write_groups(path, ids, of):
    members = {}
    for document, kept in enumerate(of):
        if document != kept:
            members.setdefault(kept, [ids[kept]]).append(ids[document])
    with open(path, "w") as out:
        for kept, group in members.items():
            out.write(json.dumps({"keep": ids[kept], "documents": group}) + "\n")


def write_components(path, groups):
    with open(path, "w") as out:
        for group in groups:
            out.write(json.dumps({"keep": group[0], "documents": group}) + "\n")


def write_flagged(path, ids):
    with open(path, "w") as out:
        out.write(json.dumps({"flagged": ids}) + "\n")


class Steps:
    """Seconds of the steps from ready hashes."""

    def __init__(self):
        self.seconds, self.last = {}, time.perf_counter()

    def done(self, name):
        now = time.perf_counter()
        self.seconds[name], self.last = now - self.last, now

    def tell(self):
        print(json.dumps(self.seconds))
