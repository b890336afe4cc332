# SPDX-License-Identifier: Apache-2.0
"""An index that is added to, asked and removed from: retold beside those that libraries offer. `run_index` runs it.

Every peer does the job of a filter, one record after the other: ask, compare the candidates' signatures, add what is new. All have 128
slots, bands for a recall of .95 at .8, word 5-grams. Signing is part of adding. Bytes are those of the process that hold the index
(what it takes more than before it) and of Redis, or of the folder on disk. Deleting is by id.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import judge

SLOTS, BANDS, ROWS, THRESHOLD = 128, 16, 8, 0.8


def resident():
    lines = pathlib.Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) * 1024


def records(path):
    with open(path, "rb") as file:
        return [json.loads(line) for line in file]


class Datasketch:
    """MinHashLSH; by `redis` its buckets lie in a server on this machine."""

    def __init__(self, redis_port=None):
        import xxhash
        from datasketch import MinHash, MinHashLSH

        import peer

        self.shingles, self.MinHash, self.hashfunc = peer.shingles, MinHash, xxhash.xxh32_intdigest
        storage = {}
        if redis_port:
            import redis

            self.redis = redis.Redis(port=redis_port)
            self.redis.flushall()
            storage = {"storage_config": {"type": "redis", "basename": b"lsh", "redis": {"host": "localhost", "port": redis_port}}}
        self.lsh = MinHashLSH(num_perm=SLOTS, params=(BANDS, ROWS), **storage)
        self.kept, self.redis_port = {}, redis_port

    def judge(self, number, record):
        """The number of the record that this one repeats; its own, if it is new and has been added."""
        minhash = self.MinHash(num_perm=SLOTS, hashfunc=self.hashfunc)
        minhash.update_batch(list(map(str.encode, self.shingles(record["text"]))))
        near = [j for j in map(int, self.lsh.query(minhash)) if self.kept[j].jaccard(minhash) >= THRESHOLD]
        if near:
            return min(near)
        self.kept[number] = minhash
        self.lsh.insert(str(number), minhash, check_duplication=False)
        return number

    def remove(self, number):
        if self.kept.pop(number, None) is not None:
            self.lsh.remove(str(number))

    def bytes(self, before):
        buckets = self.redis.info("memory")["used_memory"] if self.redis_port else 0
        return buckets + resident() - before  # which holds the signatures


class Rensa:
    """RMinHashLSH, with the signatures kept beside it."""

    def __init__(self):
        from rensa import RMinHash, RMinHashLSH

        import peer

        self.shingles, self.RMinHash = peer.shingles, RMinHash
        self.lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=SLOTS, num_bands=BANDS)
        self.kept = {}

    def judge(self, number, record):
        minhash = self.RMinHash(num_perm=SLOTS, seed=42)
        minhash.update(self.shingles(record["text"]))
        near = [j for j in self.lsh.query(minhash) if self.kept[j].jaccard(minhash) >= THRESHOLD]
        if near:
            return min(near)
        self.kept[number] = minhash
        self.lsh.insert(number, minhash)
        return number

    def remove(self, number):
        if self.kept.pop(number, None) is not None:
            self.lsh.remove(number)

    def bytes(self, before):
        return resident() - before


def run_library(name, path, removed, groups, port):
    peers = {"datasketch": Datasketch, "datasketch, Redis": lambda: Datasketch(port), "rensa": Rensa}
    all_records = records(path)
    index = peers[name]()
    before, began = resident(), time.perf_counter()
    of = [index.judge(n, r) for n, r in enumerate(all_records)]
    adding = time.perf_counter() - began
    size = index.bytes(before)
    began = time.perf_counter()
    for n in range(removed):
        index.remove(n)
    removing = time.perf_counter() - began
    members = {}
    for n, kept in enumerate(of):
        if n != kept:
            members.setdefault(kept, [all_records[kept]["id"]]).append(all_records[n]["id"])
    write_groups(groups, members)
    kept = sum(n == k for n, k in enumerate(of))
    print(json.dumps({"adding": adding, "bytes": size / kept, "removing": removing, "records": len(of)}))


def write_groups(path, members):
    with open(path, "w") as out:
        for group in members.values():
            out.write(json.dumps({"keep": group[0], "documents": group}) + "\n")


def run_retold(path, removed, groups, program, threads):
    folder = tempfile.mkdtemp(prefix="retold-index-")
    index = os.path.join(folder, "index")
    options = ["--index", index, "--shingle", "word:5", "--threads", str(threads), "--quiet"]
    try:
        began = time.perf_counter()
        with open(os.path.join(folder, "marked"), "wb") as out:
            subprocess.run([program, "filter", path, *options, "--action", "mark"], stdout=out, check=True)
        adding = time.perf_counter() - began
        subprocess.run([program, "index", "compact", "--index", index, "--quiet"], check=True)
        members, count, kept, ids = {}, 0, 0, []
        for record in records(os.path.join(folder, "marked")):
            mark, count = record["retold"], count + 1
            kept += mark["status"] == "new"
            if mark["status"] != "new":
                members.setdefault(mark["of"], [mark["of"]]).append(record["id"])
            if len(ids) < removed:
                ids.append(record["id"])
        write_groups(groups, members)
        size = sum(f.stat().st_size for f in pathlib.Path(index).iterdir()) / kept
        pathlib.Path(folder, "ids").write_text("\n".join(ids))
        began = time.perf_counter()
        remove = [program, "index", "remove", "--index", index, "--ids", os.path.join(folder, "ids"), "--quiet"]
        done = subprocess.run(remove, stderr=subprocess.DEVNULL)  # 1: some were duplicates, and of no document
        if done.returncode not in (0, 1):
            raise RuntimeError(f"index remove: exit code {done.returncode}")
        print(json.dumps({"adding": adding, "bytes": size, "removing": time.perf_counter() - began, "records": count}))
    finally:
        shutil.rmtree(folder)


def measured(name, args, groups):
    command = [args.python if name != "retold" else sys.executable, __file__, args.data, "--one", name, "--groups", groups]
    command += ["--removed", str(args.removed), "--port", str(args.port), "--program", args.program, "--threads", str(args.threads)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", help="JSONL, as generate makes it")
    parser.add_argument("--pairs", help="its pairs by exact_join --shingle word:5")
    parser.add_argument("--truth", help="what generate --truth wrote")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--program", default="retold")
    parser.add_argument("--removed", type=int, default=1000)
    parser.add_argument("--port", type=int, default=0, help="of a Redis server that may be emptied; 0: leave it out")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--groups", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one == "retold":
        return run_retold(args.data, args.removed, args.groups, args.program, args.threads)
    if args.one:
        return run_library(args.one, args.data, args.removed, args.groups, args.port)
    names = ["retold", "rensa", "datasketch"] + (["datasketch, Redis"] if args.port else [])
    print(f"| | records/s | bytes a document | removing {args.removed:,} | recall of removals | precision |\n|---|---|---|---|---|---|")
    for name in names:
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as groups:
            found = measured(name, args, groups.name)
            figures = judge.figures(args.data, args.pairs, args.truth, groups.name) if args.pairs else {}
        quality = " | ".join(f"{figures[k]:.3f}" if figures.get(k) is not None else "" for k in ("removals", "precision"))
        print(f"| {name} | {found['records'] / found['adding']:,.0f} | {found['bytes']:,.0f} | {found['removing']:.2f} s | {quality} |", flush=True)


if __name__ == "__main__":
    main()
