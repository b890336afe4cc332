# SPDX-License-Identifier: Apache-2.0
"""The package beside the program (RETOLD_PROGRAM, if it is there) and beside what is plain."""

import copy
import datetime
import json
import os
import pathlib
import pickle
import random
import subprocess
import threading

import pytest

import retold

NEWS = pathlib.Path(__file__).parents[2] / "samples" / "news"
PROGRAM = os.environ.get("RETOLD_PROGRAM")


def articles():
    return [{"id": p.name, "text": p.read_text(errors="replace")} for p in sorted(NEWS.glob("*.txt"))]


def random_texts(count, seed):
    words = "ice ferry late torvik bread bank rises again fjord snow café 東京 harbour".split()
    chance = random.Random(seed)
    out = []
    for i in range(count):
        fresh = " ".join(chance.choices(words, k=chance.randrange(30)))
        out.append(chance.choice(out) + chance.choice(["", " more"]) if out and i % 3 == 0 else fresh)
    return out


def as_program(command, records, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in records))
    return subprocess.run([PROGRAM, *command(source)], check=True, capture_output=True, text=True).stdout


# ── Groups ──


def test_every_document_is_in_one_group_whatever_the_order():
    given = articles()
    found = retold.cluster(given)
    assert sorted(d for g in found.groups for d in g.documents) == sorted(a["id"] for a in given)
    assert len(found.groups[0].documents) > 2 and found.groups[0].level == "story"
    random.Random(3).shuffle(given)
    assert retold.cluster(given, threads=1).json() == found.json()


@pytest.mark.skipif(not PROGRAM, reason="RETOLD_PROGRAM names no program")
@pytest.mark.parametrize("level", ["exact", "near", "story", "topic"])
def test_groups_are_those_of_the_program(level, tmp_path):
    given = articles()
    said = json.loads(as_program(lambda f: ["cluster", f, "--level", level, "--json", "-"], given, tmp_path))
    found = retold.cluster(given, level)
    assert [g.documents for g in found.groups] == [g["documents"] for g in said["groups"]]
    assert found.json() == retold.cluster(given, level, threads=2).json()
    assert json.loads(found.json()) == said


def test_passages_stand_where_they_say():
    given = {a["id"]: a["text"].encode() for a in articles()}
    passages = retold.cluster(articles()).passages
    assert len(passages) > 50
    for p in passages:
        for side in (p.a, p.b):
            assert given[side.document][side.begin : side.end].decode() == side.text != ""


def test_plain_strings_are_called_by_their_places():
    ferry, bread = "The ferry to Torvik is late again", "Bread by the metre in Lindholm"
    found = retold.cluster([ferry, bread, ferry.upper() + "!"], "exact")
    assert [g.documents for g in found.groups] == [["0", "2"], ["1"]]
    assert found.groups[0].representative == "0"
    assert retold.cluster([]).groups == []


def test_a_title_and_a_date_count():
    one = {"id": "a", "text": "", "title": "Snow in Torvik today"}
    two = {"id": "b", "text": "Snow in Torvik today", "date": datetime.date(2026, 11, 23)}
    three = {"id": "c", "text": "Bread", "title": float("nan"), "date": None}
    assert [g.documents for g in retold.cluster([one, two, three], "near").groups] == [["a", "b"], ["c"]]


def test_documents_of_one_id_keep_their_own_words():
    texts = {0: "The ferry to Torvik is late again because of the ice", 1: "The ferry to Torvik is late again because of ice"}
    found = retold.cluster([{"id": "x", "text": t} for t in texts.values()], "near", threshold=0.5)
    assert found.groups[0].documents == ["x", "x#2"]
    (passage,) = found.passages
    assert {passage.a.document: passage.a.text, passage.b.document: passage.b.text} == {"x": texts[0], "x#2": texts[1]}
    title = retold.compare({"title": texts[0]}, texts[1]).passages[0]
    assert title.a.text == texts[0]


