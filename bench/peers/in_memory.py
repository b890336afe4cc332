# SPDX-License-Identifier: Apache-2.0
"""A list of strings in memory → groups of near-duplicates at Jaccard 0.8 of word triples, from Python. `run_python` runs it.

Each way is a process of its own, which has read the texts before its time begins. The program, beside it, reads them from a file that is
in the page cache. Rounds take turns; seconds are the medians, and so are the ratios, each of two runs of one round. What has taken a
minute is not repeated.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import NamedTuple

import compare
import measure
import peer
import tables

THRESHOLD, WORDS, SEED = 0.8, 3, 42

# ── The ways: each gives, for every text, the place of the one that it joins, or where it can tell no more, who joins any ────


def by_retold(texts, threads):
    import retold

    return [match.of for match in retold.dedup(texts, threshold=THRESHOLD, threads=threads)]


def by_datasketch(texts, threads):
    import run_datasketch as way

    return way.keep_first(way.of_texts(texts, WORDS), THRESHOLD)


def by_rensa(texts, threads):
    import run_rensa as way
    from rensa import RMinHash

    sets = [peer.shingles(text, WORDS) for text in texts]
    return way.keep_first(RMinHash.from_token_sets(sets, num_perm=peer.SLOTS, seed=SEED), THRESHOLD)


def by_rensa_readme(texts, threads):
    """As its README has it: sets of words between white space, and a deduplicator that is fed with them."""
    from rensa import RMinHashDeduplicator

    of = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=peer.SLOTS, use_lsh=True)
    return [not new for new in of.add_pairs((str(i), text.split()) for i, text in enumerate(texts))]


def by_rensa_rho(texts, threads):
    """The fast path of its benchmark, from the same words."""
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets_rho([text.split() for text in texts], peer.SLOTS, SEED)
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=peer.SLOTS, num_bands=peer.BANDS)
    return list(map(bool, lsh.query_duplicate_flags_matrix_one_shot(matrix)))


def as_column(texts):
    import pyarrow

    return pyarrow.array(texts)


class Way(NamedTuple):
    run: Callable | None  # None: the program
    package: str
    knows_threads: bool = True
    tells_of_whom: bool = True
    given: Callable = list  # what is made of the texts before its time begins


WAYS = {
    "retold.dedup": Way(by_retold, "retold"),
    "retold.dedup of an Arrow column": Way(by_retold, "retold", given=as_column),
    "the program": Way(None, "retold"),
    "rensa, word triples": Way(by_rensa, "rensa"),
    "rensa, as in its README: words": Way(by_rensa_readme, "rensa", tells_of_whom=False),
    "rensa (rho): words": Way(by_rensa_rho, "rensa", tells_of_whom=False),
    "datasketch, word triples": Way(by_datasketch, "datasketch", knows_threads=False),
}


# ── One run ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def written(path, ids, found):
    if found and isinstance(found[0], bool):
        peer.write_flagged(path, [i for i, joins in zip(ids, found) if joins])
    else:
        peer.write_groups(path, ids, found)


def one_way(name, docs, groups, threads):
    """In a process of its own: prints its seconds."""
    with open(docs, "rb") as file:
        ids, texts = peer.documents(file)
    way, given = WAYS[name], WAYS[name].given(texts)
    way.run(way.given(texts[:10]), threads)  # what is imported, is
    began = time.perf_counter()
    found = way.run(given, threads)
    print(time.perf_counter() - began)
    written(groups, ids, found)


def command(name, args, groups, threads):
    if WAYS[name].run is None:
        return [args.program, "dedup", args.docs, "-o", os.devnull, "--groups", groups, "--threshold", str(THRESHOLD),
                "--threads", str(threads), "--quiet"]  # fmt: skip
    return [sys.executable, "-B", __file__, args.docs, "--one", name, "--groups", groups, "--threads", str(threads)]


def run_once(name, args, groups, threads):
    """Its seconds, and the share of the machine that others took meanwhile."""
    pathlib.Path(groups).unlink(missing_ok=True)
    environment = {**os.environ, **{pool + "_NUM_THREADS": str(threads) for pool in ("OMP", "OPENBLAS", "RAYON")}}
    measure.wait_for_quiet(args.patience)
    ran = measure.run(command(name, args, groups, threads), groups + ".log", 3600, environment)
    if ran.code != 0:
        raise SystemExit(f"{name}: exit code {ran.code}\n{pathlib.Path(groups + '.log').read_text()[-2000:]}")
    return (ran.wall if WAYS[name].run is None else float(ran.output)), ran.others


# ── All of them ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Runs:
    """Seconds by round, of each way and number of threads."""

    def __init__(self):
        self.seconds, self.others, self.quality = {}, [], {}

    def median(self, name, threads):
        return statistics.median(self.seconds[name, threads].values()) if (name, threads) in self.seconds else None

    def ratio(self, name, threads, to="retold.dedup"):
        """The median of the rounds' ratios: what the machine does besides, it does to both. Without threads, to the same on all."""
        mine = self.seconds[to, threads]
        other = self.seconds.get((name, threads)) or self.seconds.get((name, 1), {})
        shared = [other[r] / mine[r] for r in other if r in mine]
        return statistics.median(shared) if shared else None

    def row(self, name, cores):
        quality = self.quality[name]
        yield from (name, importlib.metadata.version(WAYS[name].package))
        yield from (tables.number(self.median(name, n)) for n in cores)
        yield from (tables.number(self.ratio(name, n)) for n in cores)
        yield tables.percent(quality["pairs"] if WAYS[name].tells_of_whom else None)
        yield from (tables.percent(quality[k]) for k in ("removals", "precision"))

    def markdown(self, cores):
        of = next(iter(self.quality.values()))["of"]
        rounds, others = len(self.seconds["retold.dedup", 1]), tables.percent(statistics.median(self.others))
        head = ["", "version", *(f"s, threads: {n}" for n in cores), *(f"× retold.dedup, {n}" for n in cores)]
        head += ["pairs %", "removals %", "precision %"]
        return "\n".join(
            [
                f"Machine: {compare.machine()}; {rounds} rounds; other programs took {others} % of it (median).",
                "",
                f"**A list of {of['documents']:,} strings** ({of['pairs']:,} pairs at J ≥ {THRESHOLD} of word triples)",
                "",
                "| " + " | ".join(head) + " |",
                "|---|---" + "|---:" * (len(head) - 2) + "|",
                *("| " + " | ".join(self.row(name, cores)) + " |" for name in self.quality),
            ]
        )


