# SPDX-License-Identifier: Apache-2.0
"""What the tables rest on: python3 -B -m unittest bench/peers/test_peers.py (with RETOLD_PEERS_BUILD also exact_join)."""

import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import in_memory  # noqa: E402
import judge  # noqa: E402
import measure  # noqa: E402
import peer  # noqa: E402
import tables  # noqa: E402


def written(folder, name, records):
    path = pathlib.Path(folder) / name
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return str(path)


class Judge(unittest.TestCase):
    """Documents a b c d; pairs a-b (by a byline), b-c, but not a-c: an exact keep-first run removes b alone."""

    def judged(self, groups):
        with tempfile.TemporaryDirectory() as folder:
            docs = written(folder, "docs", [{"id": i, "text": ""} for i in "abcd"])
            pairs = written(folder, "pairs", [{"a": "a", "b": "b", "jaccard": 0.9}, {"a": "c", "b": "b", "jaccard": 0.8}])
            truth = written(folder, "truth", [{"a": "a", "b": "b", "kind": "byline"}, {"a": "a", "b": "d", "kind": "byline"}])
            found = written(folder, "groups", groups)
            out = subprocess.check_output([sys.executable, "-B", judge.__file__, docs, pairs, truth, found])
        result = json.loads(out)
        return [result[k] for k in ("pairs", "removals", "precision", "byline")], result["of"]

    def test_exact(self):
        got, of = self.judged([{"keep": "a", "documents": ["a", "b"]}])
        self.assertEqual(got, [0.5, 1, 1, 1])
        self.assertEqual(of, {"documents": 4, "pairs": 2, "bylines": 1})

    def test_chained(self):
        self.assertEqual(self.judged([{"keep": "a", "documents": ["a", "b", "c"]}])[0], [1, 1, 0.5, 1])

    def test_record_numbers_and_strangers(self):
        self.assertEqual(self.judged([{"keep": 1, "documents": [1, 2]}, {"keep": 0, "documents": [0, 3]}])[0], [0.5, 0, 0.5, 0])

    def test_flags(self):
        self.assertEqual(self.judged([{"flagged": ["a", "b", "d"]}])[0], [0.5, 1, 2 / 3, 1])

    def test_nothing_found(self):
        self.assertEqual(self.judged([])[0], [0, 0, None, 0])


class Peer(unittest.TestCase):
    def test_shingles(self):
        self.assertEqual(peer.shingles("One, two; THREE four-five six"), ["one two three four five", "two three four five six"])
        self.assertEqual(peer.shingles("Only two"), ["only two"])
        self.assertEqual(peer.shingles("…"), [])
        self.assertEqual(peer.shingles("One two three four", 3), ["one two three", "two three four"])

    def test_keep_first_does_not_chain(self):
        self.assertEqual(peer.keep_first(4, [(0, 1), (1, 2), (2, 3)]), [0, 0, 2, 2])


class InMemory(unittest.TestCase):
    def runs(self):
        runs = in_memory.Runs()
        runs.seconds = {("retold.dedup", 1): {0: 1, 1: 2, 2: 1}, ("retold.dedup", 2): {0: 0.5, 1: 1}, ("slow", 1): {0: 10, 1: 60}}
        return runs

    def test_ratios_are_of_one_round(self):
        self.assertEqual(self.runs().ratio("slow", 1), 20)  # of 10 and 30; the third round had no slow one
        self.assertEqual(self.runs().ratio("slow", 2), 40)  # knows no threads: its time on one
        self.assertEqual(self.runs().median("retold.dedup", 1), 1)
        self.assertIsNone(self.runs().median("slow", 2))

    def test_groups_and_flags_go_out_as_the_judge_reads_them(self):
        with tempfile.TemporaryDirectory() as folder:
            in_memory.written(folder + "/groups", "abc", [0, 1, 0])
            self.assertEqual(list(judge.lines(folder + "/groups")), [{"keep": "a", "documents": ["a", "c"]}])
            in_memory.written(folder + "/groups", "abc", [True, False, True])
            self.assertEqual(list(judge.lines(folder + "/groups")), [{"flagged": ["a", "c"]}])


class Measure(unittest.TestCase):
    def run_python(self, code, timeout=20):
        return measure.run([sys.executable, "-c", code], os.devnull, timeout)

    def test_children_count(self):
        busy = "import time\nwhile time.process_time() < 0.3: pass"
        ran = self.run_python(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\nprint('done')")
        self.assertEqual((ran.code, ran.output), (0, "done\n"))
        self.assertGreater(ran.cpu, 0.3)

    def test_memory_and_failure(self):
        ran = self.run_python("x = bytearray(200 << 20)\nimport time, sys\ntime.sleep(0.5)\nsys.exit(3)")
        self.assertEqual(ran.code, 3)
        self.assertTrue(190 < ran.memory < 260, ran.memory)

    def test_out_of_time(self):
        ran = self.run_python("import time\ntime.sleep(30)", timeout=0.3)
        self.assertIsNone(ran.code)
        self.assertLess(ran.wall, 10)


class Tables(unittest.TestCase):
    def test_replace(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "README.md"
            path.write_text("before\n")
            tables.replace(path, "x", "one")
            tables.replace(path, "y", "two")
            tables.replace(path, "x", "three \\1")
            text = path.read_text()
        self.assertEqual([w in text for w in ("before", "one", "two", "three \\1")], [True, False, True, True])


@unittest.skipUnless(os.environ.get("RETOLD_PEERS_BUILD"), "no build")
class ExactJoin(unittest.TestCase):
    """Against all pairs compared, one by one: texts that share pieces, empty ones, equal ones, several thresholds."""

    def documents(self, seed):
        dice = random.Random(seed)
        pieces = [" ".join(dice.choice("abcdefgh") for _ in range(dice.randrange(1, 25))) for _ in range(12)]
        return [{"id": str(i), "text": " ".join(dice.sample(pieces, dice.randrange(5))) or "…"} for i in range(150)]

    def sets(self, path):
        numbers = [n for (n,) in struct.iter_unpack("<Q", pathlib.Path(path).read_bytes())]
        offsets, rest = numbers[1 : numbers[0] + 2], numbers[numbers[0] + 2 :]
        return [set(rest[a:b]) for a, b in zip(offsets, offsets[1:])]

    def test_twin(self):
        program = pathlib.Path(os.environ["RETOLD_PEERS_BUILD"]) / "bench/exact_join"
        for seed, threshold in enumerate((0.1, 0.5, 0.75, 0.8, 1.0)):
            with self.subTest(threshold=threshold), tempfile.TemporaryDirectory() as folder:
                docs = written(folder, "docs.jsonl", self.documents(seed))
                pairs, hashes = f"{folder}/pairs", f"{folder}/hashes"
                options = ["--shingle", "word:2", "--threshold", str(threshold), "--pairs", pairs, "--hashes", hashes]
                subprocess.run([program, docs, *options], check=True, capture_output=True)
                sets = self.sets(hashes)
                slow = {
                    (a, b)
                    for b in range(len(sets))
                    for a in range(b)
                    if sets[a] and sets[b] and len(sets[a] & sets[b]) >= threshold * len(sets[a] | sets[b]) - 1e-9
                }
                fast = {(int(p["a"]), int(p["b"])) for p in judge.lines(pairs)}
                self.assertGreater(len(slow), 0)
                self.assertEqual(fast, slow)


if __name__ == "__main__":
    unittest.main()