def test_two_documents_side_by_side():
    a, b = (next(x for x in articles() if x["id"] == f"fr-barrage-{n}.txt") for n in ("telex", "quotidien"))
    found = retold.compare(a, b)
    assert found.passages and 0 < found.jaccard < 0.1 and 0 < found.simhash < 1
    assert all(p.a.document == a["id"] and p.b.text in b["text"] for p in found.passages)
    same = retold.compare("One two three four five.", b"One two three four five.")
    assert (same.jaccard, same.containment) == (1, (1, 1)) and same.passages[0].kind == "identical"
    assert "<iframe" in found._repr_html_() and "<html" in found.html() and str(found) == found.text()


# ── What is new ──


def test_duplicates_join_the_earliest_kept_one():
    texts = random_texts(400, 1)
    found = retold.dedup(texts, threshold=0.7)
    assert len(found) == len(texts) and found.kept == [i for i, m in enumerate(found) if m.of == i]
    for i, match in enumerate(found):
        assert match.of <= i and found[match.of].of == match.of
        assert match.similarity >= 0.7
    assert 100 < len(found.kept) < 350
    assert retold.dedup(texts, threshold=0.7, threads=1) == found


@pytest.mark.skipif(not PROGRAM, reason="RETOLD_PROGRAM names no program")
def test_duplicates_are_those_of_the_program(tmp_path):
    texts = random_texts(400, 2)
    records = [{"id": str(i), "text": t} for i, t in enumerate(texts)]
    marked = as_program(lambda f: ["dedup", f, "--mark", "--quiet", "-o", "-"], records, tmp_path).splitlines()
    for line, match in zip(marked, retold.dedup(texts), strict=True):
        assert json.loads(line)["retold"]["of"] == str(match.of)


def test_columns_are_what_lists_are():
    pa, pd = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    texts = [*random_texts(100, 4), None, "", "x" * 5, "x" * 12, "x" * 13]
    wanted = retold.dedup(texts)
    column = pa.array(texts)
    cut = pa.array([None, "cut away", *texts])[2:]
    for same in (
        column, cut, pa.chunked_array([texts[:7], texts[7:]]), column.cast(pa.large_string()), column.cast(pa.string_view()),
        column.cast(pa.binary()), pd.Series(texts, dtype="string[pyarrow]"), pd.Series(texts, dtype=object), tuple(texts),
        [t if t is None else t.encode() for t in texts],
    ):  # fmt: skip
        assert retold.dedup(same) == wanted
    table = pa.table({"id": [str(i) for i in range(len(texts))], "text": texts})
    assert retold.cluster(table, "near").json() == retold.cluster(table.to_pandas(), "near").json()
    assert retold.cluster(table, "near").to_arrow().num_rows == len(texts)
    odd = pa.table({"id": [7, 8], "text": ["Snow in Torvik", "snow in torvik"], "title": [None, None],
                    "date": [datetime.datetime(2026, 11, 22), None]})  # fmt: skip
    assert [g.documents for g in retold.cluster(odd, "exact").groups] == [["7", "8"]]
    assert retold.cluster(odd.to_pandas(), "exact").groups[0].documents == ["7", "8"]
    missing = pd.DataFrame({"text": pd.Series(["Snow in Torvik", None, pd.NA], dtype="string")})
    assert len(retold.cluster(missing, "near").groups) == 3 and retold.cluster(missing, "near").passages == []
    for wrong in (pa.array([1, 2]), pa.table({"body": ["x"]})):
        with pytest.raises((TypeError, ValueError)):
            retold.cluster(wrong)


def test_other_threads_go_on():
    texts, ticks, done = random_texts(3000, 5), [0], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks[0] += 1

    other = threading.Thread(target=tick)
    other.start()
    retold.cluster(texts, "near")
    done.set()
    other.join()
    assert ticks[0] > 3


# ── Sketches ──


