# SPDX-License-Identifier: Apache-2.0
"""Measures retold and its peers side by side and writes the tables of bench/README.md. Called by `run`, which builds and installs.

Runs take turns (a round: every peer once with every number of threads), up to three rounds for what is quick; the shortest
wall time counts. What cannot finish in ten minutes, by ten times its time at a tenth of the size, is not started.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

import measure
import tables

HERE = pathlib.Path(__file__).resolve().parent
ENOUGH = 60  # seconds: what has taken so long is not repeated


def options():
    parser = argparse.ArgumentParser(prog="run", description="retold and its peers side by side")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="documents, comma-separated (default: %(default)s)")
    parser.add_argument("--threads", default="1,2", help="default: %(default)s")
    parser.add_argument("--only", help="peers, comma-separated: " + ", ".join(PEERS))
    parser.add_argument("--from", dest="starts", default="texts,hashes", help="what they start from (default: %(default)s)")
    parser.add_argument("--text", help="real text to make the documents of: JSONL (default: made-up words)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for other programs (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=600)
    parser.add_argument("--tables", action="store_true", help="write the tables of what was measured before, measure nothing")
    parser.add_argument("--data", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", required=True, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    parsed.sizes = [int(n) for n in parsed.sizes.split(",")]
    parsed.threads = [int(n) for n in parsed.threads.split(",")]
    parsed.only = parsed.only.split(",") if parsed.only else list(PEERS)
    return parsed


# ── Who takes part ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def runner(name):
    return lambda o, start, files, groups, threads: [
        o.python, HERE / f"run_{name}.py", files[start], groups, "--threads", str(threads)
    ]  # fmt: skip


def retold(*more):
    def command(o, start, files, groups, threads):
        if start == "hashes":
            return [o.build / "bench/sketch_lsh", files["hashes"], "--groups", groups, "--threads", str(threads)]
        kept = groups.with_suffix(".kept")
        return [o.build / "retold", "dedup", files["texts"], "-o", kept, "--groups", groups, "--preset", "web",
                "--threshold", "0.8", "--threads", str(threads), "--quiet", *more]  # fmt: skip

    return command


# Name: command, the package whose version is shown, what it can start from.
PEERS = {
    "retold": (retold(), None, ("texts", "hashes")),
    "retold --verify sketch": (retold("--verify", "sketch"), None, ("texts",)),
    "retold --sketch simhash": (retold("--sketch", "simhash"), None, ("texts",)),
    "rensa": (runner("rensa"), "rensa", ("texts", "hashes")),
    "rensa (rho)": (runner("rensa_rho"), "rensa", ("texts", "hashes")),
    "FastSketchLSH": (runner("fastsketch"), "FastSketchLSH", ("texts", "hashes")),
    "gaoya": (runner("gaoya"), "gaoya", ("texts",)),
    "datasketch": (runner("datasketch"), "datasketch", ("texts", "hashes")),
    "datatrove": (runner("datatrove"), "datatrove", ("texts",)),
    "text-dedup": (runner("text_dedup"), "text-dedup", ("texts",)),
    "Spark MLlib": (runner("spark"), "pyspark", ("texts",)),
}
SERIAL = {("datasketch", "hashes")}  # knows no threads there


def versions(o):
    ask = "import importlib.metadata as m, json, sys; print(json.dumps({p: m.version(p) for p in sys.argv[1:]}))"
    packages = sorted({p for _, p, _ in PEERS.values() if p})
    found = json.loads(subprocess.check_output([o.python, "-c", ask, *packages]))
    header = (HERE.parents[1] / "include/retold/version.hpp").read_text()
    mine = header.partition(' version = "')[2].partition('"')[0]
    return {name: found[package] if package else mine for name, (_, package, _) in PEERS.items()}


# ── What they are given ──────────────────────────────────────────────────────────────────────────────────────────────────────


def collection(o, size):
    """A fifth of the documents are versions of the others. Made once; `truth` names them, `pairs` is the exact join."""
    stem = o.data / f"{pathlib.Path(o.text).name.partition('.')[0] if o.text else 'made'}_{size}"
    files = {
        "texts": stem.with_suffix(".jsonl"),
        "hashes": stem.with_suffix(".u64"),
        "pairs": stem.with_suffix(".pairs"),
        "truth": stem.with_suffix(".truth"),
    }
    if not all(file.exists() for file in files.values()):
        print(f"making {stem.name} …", file=sys.stderr)
        subprocess.run([o.build / "bench/generate", *([o.text] if o.text else []), "--distinct", str(size * 4 // 5),
                        "--versions", "0.25", "--truth", files["truth"], "-o", files["texts"]], check=True)  # fmt: skip
        subprocess.run([o.build / "bench/exact_join", files["texts"], "--pairs", files["pairs"], "--hashes", files["hashes"]],
                       check=True)  # fmt: skip
    return files


# ── Measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Results:
    """One record for each (start, size, peer, threads), kept in a file so that a later call can add to it."""

    def __init__(self, path):
        self.path = path
        self.all = json.loads(path.read_text()) if path.exists() else {}

    @staticmethod
    def key(start, size, name, threads):
        return f"{start}|{size}|{name}|{threads}"

    def get(self, *key):
        return self.all.get(self.key(*key))

    def put(self, record, *key):
        self.all[self.key(*key)] = record
        self.path.write_text(json.dumps(self.all, indent=1))


def judged(files, groups):
    out = subprocess.check_output([sys.executable, HERE / "judge.py", files["texts"], files["pairs"], files["truth"], groups])
    return json.loads(out)


def run_once(o, files, start, name, threads):
    groups, log = o.data / "groups.jsonl", o.data / "log.txt"
    groups.unlink(missing_ok=True)
    command = PEERS[name][0](o, start, files, groups, threads)
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", TMPDIR=str(o.data))
    environment |= {pool + "_NUM_THREADS": str(threads) for pool in ("OMP", "OPENBLAS", "RAYON")}
    measure.wait_for_quiet(o.patience)
    ran = measure.run([str(c) for c in command], log, o.timeout, environment)
    record = {"wall": ran.wall, "cpu": ran.cpu, "memory": ran.memory, "others": ran.others}
    if ran.code is None:
        return {"late": o.timeout}
    if ran.code not in (0, 1) or not groups.exists():
        return {"failed": ran.code, "log": log.read_text(errors="replace")[-2000:]}
    if start == "hashes":
        record["steps"] = json.loads(ran.output)
        record["wall"] = sum(record["steps"].values())
    return {**record, "quality": judged(files, groups)}


def expected(results, start, size, name, threads):
    """At least so many seconds, by what a tenth of the size took."""
    smaller = results.get(start, size // 10, name, threads) or {}
    return float("inf") if "late" in smaller else 10 * smaller.get("wall", smaller.get("expected", 0))


def rounds(o, results, size, start):
    files = collection(o, size)
    turns = [(n, t) for n in o.only for t in o.threads if start in PEERS[n][2] and not (t > 1 and (n, start) in SERIAL)]
    spent = dict.fromkeys(turns, 0)
    for turn in range(o.rounds):
        for name, threads in turns:
            key = (start, size, name, threads)
            if spent[name, threads] > ENOUGH:
                continue
            if turn == 0 and expected(results, *key) > o.timeout:
                results.put({"late": o.timeout, "expected": expected(results, *key)}, *key)
                spent[name, threads] = float("inf")
                continue
            record = run_once(o, files, start, name, threads)
            print(key, {k: v for k, v in record.items() if k != "quality"}, file=sys.stderr, flush=True)
            spent[name, threads] += record.get("wall", float("inf"))
            best = results.get(*key) if turn else None
            if best is None or record.get("wall", float("inf")) < best.get("wall", float("inf")):
                results.put(record, *key)


def machine():
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in cpuinfo if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def main():
    o = options()
    o.data.mkdir(parents=True, exist_ok=True)
    results = Results(o.data / "results.json")
    if not o.tables:
        for size in o.sizes:
            for start in o.starts.split(","):
                rounds(o, results, size, start)
    text = tables.write(results, list(PEERS), versions(o), machine(), HERE.parent / "README.md")
    print(text)


if __name__ == "__main__":
    main()
