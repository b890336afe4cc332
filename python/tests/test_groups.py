# SPDX-License-Identifier: Apache-2.0
"""cluster and compare, beside the program and what is plain."""

import dataclasses
import datetime
import html
import importlib.util
import json
import pathlib
import pickle
import random
import subprocess
import warnings

import pytest
from given import NEWS, PROGRAM, articles, as_program, with_program

import retold


def test_every_document_is_in_one_group_whatever_the_order():
    given = articles()
    found = retold.cluster(given)
    assert sorted(d for g in found.groups for d in g.documents) == sorted(a["id"] for a in given)
    assert len(found.groups[0].documents) > 2 and found.groups[0].level == "story"
    random.Random(3).shuffle(given)
    assert retold.cluster(given, threads=1).json() == found.json()


@with_program
@pytest.mark.parametrize("level", ["exact", "near", "story", "topic"])
def test_groups_are_those_of_the_program(level, tmp_path):
    given = articles()
    said = json.loads(as_program(lambda f: ["cluster", f, "--level", level, "--json", "-"], given, tmp_path))
    found = retold.cluster(given, level)
    assert [g.documents for g in found.groups] == [g["documents"] for g in said["groups"]]
    assert found.json() == retold.cluster(given, level, threads=2).json()
    assert json.loads(found.json()) == said


def test_passages_stand_where_they_say():
    of_str, of_bytes = ({a["id"]: kind(a["text"]) for a in articles()} for kind in (str, str.encode))
    for given in (of_str, of_bytes):
        passages = retold.cluster([{"id": i, "text": t} for i, t in given.items()]).passages
        assert len(passages) > 50
        for p in passages:
            for side in (p.a, p.b):
                cut = given[side.document][side.begin : side.end]
                assert (cut if isinstance(cut, str) else cut.decode()) == side.text != ""


@pytest.mark.parametrize("before", ["", "é", "e\u0301", "🙂", "👩\u200d👩\u200d👧 ", "\ufeff", "\x00\x1b", "東京 ", "\ue000"])
@pytest.mark.parametrize("within", ["", "\u0301", " 🙂🙂", "\r", "ﬁ", "\u200b"])
def test_characters_are_counted_as_python_counts_them(before, within):
    ferry, nobody = "he ferry to Torvik is late again because of the ice", "knows when the next one leaves."
    one = f"{before} t{ferry}.\r\n\r\nNobody in the café{within} {nobody}"
    two = f"Breaking {within}{before}: T{ferry}!\r\nNobody in the cafe\u0301 {nobody}"
    found = retold.compare(one, two)
    assert len(found.passages) == 2
    stored = retold.compare(one.encode(), two.encode())
    for p, q in zip(found.passages, stored.passages):
        for given, side, same in ((one, p.a, q.a), (two, p.b, q.b)):
            assert given[side.begin : side.end] == side.text == same.text
            assert given.encode()[same.begin : same.end].decode() == side.text
            assert len(given[: side.begin].encode()) == same.begin


def test_each_document_counts_as_it_was_given():
    same = "É: the ferry to Torvik is late again because of the ice."
    (p,) = retold.compare(same, same.encode()).passages
    assert (p.a.end, p.b.end) == (len(same), len(same.encode()))
    (p,) = retold.compare({"text": "", "title": same}, {"title": "Other", "text": same}).passages
    assert p.a.text == p.b.text == same


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


def test_figures_that_disagree():
    found = retold.compare("É. The ferry carried 120 people to Torvik on Friday.", "The ferry carried 95 people to Torvik on Friday.")
    ((conflict,),) = (p.conflicts for p in found.passages)
    assert len(set(found.passages)) == len(found.passages)
    assert (conflict.kind, conflict.a.text, conflict.b.text) == ("number", "120", "95")
    assert conflict.a.begin == len("É. The ferry carried ")
    if importlib.util.find_spec("pyarrow"):
        assert found.to_arrow()["conflicts"].to_pylist() == [["120 ≠ 95"]]


def test_the_place_of_each_in_what_was_given():
    pytest.importorskip("pyarrow")
    texts = [f"text {i // 2} of the ferry" for i in range(24)]
    table = retold.cluster(texts, "exact").to_arrow().sort_by("place")
    assert table["document"].to_pylist() == [str(i) for i in range(24)]
    groups = table["group"].to_pylist()
    assert groups[::2] == groups[1::2] and len(set(groups)) == 12


def test_files_of_which_none_is_read_are_told(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"body": "Snow in Torvik"}\n')
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "table.csv").write_text("id,text\n")
    for path, said in (
        (tmp_path / "in.jsonl", 'no document was read: .*in.jsonl:1: no field "text"'),
        (tmp_path / "empty", r"no document was read: .*empty: nothing to read \(tables and Parquet are given as columns\)"),
        (tmp_path / "other", "no document was read: .*other.table.csv: not a kind that is read"),
    ):
        with pytest.warns(UserWarning, match=said) as told:
            assert retold.cluster(path).groups == []
        assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(retold.cluster(tmp_path / "in.jsonl", text="body").groups) == 1 and retold.cluster([]).groups == []


def test_a_window_without_dates_is_said():
    with pytest.warns(UserWarning, match='no document has a date in "date", so the window has no effect') as told:
        retold.cluster(["one text", "another"], window=3)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        retold.cluster([{"text": "one text", "date": "2026-11-22"}, {"text": "another"}], window=3)