def test_the_signature_of_a_set_knows_neither_order_nor_repetition():
    a, b = retold.MinHash(), retold.MinHash()
    a.update_batch(["the", "quick", b"fox"])
    for word in ("fox", "quick", "the", "the"):
        b.update(word)
    assert a == b == pickle.loads(pickle.dumps(a)) == copy.copy(a)
    assert a.jaccard(b) == 1 and retold.MinHash().jaccard(retold.MinHash()) == 0
    assert retold.MinHash().is_empty() and not a.is_empty()
    with pytest.raises(ValueError):
        a.jaccard(retold.MinHash(64))


@pytest.mark.parametrize("scheme", ["fss", "kmins"])
def test_similarity_is_estimated_and_unions_are_exact(scheme):
    both, mine, yours = ([f"{kind}{i}" for i in range(400)] for kind in "bmy")
    a, b = retold.MinHash(512, scheme=scheme), retold.MinHash(512, scheme=scheme)
    a.update_batch(both + mine)
    b.update_batch(both + yours)
    assert abs(a.jaccard(b) - 1 / 3) < 0.1
    all_of_it = retold.MinHash(512, scheme=scheme)
    all_of_it.update_batch(both + mine + yours)
    assert retold.MinHash.union(a, b) == all_of_it
    a.merge(b)
    assert a == all_of_it and a.digest() == list(map(int, a.hashvalues))


def test_signatures_are_the_known_answers():
    """Those of docs/format.md, which the library is tested with."""
    rows = (NEWS.parents[1] / "docs" / "format.md").read_text().splitlines()
    shingles = next(row for row in rows if row.startswith("word:3 | le chat dort sur le lit | ")).split(" | ")[2]
    known = next(row for row in rows if row.startswith(f"8 | 0 | {shingles} | ")).split(" | ")[3]
    assert retold.MinHash.of_text("le chat dort sur le lit", 8).digest() == [int(slot, 16) for slot in known.split()]
    assert retold.MinHash.of_text("LE CHAT dort, sur le lit!", 8).digest() == [int(slot, 16) for slot in known.split()]


def test_lsh_proposes_inserts_and_forgets():
    texts = [" ".join(f"w{i + k}" for i in range(60)) for k in (0, 1, 500)]
    signs = [retold.MinHash.of_text(t) for t in texts]
    lsh = retold.MinHashLSH(threshold=0.8)
    for key, sign in zip("abc", signs):
        lsh.insert(key, sign)
    assert lsh.query(signs[1]) == ["a", "b"] and lsh.query(signs[2]) == ["c"] and len(lsh) == 3 and "a" in lsh
    assert lsh.query(retold.MinHash()) == []
    lsh.remove("a")
    assert lsh.query(signs[0]) == ["b"]
    with pytest.raises(ValueError):
        lsh.remove("a")
    with pytest.raises(ValueError):
        lsh.insert("b", signs[0])
    assert lsh.b * lsh.r <= 128
    for wrong in (retold.MinHash(seed=1), retold.MinHash(64)):
        with pytest.raises(ValueError):
            lsh.query(wrong)
    with pytest.raises(ValueError):
        retold.MinHashLSH(params=(0, 0))
    for one_text in (lambda: retold.MinHash().update_batch("abc"), lambda: retold.SimHash("abc")):
        with pytest.raises(TypeError):
            one_text()


def test_simhash():
    near, far = "one two three four five six seven eight nine ten", "quite other words about another thing altogether now"
    a, b, c = (retold.SimHash.of_text(t) for t in (near, near + " eleven", far))
    assert a.distance(b) < a.distance(c) and a.distance(a) == 0
    assert retold.SimHash({"a": 2.0, "b": 1.0}) == retold.SimHash([("b", 1.0), ("a", 2.0)]) != retold.SimHash(["a", "b"])


# ── The index ──