def measured(args, cores):
    runs = Runs()
    turns = [(name, n) for name in WAYS for n in cores if n == 1 or WAYS[name].knows_threads]
    with tempfile.TemporaryDirectory() as folder:
        groups = folder + "/groups"
        for turn in range(args.rounds):
            for name, threads in turns:
                so_far = runs.seconds.setdefault((name, threads), {})
                if sum(so_far.values()) > compare.ENOUGH:
                    continue
                so_far[turn], others = run_once(name, args, groups, threads)
                runs.others.append(others)
                if name not in runs.quality:
                    runs.quality[name] = compare.judged({"texts": args.docs, "pairs": args.pairs, "truth": args.truth}, groups)
                print(turn, name, threads, f"{so_far[turn]:.2f} s", file=sys.stderr, flush=True)
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("docs", help="JSONL, as generate makes it")
    parser.add_argument("--pairs", help="its pairs by exact_join --shingle word:3")
    parser.add_argument("--truth", help="what generate --truth wrote")
    parser.add_argument("--program", default="retold")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for other programs (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--groups", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return one_way(args.one, args.docs, args.groups, args.threads)
    cores = sorted({1, args.threads})
    text = measured(args, cores).markdown(cores)
    tables.replace(compare.HERE.parent / "README.md", "bench/peers/run_python", text)
    print(text)


if __name__ == "__main__":
    main()
