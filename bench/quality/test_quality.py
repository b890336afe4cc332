# SPDX-License-Identifier: Apache-2.0
"""What the table of accuracy rests on: python3 -B -m unittest bench/quality/test_quality.py

With RETOLD_QUALITY_SCORER, a program that prints the same measures ("name figure …" for MODE GOLD PREDICTED), also against that one.
"""

import collections
import importlib.util
import itertools
import json
import math
import os
import pathlib
import random
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import goals  # noqa: E402
import links  # noqa: E402
import measures  # noqa: E402
import near  # noqa: E402
import pairs  # noqa: E402
import records  # noqa: E402
import spans  # noqa: E402
import stories  # noqa: E402
import streams  # noqa: E402
import table  # noqa: E402
import unseen  # noqa: E402
from row import Row  # noqa: E402

SCORER = os.environ.get("RETOLD_QUALITY_SCORER")
NUMPY = all(importlib.util.find_spec(name) for name in ("numpy", "scipy"))


def random_groups(dice, documents):
    groups = collections.defaultdict(list)
    for document in documents:
        groups[dice.randrange(1 + len(documents) // 2)].append(document)
    return list(groups.values())


def random_passages(dice, count):
    def span():
        begin = dice.randrange(40)
        return [begin, begin + dice.randrange(1, 20)]

    return [{"susp": span(), "src": span()} for _ in range(count)]


class Grouping(unittest.TestCase):
    def test_by_hand(self):
        gold = {"a": 1, "b": 1, "c": 2, "d": 2}
        got = measures.grouping(gold, [["a", "b", "c"], ["d"]])
        self.assertAlmostEqual(got["b3_p"], (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
        self.assertAlmostEqual(got["b3_r"], (1 + 1 + 1 / 2 + 1 / 2) / 4)
        self.assertAlmostEqual(got["pair_p"], 1 / 3)
        self.assertAlmostEqual(got["pair_r"], 1 / 2)
        self.assertAlmostEqual(got["ari"], (1 - 1) / (2.5 - 1))

    def test_right_wrong_and_missing(self):
        gold = {"a": 1, "b": 1, "c": 2}
        self.assertEqual(set(measures.grouping(gold, [["b", "a"], ["c"], ["stranger"]]).values()), {1})
        self.assertEqual(measures.grouping(gold, [])["b3_r"], (0.5 + 0.5 + 1) / 3)
        self.assertEqual(measures.grouping(gold, [])["pair_p"], 1)
        self.assertEqual(measures.grouping(gold, [])["pair_f1"], 0)

    def test_umbrella(self):
        gold, tags = {"a": 1, "b": 2, "c": 3, "d": 1}, {"a": ["x", "y"], "b": ["y", "x"], "c": []}
        self.assertEqual(measures.grouping(gold, [["a", "b", "d"]], tags)["pair_p"], 1 / 2)
        self.assertEqual(measures.grouping(gold, [["a", "b", "d"]])["pair_p"], 1 / 3)

    def test_pairs_counted_one_by_one(self):
        dice = random.Random(1)
        for size in (1, 2, 3, 8, 20):
            gold = {str(n): dice.randrange(1 + size // 2) for n in range(size)}
            groups = random_groups(dice, list(gold))
            found = measures.group_of(gold, groups)
            both = [(gold[a] == gold[b], found[a] == found[b]) for a, b in itertools.combinations(gold, 2)]
            got = measures.grouping(gold, groups)
            self.assertAlmostEqual(got["pair_p"], measures.share(sum(g and f for g, f in both), sum(f for _, f in both)))
            self.assertAlmostEqual(got["pair_r"], measures.share(sum(g and f for g, f in both), sum(g for g, _ in both)))


class YesAndNo(unittest.TestCase):
    truth, score = [1, 0, 1, 0, 0, 1], [0.9, 0.2, 0.4, 0.4, 0.6, 0.6]

    def test_auc_pair_by_pair(self):
        yes, no = ([s for t, s in zip(self.truth, self.score) if t == kind] for kind in (1, 0))
        higher = sum((a > b) + (a == b) / 2 for a in yes for b in no)
        self.assertAlmostEqual(measures.auc(self.truth, self.score), higher / 9)

    def test_ranks(self):
        self.assertEqual(measures.ranks([5, 1, 5, 2]), [3.5, 1, 3.5, 2])

    def test_said(self):
        said = [s >= 0.5 for s in self.score]
        self.assertAlmostEqual(measures.accuracy(self.truth, said), 4 / 6)
        self.assertAlmostEqual(measures.f1_of_yes(self.truth, said), 2 / 3)
        self.assertEqual(measures.best_accuracy(self.truth, self.score), (4 / 6, 0.9))

    def test_brier_and_reliability(self):
        self.assertAlmostEqual(measures.brier([1, 0], [0.5, 0.2]), (0.25 + 0.04) / 2)
        self.assertEqual(measures.reliability([1, 0, 1], [1.0, 0.94, 0.05]), [(1, 0.05, 1), (2, 0.97, 0.5)])

    def test_correlation(self):
        self.assertAlmostEqual(measures.pearson([1, 2, 3], [2, 4, 6]), 1)
        self.assertAlmostEqual(measures.spearman([1, 2, 3], [9, 4, 1]), -1)
        self.assertEqual(measures.pearson([1, 1], [0, 1]), 0)


class Places(unittest.TestCase):
    def test_links(self):
        gold = measures.linked([{"pair_id": 7, "a_positions": [0, 1], "b_positions": [3]}])
        self.assertEqual(gold, {("7", 0, 3), ("7", 1, 3)})
        self.assertEqual(measures.found_of(gold, {("7", 0, 3)}), {"precision": 1, "recall": 0.5, "f1": 2 / 3})
        self.assertEqual(measures.found_of(gold, set())["f1"], 0)

    def test_documents_together(self):
        documents = [{"pair_id": n, "original": ["a", "b"], "simplification": ["x"] * (n + 1)} for n in range(2)]
        gold = {n: [{"type": "aligned", "a_positions": [1], "b_positions": [n]}] for n in range(2)}
        (left, _), (right, _), wanted = links.Alignments.put_together(documents, gold)
        self.assertEqual((left, right), ("a\nb\na\nb\n", "x\nx\nx\n"))
        self.assertEqual(wanted, [("aligned", {(1, 2)}), ("aligned", {(3, 1)})])

    def test_what_is_missing_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            nothing = pathlib.Path(folder)
            self.assertEqual([*links.rows("retold", nothing, nothing), *spans.rows("retold", nothing, nothing)], [])

    def test_plagdet_by_hand(self):
        case = {"susp": [0, 10], "src": [100, 110]}
        halves = [{"susp": [0, 5], "src": [100, 105]}, {"susp": [5, 10], "src": [105, 110]}]
        got = measures.plagdet([([case], halves)])
        self.assertEqual((got["precision"], got["recall"], got["granularity"]), (1, 1, 2))
        self.assertAlmostEqual(got["plagdet"], 1 / math.log2(3))
        self.assertEqual(measures.plagdet([([], [])])["plagdet"], 1)
        self.assertEqual(measures.plagdet([([case], [{"susp": [0, 5], "src": [0, 5]}])])["plagdet"], 0)

    def test_covered_character_by_character(self):
        dice = random.Random(2)
        for _ in range(200):
            passage, *others = random_passages(dice, dice.randrange(1, 6))
            slow = sum(len({c for o in others for c in range(*o[s])} & set(range(*passage[s]))) for s in ("susp", "src"))
            self.assertEqual(measures.covered(passage, others), slow)


@unittest.skipUnless(SCORER, "no other scorer")
class OtherScorer(unittest.TestCase):
    """The same figures, to its four digits, of random gold and results."""

    def scored(self, mode, gold, found, *more):
        with tempfile.TemporaryDirectory() as folder:
            paths = [records.write(pathlib.Path(folder) / name, rows) for name, rows in (("gold", gold), ("found", found))]
            out = subprocess.check_output([sys.executable, SCORER, mode, *paths, *more], text=True)
        lines = [line.split() for line in out.splitlines()]
        return {line[0]: dict(zip(line[len(line) % 2 :: 2], line[len(line) % 2 + 1 :: 2])) for line in lines}

    def same(self, mine, theirs, names):
        for name, other in names.items():
            self.assertAlmostEqual(mine[name], float(theirs[other]), delta=0.00006, msg=name)

    def test_groups(self):
        dice = random.Random(3)
        for size in (2, 10, 60, 200):
            ids = [f"d{n}" for n in range(size)]
            gold = [{"id": d, "story": dice.randrange(1 + size // 3), "umbrella": dice.sample("xyz", dice.randrange(3))} for d in ids]
            groups = random_groups(dice, ids[:-1])
            theirs = self.scored("stories", gold, [{"documents": g} for g in groups])["documents"]
            labels, umbrella = stories.gold(gold)
            mine = measures.grouping(labels, groups, umbrella)
            self.same(mine, theirs, {name: name for name in mine})

    def test_pairs(self):
        dice = random.Random(4)
        for size in (2, 50, 500):
            gold = [{"label": dice.randrange(6)} for _ in range(size)]
            scores = [min(1, max(0, round(g["label"] / 10 + dice.random() / 2, 2))) for g in gold]
            said = [dice.random() < s for s in scores]
            found = [{"retold": {"score": s, "class": "shared" if y else "related"}} for s, y in zip(scores, said)]
            theirs = self.scored("pairs", gold, found, "4")["pairs"]
            labels = [g["label"] for g in gold]
            truth = [label >= 4 for label in labels]
            mine = {
                "pearson": measures.pearson(labels, scores), "acc": measures.accuracy(truth, said), "f1": measures.f1_of_yes(truth, said),
                "auc": measures.auc(truth, scores), "brier": measures.brier(truth, scores),
                "best_acc": measures.best_accuracy(truth, scores)[0], "at": measures.best_accuracy(truth, scores)[1],
            }  # fmt: skip
            self.same(mine, theirs, {name: name for name in mine})

    def test_spans(self):
        dice = random.Random(5)
        gold = [{"susp": str(n), "src": "s", "category": str(n % 3), "spans": random_passages(dice, n % 4)} for n in range(60)]
        found = [{**g, "spans": random_passages(dice, dice.randrange(4))} for g in gold]
        theirs = self.scored("plagdet", gold, found)
        for kind in ("0", "1", "2", "all"):
            mine = measures.plagdet([(g["spans"], f["spans"]) for g, f in zip(gold, found) if kind in (g["category"], "all")])
            self.same(mine, theirs[kind], {name: name for name in mine})

    def test_links_and_ranks(self):
        dice = random.Random(6)
        gold = [{"pair_id": str(n), "a_positions": [n, n + 1], "b_positions": dice.sample(range(5), 2)} for n in range(9)]
        found = {(str(n), n, m) for n in range(9) for m in range(5) if dice.random() < 0.6}
        theirs = self.scored("links", gold, [{"pair_id": p, "links": [[i, j]]} for p, i, j in found])["links"]
        mine = measures.found_of(measures.linked(gold), found)
        self.same(mine, theirs, {name: name for name in mine})
        order = ["non", "heavy", "light", "cut"]
        answers = [{"id": str(n), "category": dice.choice(order)} for n in range(40)]
        shares = [{"id": a["id"], "share": round(dice.random(), 1)} for a in answers]
        theirs = self.scored("ranks", answers, shares)["answers"]
        spearman = measures.spearman([order.index(a["category"]) for a in answers], [s["share"] for s in shares])
        self.same({"spearman": spearman}, theirs, {"spearman": "spearman"})


class Unseen(unittest.TestCase):
    def made(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            for name, rows in files.items():
                path = pathlib.Path(folder) / name.replace("__", "/")
                path.parent.mkdir(exist_ok=True)
                records.write(path.with_suffix(".jsonl"), rows)
            return {name: self.groups(documents) for name, documents in unseen.made(pathlib.Path(folder))}

    def groups(self, documents):
        of = collections.defaultdict(list)
        for document in documents:
            of[document["story"]].append(document["text"])
        self.assertEqual(len({d["id"] for d in documents}), len(documents))
        return sorted(map(sorted, of.values()))

    def test_chains(self):
        said = [("a", "b", 1), ("b", "c", 1), ("d", "e", -1), ("f", "g", 0), ("h", "i", 1), ("i", "j", 1), ("h", "j", -1)]
        pairs = [{"a": a, "b": b, "label": label} for a, b, label in said]
        self.assertEqual(self.made(pairs__headlines_ru=pairs), {"headlines_ru": [["a", "b", "c"], ["d"], ["e"]]})

    def test_sentences(self):
        said = [("one two", "two one three", 5), ("four", "four", 5), ("five six", "x", 0), ("two one", "y", 1), ("seven", "eight", 3)]
        pairs = [{"a": a, "b": b, "label": label} for a, b, label in said]
        got = self.made(pairs__sts_en_dev=pairs)["sts_en"]
        self.assertIn(["five six"], got)
        self.assertNotEqual(["two one"] in got, ["one two", "two one three"] in got)  # nearly the same: whichever came first
        self.assertEqual(len(got), 2)

    def test_versions_and_halves(self):
        laws = [{"id": n, "text": f"version {n}", "story": n // 2} for n in range(3)]
        prose = [{"id": 0, "text": " ".join(f"Sentence {n}." for n in range(10))}]
        got = self.made(near__laws_fr=laws, bulk__prose_fr=prose)
        self.assertEqual(got["laws_fr"], [["version 0", "version 1"], ["version 2"]])
        self.assertEqual([text.count("Sentence") for text in got["halves_fr"][0]], [5, 5])

    def test_nothing_there(self):
        self.assertEqual(self.made(), {})


class Near(unittest.TestCase):
    def test_jaccard_of_folded_words(self):
        same, other = near.shingles("L’Été a été chaud"), near.shingles("l ete A ETE chaud!")
        self.assertEqual(near.jaccard(same, other), 1)
        self.assertEqual(near.jaccard(near.shingles("a b c d"), near.shingles("b c d e")), 1 / 3)
        self.assertEqual(near.jaccard(set(), set()), 0)

    def test_links_and_members_are_reported_once(self):
        groups = {"links": [{"a": "x", "b": "y"}, {"a": "y", "b": "x"}], "groups": [{"documents": ["x", "y", "z"], "representative": "x"}]}
        self.assertEqual(sorted(sorted(pair) for pair in near.reported(groups)), [["x", "y"], ["x", "z"]])

    def test_grouped(self):
        groups = {"groups": [{"id": 0, "documents": ["x", "y"]}, {"id": 1, "documents": ["z"]}]}
        self.assertEqual(near.grouped(groups, [("x", "y"), ("x", "z"), ("x", "unread")]), 1 / 2)


class Streams(unittest.TestCase):
    def test_groups_by_the_story_of_the_mark(self):
        told = [(1, "1"), (2, "2"), (3, "1"), (4, None), (5, "2")]
        marked = [{"id": n, "retold": {"story": story} if story else {"status": "new"}} for n, story in told]
        self.assertEqual(streams.groups_of(marked), [["1", "3"], ["2", "5"]])


class SentencePairs(unittest.TestCase):
    def test_rewrites_are_paired_with_their_own_and_with_a_strangers(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = [{"orig": f"{n}", "rewrites": [f"{n}0", f"{n}1"]} for n in range(3)]
            (pathlib.Path(folder) / "pairs").mkdir()
            records.write(pathlib.Path(folder) / "pairs/rewrites_en.jsonl", lines)
            made = pairs.load(pathlib.Path(folder), "rewrites_en")
        self.assertEqual([(m["a"], m["b"], m["label"]) for m in made[:4]], [("0", "00", 1), ("0", "10", 0), ("1", "11", 1), ("1", "21", 0)])

    def test_what_a_label_stands_for(self):
        self.assertEqual([pairs.target("sts_en_dev", label) for label in (0, 1, 3, 5)], [0, 0, 0.5, 1])
        self.assertEqual([pairs.target("headlines_ru", label) for label in (-1, 0, 1)], [0, 1, 1])


class Links(unittest.TestCase):
    def test_a_passage_is_the_sentence_that_it_covers(self):
        sentence = "Neun Häuser brannten in der Nacht ab."
        self.assertTrue(links.covers(sentence, sentence))
        self.assertTrue(links.covers("Neun Häuser brannten in der", sentence))
        self.assertFalse(links.covers("Neun Häuser", sentence))
        self.assertFalse(links.covers(sentence + " Und vieles mehr geschah." * 12, sentence))

    def test_either_way_round(self):
        wanted = {"a": "1.txt", "b": "2.txt", "a_text": "Ein Haus brannte.", "b_text": "Es brannte ein Haus."}
        sides = [{"document": "x/1.txt", "text": "Ein Haus brannte."}, {"document": "x/2.txt", "text": "Es brannte ein Haus."}]
        self.assertTrue(links.matches(wanted, dict(zip("ab", sides))))
        self.assertTrue(links.matches(wanted, dict(zip("ba", sides))))
        self.assertFalse(links.matches(wanted, {"a": sides[0], "b": sides[0]}))


class Table(unittest.TestCase):
    rows = [
        Row("stories", "one", "en", {"b3_f1": 0.9, "pair_f1": 0.8, "MiB": 12.0}, 1.0),
        Row("stories", "two", "fr", {"b3_f1": 1.0, "pair_f1": 1.0, "MiB": 11.0}, 3.0),
        Row("stories", "one", "en", {"b3_f1": 0.7, "pair_f1": 0.6, "cut": 0.25}, 0.1, "plain"),
        Row("new", "three", "ja", {"something": 0.5}, 0.1),
    ]

    def test_markdown(self):
        text = table.markdown(self.rows)
        mean = next(line for line in text.splitlines() if line.startswith("| mean"))
        self.assertEqual([cell.strip() for cell in mean.split("|")[3:7]], [".950", ".900", "–", "2.00"])
        self.assertIn("B³ F1 ≥ .915 ✓; pairs F1 ≥ .830 ✓", mean)
        self.assertIn(".700 / .600 (0.25)", text)
        self.assertIn("### new", text)
        self.assertIn("Not measured in this run: topic multiling_en, multiling_fr; seeds", text)
        widths = {len(line) for line in text.splitlines() if line.startswith("|") and "one" in line or line.startswith("| two")}
        self.assertEqual(len(widths), 1)

    def test_goals(self):
        self.assertTrue(goals.met(goals.Goal("", "", "", "most", 1), 1))
        self.assertFalse(goals.met(goals.Goal("", "", "", "least", 0.5), 0.499))

    def test_differences(self):
        new = [Row("stories", "one", "en", {"b3_f1": 0.95, "pair_f1": 0.8}, 1.0), self.rows[3]]
        said = list(table.differences(self.rows, new))
        self.assertEqual(said[0], "stories one B³ F1: .900 → .950 (+0.050)")
        self.assertIn("stories two: gone", said)
        self.assertEqual(list(table.differences(self.rows, self.rows)), [])


class Command(unittest.TestCase):
    """`run` beside a program that puts all documents into one group."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.at = pathlib.Path(self.folder.name)
        (self.at / "data/stories").mkdir(parents=True)
        rows = [{"id": n, "text": f"word{n} word", "story": n // 2, "lang": "en"} for n in range(4)]
        records.write(self.at / "data/stories/made.jsonl", rows)
        program = self.at / "retold"
        program.write_text(
            "#!/usr/bin/env python3\nimport json, sys\n"
            "if '--version' in sys.argv: sys.exit(print('retold 9.9'))\n"
            "json.dump({'groups': [{'documents': ['0', '1', '2', '3']}]}, open(sys.argv[-1], 'w'))\n"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run_it(self, *arguments):
        command = [sys.executable, "-B", str(HERE / "run"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True)

    def test_whole_way(self):
        before = self.at / "before.json"
        done = self.run_it(self.at, self.at / "data", "--only", "stories", "--json", before)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("retold 9.9", done.stdout)
        figures = json.loads(before.read_text())["rows"][0]["figures"]
        self.assertEqual((figures["b3_p"], figures["b3_r"]), (0.5, 1))
        again = self.run_it("--with", before, "--compare", before)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(again.stdout.endswith("none\n"))

    def test_wrong_usage(self):
        data = self.at / "data"
        for arguments in ((), (self.at / "nowhere",), (self.at, data, "--only", "nothing"), (data, data)):
            self.assertEqual(self.run_it(*arguments).returncode, 2, arguments)
        self.assertEqual(self.run_it(self.at, self.at / "data/stories", "--only", "stories").returncode, 3)
        (self.at / "retold").write_text("#!/bin/sh\n[ $1 = --version ] && echo retold 9 || exit 3\n")
        self.assertEqual(self.run_it(self.at, self.at / "data", "--only", "stories").returncode, 3)


@unittest.skipUnless(NUMPY, "no numpy")
class Plain(unittest.TestCase):
    def test_average_link_and_cosine_by_hand(self):
        import tfidf

        texts = ["red apples grow", "red apples ripen", "blue boats sail far", "blue boats sink"]
        tree = tfidf.Tree([{"id": n, "text": t} for n, t in enumerate(texts)])
        self.assertEqual(sorted(map(sorted, tree.groups(0.5))), [["0", "1"], ["2", "3"]])
        self.assertEqual(len(tree.groups(0)), 1)
        same, other = tfidf.cosines([("one and two", "two and one"), ("xyz", "abc")])
        self.assertAlmostEqual(same, 1)
        self.assertEqual(other, 0)


if __name__ == "__main__":
    unittest.main()