def test_two_documents_side_by_side():
    a, b = (next(x for x in articles() if x["id"] == f"fr-barrage-{n}.txt") for n in ("telex", "quotidien"))
    found = retold.compare(a, b)
    assert found.passages and 0 < found.jaccard < 0.1 and 0 < found.simhash < 1
    assert all(p.a.document == a["id"] and p.b.text in b["text"] for p in found.passages)
    same = retold.compare("One two three four five.", b"One two three four five.")
    assert (same.jaccard, same.containment) == (1, (1, 1)) and same.passages[0].kind == "identical"
    assert "<iframe" in found._repr_html_() and "<html" in found.html() and str(found) == found.text()


def test_a_story_shows_its_sentences_and_is_a_plain_value():
    found = retold.cluster(articles())
    story = found.groups[0]
    page = html.unescape(story._repr_html_())
    inside = [p for p in found.passages if p.a.document in story.documents]
    assert story.title in page and all(d in page for d in story.documents) and max(inside, key=lambda p: p.score).a.text in page
    again = pickle.loads(pickle.dumps(story))
    assert again == story and dataclasses.asdict(story)["documents"] == story.documents and "_told" not in repr(story)
    assert again.title in again._repr_html_()
    odd = retold.cluster(["<script>alert(1)</script> & so on, the ferry is late"] * 2, "near").groups[0]
    assert "<script>" not in odd._repr_html_() and "&lt;script&gt;" in odd._repr_html_()
    assert "sandbox" in found._repr_html_()


def test_a_page_too_large_for_a_cell_gives_way_to_an_overview(monkeypatch):
    from retold import show

    found = retold.cluster(articles())
    monkeypatch.setattr(show, "MOST_IN_A_FRAME", 1000)
    page = found._repr_html_()
    assert "<iframe" not in page and page.count("<details>") == show.MOST_GROUPS and "more groups" in page


# ── Files ──


@with_program
def test_files_are_those_of_the_program(tmp_path):
    (tmp_path / "broken.txt").write_bytes(b"\x00\x01")
    paths = [NEWS, tmp_path]
    said = subprocess.run([PROGRAM, "cluster", *paths, "--json", "-"], capture_output=True, text=True)
    found = retold.cluster(paths)
    assert found.json() == said.stdout and said.returncode == 1
    assert [pathlib.Path(s.input).name for s in found.skipped] == ["broken.txt"] and found.skipped[0].reason


def test_sides_of_files_stand_in_the_documents_as_they_were_read():
    found = retold.cluster(str(NEWS))
    documents = {d.id: d for d in found.documents}
    assert len(found.passages) > 50 and any(d.input.endswith(".html") for d in found.documents)
    for p in found.passages:
        for side in (p.a, p.b):
            assert getattr(documents[side.document], side.field)[side.begin : side.end] == side.text != ""
    assert {d.input for d in found.documents} and found.ignored == []


def test_fields_have_the_names_that_are_said(tmp_path):
    rows = [{"key": "x", "body": "Snow in Torvik today"}, {"key": "y", "body": "snow in torvik TODAY", "text": "something else"}]
    lines = tmp_path / "in.jsonl"
    lines.write_text("".join(json.dumps(r) + "\n" for r in rows))
    for given in (rows, lines):
        assert [g.documents for g in retold.cluster(given, "exact", id="key", text="body").groups] == [["x", "y"]]
    with pytest.raises(FileNotFoundError, match="no such file"):
        retold.cluster([tmp_path / "nothing", tmp_path / "neither"])
    found = retold.cluster([tmp_path / "nothing", lines], text="body")
    assert len(found.documents) == 2 and found.skipped[0].input == str(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="texts are given as a list"):
        retold.cluster("The ferry to Torvik is late again. " * 100)


def test_two_files_side_by_side(tmp_path):
    a, b = (NEWS / f"fr-barrage-{n}.txt" for n in ("telex", "quotidien"))
    found, plain = retold.compare(a, b), retold.compare(a.read_text(), b.read_text())
    assert [p.a.text for p in found.passages] == [p.a.text for p in plain.passages] != []
    assert found.passages[0].a.document == found.documents[0].id == "fr-barrage-telex.txt"
    with pytest.raises(TypeError, match="both are files"):
        retold.compare(a, "a text")
    two = tmp_path / "two.jsonl"
    two.write_text('{"text": "one"}\n{"text": "two"}\n')
    with pytest.raises(ValueError, match="2 documents"):
        retold.compare(two, a)


# ── Tables ──


def test_results_as_tables():
    pytest.importorskip("pyarrow")
    found = retold.cluster(articles())
    documents, links, passages = (found.to_arrow(what).to_pylist() for what in ("documents", "links", "passages"))
    assert sorted(d["document"] for d in documents) == sorted(d.id for d in found.documents)
    assert all(d["document"] in found.groups[d["group"]].documents for d in documents)
    assert links == [dataclasses.asdict(each) for each in found.links] != []
    assert [(p["a_begin"], p["b_text"]) for p in passages] == [(p.a.begin, p.b.text) for p in found.passages]
    assert found.to_arrow("passages").schema == retold.compare("a", "b").to_arrow().schema
    with pytest.raises(ValueError, match="not documents, links or passages"):
        found.to_arrow("words")