def test_an_index_decides_as_dedup_does_and_lasts(tmp_path):
    texts = random_texts(300, 6)
    ids = [f"id{i}" for i in range(len(texts))]
    wanted = retold.dedup(texts)
    with retold.Index(tmp_path / "i", store_text=True) as seen:
        verdicts = seen.add(texts[:100], ids=ids[:100]) + seen.add(texts[100:], ids=ids[100:])
        assert [v.of for v in verdicts] == [f"id{m.of}" for m in wanted]
        again = seen.add(texts, ids=ids)
        assert all(v.repeated for v, t in zip(again, texts) if t.strip())
        assert seen.verify() == []
    with retold.Index(tmp_path / "i", read_only=True) as seen:
        kept = next(i for i in wanted.kept if len(texts[i]) > 40)
        assert seen.query(texts[kept])[0].id == ids[kept] and seen.find(ids[kept])[0].status == "new"
        with pytest.raises(ValueError, match="reading only"):
            seen.add(["x"])
    with retold.Index(tmp_path / "i") as seen:
        count = len(seen)
        assert seen.remove([ids[kept], "nobody"]) == 1 and len(seen) == count - 1
        assert seen.expire(datetime.date(9999, 1, 1)) == count - 1 and seen.scopes == {"default": 0}
        seen.compact()
    with pytest.raises(ValueError, match="has been closed"):
        seen.query("x")
    with pytest.raises(ValueError, match="made with threshold 0.8"):
        retold.Index(tmp_path / "i", threshold=0.5)


def test_dates_and_scopes(tmp_path):
    with retold.Index(tmp_path / "a") as a, retold.Index(tmp_path / "b") as b:
        day = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
        a.add(["The ferry to Torvik is late again"], ids=["x"], dates=[day], scope="wire")
        assert a.query("The ferry to Torvik is late again")[0].date == int(day.timestamp())
        verdict = a.add(["The ferry to Torvik is late again"], ids=["y"], scope="web", search=["wire"])[0]
        assert (verdict.status, verdict.of) == ("exact", "x")
        assert b.merge(a) == 1 and b.scopes == {"web": 0, "wire": 1}
        for ids in (["1"], []):
            with pytest.raises(ValueError, match="equally many"):
                a.add(["x", "y"], ids=ids)
        assert a.add(["Snow in Torvik today"], ids=[b"\xff"], dates=[float("nan")])[0].of == "\ufffd"
        assert a.find("\ufffd")[0].date is None
        with pytest.raises(TypeError, match="a date is"):
            a.add(["z"], dates=["20260101"])
        numpy = pytest.importorskip("numpy")
        a.add(["Bread by the metre in Lindholm"], ids=["n"], dates=numpy.array(["2026-01-01"], dtype="datetime64[ns]"))
        assert a.find("n")[0].date == 1767225600


def test_closing_waits_for_what_is_under_way(tmp_path):
    seen, texts, said, begun = retold.Index(tmp_path / "i"), random_texts(4000, 9), [], threading.Event()

    def work():
        try:
            for i in range(0, len(texts), 100):
                seen.add(texts[i : i + 100])
                begun.set()
        except ValueError as error:
            said.append(str(error))

    worker = threading.Thread(target=work)
    worker.start()
    begun.wait()
    seen.close()
    worker.join()
    assert said in ([], ["the index has been closed"])
    with retold.Index(tmp_path / "i") as again:
        assert again.verify() == [] and len(again) > 0


# ── What is wrong ──


@pytest.mark.parametrize(
    "call, kind, said",
    [
        (lambda: retold.dedup(["x"], threshold=2), ValueError, "threshold 2 is out of range"),
        (lambda: retold.dedup(["x"], verify="no"), ValueError, "'no' is not exact or sketch"),
        (lambda: retold.dedup(["x"], preset="novel"), ValueError, "'novel' is not news, web or short"),
        (lambda: retold.cluster(["x"], "paragraph"), ValueError, "'paragraph' is not exact"),
        (lambda: retold.cluster(["x"], "near", threshold=0), ValueError, "out of range"),
        (lambda: retold.dedup("one text"), TypeError, "many texts are wanted"),
        (lambda: retold.dedup([1]), TypeError, "str or bytes"),
        (lambda: retold.Index("/dev/null/index"), OSError, "cannot be made"),
        (lambda: retold.Index("nowhere.index", read_only=True), OSError, "no index there"),
    ],
)
def test_errors_are_pythons_with_the_programs_messages(call, kind, said):
    with pytest.raises(kind, match=said):
        call()
