# SPDX-License-Identifier: Apache-2.0
"""dedup of texts, columns and tables."""

import datetime
import json
import random
import threading

import pytest
from given import as_program, random_texts, with_program

import retold


def test_duplicates_join_the_earliest_kept_one():
    texts = random_texts(400, 1)
    found = retold.dedup(texts, threshold=0.7)
    assert len(found) == len(texts) and found.kept == [i for i, m in enumerate(found) if m.of == i]
    for i, match in enumerate(found):
        assert match.of <= i and found[match.of].of == match.of
        assert match.similarity >= 0.7
    assert 100 < len(found.kept) < 350
    assert retold.dedup(texts, threshold=0.7, threads=1) == found


@with_program
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
        [pd.NA if t is None else t for t in texts], [pd.NaT if t is None else t for t in texts],
        [t if t is None else t.encode() for t in texts],
    ):  # fmt: skip
        assert retold.dedup(same) == wanted
    for none in (pd.DataFrame({"text": []}), pd.DataFrame({"text": [float("nan")] * 2})):
        assert retold.dedup(none).kept == list(range(len(none))) and len(retold.cluster(none).groups) == len(none)
    by_arrow = hasattr(pd.Series, "__arrow_c_stream__")  # since pandas 3
    said = "a column of texts is wanted, not one of numbers" if by_arrow else "a text is str or bytes"
    with pytest.raises(TypeError, match=said):
        retold.dedup(pd.DataFrame({"text": [1.5]}))
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


# ── Tables ──


def tables(rows):
    """The same rows as each kind of table that is installed."""
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pylist(rows)
    out = [table]
    for name, make in (("pandas", lambda m: table.to_pandas()), ("polars", lambda m: m.from_arrow(table))):
        try:
            out.append(make(__import__(name)))
        except ImportError:
            pass
    return out


def column(table, name):
    return table[name].to_pylist() if hasattr(table[name], "to_pylist") else list(table[name])


def test_a_table_without_its_duplicates():
    rows = [{"n": i, "body": t, "title": t if i % 5 else "Some title"} for i, t in enumerate(random_texts(200, 7))]
    wanted = retold.dedup([r["body"] or r["title"] for r in rows])
    for table in tables(rows):
        found = retold.dedup(table, text="body")
        assert found == wanted and 0 < len(found.kept) < len(rows)
        kept = found.survivors()
        assert type(kept) is type(table) and column(kept, "n") == found.kept
        assert column(found.survivors(table[["n"]] if hasattr(table, "iloc") else table), "n") == found.kept
    with pytest.raises(ValueError, match="no column 'text' for the text; there are 'n', 'body', 'title'"):
        retold.dedup(tables(rows)[0])
    with pytest.raises(ValueError, match="199 rows, not 200"):
        wanted.survivors(rows[1:])


def test_mappings_are_rows():
    rows = [{"text": "one two three", "n": 1}, {"text": "One, two, three!", "n": 2}, {"title": "Four"}, {"text": "", "title": "FOUR"}]
    rows.append("four")
    found = retold.dedup(rows)
    assert list(found.of) == [0, 0, 2, 2, 2] and found.survivors() == [rows[0], rows[2]]
    assert list(retold.dedup(rows, keep="n").of) == [1, 1, 2, 2, 2]
    with pytest.raises(ValueError, match="no column 'body' .* 'text', 'n', 'title'"):
        retold.dedup(rows[:4], text="body")
    for alone in ({"text": "one"}, b"one", 7, None):
        for call in (retold.dedup, retold.cluster):
            with pytest.raises(TypeError, match="many texts are wanted"):
                call(alone)


def test_survivors_of_other_things():
    numpy, pa = pytest.importorskip("numpy"), pytest.importorskip("pyarrow")
    texts = ["one two three", "One, two, three", "four"]
    found = retold.dedup(texts)
    assert found.survivors() == ["one two three", "four"] and retold.dedup(iter(texts)).survivors() == found.survivors()
    assert retold.dedup(numpy.array(texts, dtype=object)).survivors().tolist() == found.survivors()
    assert found.survivors(numpy.arange(6).reshape(3, 2)).tolist() == [[0, 1], [4, 5]]
    assert retold.dedup(pa.array(texts)).survivors().to_pylist() == found.survivors()
    assert found.groups == [[0, 1]] and found[1] == found.matches[1] == retold.Match(0, 1.0, True) and found[:1] == [found[0]]
    assert "3 texts, 2 kept" in repr(found)


def test_verdicts_as_a_table():
    pytest.importorskip("pyarrow")
    found = retold.dedup(random_texts(100, 8))
    rows = found.to_arrow().to_pylist()
    assert [(r["of"], r["similarity"], r["exact"]) for r in rows] == [(m.of, m.similarity, m.exact) for m in found]
    assert [r["place"] for r in rows if r["kept"]] == found.kept
    assert retold.dedup([]).to_arrow().num_rows == 0


def dated(count, seed):
    return [
        {"id": str(i), "text": t, "score": None if i % 7 == 0 else (i * 37) % 50, "date": f"2026-01-{(i * 11) % 28 + 1:02}T0{i % 9}:00:00Z"}
        for i, t in enumerate(random_texts(count, seed))
    ]


@with_program
@pytest.mark.parametrize("keep", ["first", "longest", "newest", "score"])
def test_the_one_that_stays_is_the_programs(keep, tmp_path):
    rows = dated(400, 12)
    marked = as_program(lambda f: ["dedup", f, "--mark", "--quiet", "--keep", keep, "--threshold", "0.6", "-o", "-"], rows, tmp_path)
    wanted = [int(json.loads(line)["retold"]["of"]) for line in marked.splitlines()]
    for table in tables(rows):
        assert list(retold.dedup(table, keep=keep, threshold=0.6).of) == wanted
    with_dates = [{**r, "date": datetime.datetime.fromisoformat(r["date"].replace("Z", "+00:00"))} for r in rows]
    for table in tables(with_dates):
        assert list(retold.dedup(table, keep=keep, threshold=0.6).of) == wanted


def test_rules_that_need_a_column():
    with pytest.raises(ValueError, match="give a table"):
        retold.dedup(["x"], keep="newest")
    with pytest.raises(ValueError, match="no column 'score'"):
        retold.dedup(tables([{"text": "x"}])[0], keep="score")


def test_dates_are_what_they_come_as_and_a_rule_without_effect_is_told():
    day = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
    late = [datetime.date(2026, 1, 3), day.isoformat(), day.timestamp(), day, "Fri, 02 Jan 2026 00:00:00 +0000"]
    for date in late:
        rows = [{"text": "one two", "date": d} for d in (None, "2026-01-01", date, float("nan"), "soon")]
        assert retold.dedup(rows, keep="newest").kept == [2]
    with pytest.warns(UserWarning, match='no record has a date in field "date": the first ones stay'):
        assert retold.dedup([{"text": "x", "date": "soon"}] * 2, keep="newest").kept == [0]
    with pytest.warns(UserWarning, match='no record has a number in field "n": the first ones stay') as told:
        assert retold.dedup([{"text": "x", "n": "7"}] * 2, keep="n").kept == [0]
    assert told[0].filename == __file__


def test_categories_are_texts():
    pa, pd = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    texts = random_texts(50, 13) + [None, ""]
    wanted = retold.dedup(texts)
    plain = pa.array(texts)
    for index in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()):
        assert retold.dedup(plain.dictionary_encode().cast(pa.dictionary(index, pa.string()))) == wanted
    cut = pa.array([None, "cut away", *texts]).dictionary_encode()[2:]
    large = plain.cast(pa.large_string()).dictionary_encode()
    for same in (cut, pa.chunked_array([cut[:9], cut[9:]]), pd.Series(pd.Categorical(texts)), large):
        assert retold.dedup(same) == wanted
    frame = pd.DataFrame({"id": pd.Categorical([str(i) for i in range(52)]), "text": pd.Categorical(texts)})
    assert retold.dedup(frame) == wanted
    assert sorted(d for g in retold.cluster(frame, "near").groups for d in g.documents) == sorted(map(str, range(52)))
    first = retold.cluster(frame, "near").passages[0].a
    assert (texts[int(first.document)] or "")[first.begin : first.end] == first.text
    with pytest.raises(TypeError, match="a column of texts is wanted"):
        retold.dedup(pa.array([1, 2, 1]).dictionary_encode())


def test_many_texts_of_all_widths_are_what_their_bytes_are():
    chance = random.Random(9)
    alphabets = ["abc ", "abcé ÿ", "abc“東京”\u07ff\u0800\uffff ", "ab🚢\U0010ffff\U00010000 "]
    texts = ["".join(chance.choices(alphabets[i % 4], k=chance.randrange(1500))) for i in range(3000)]
    texts += [t + " " for t in texts[::3]]
    assert sum(map(len, texts)) > 2 << 20  # enough for several threads and blocks
    assert retold.dedup(texts).matches == retold.dedup([t.encode() for t in texts]).matches
    assert list(map(str.encode, texts)) == [t.encode() for t in texts]  # what was read has not been changed
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        retold.dedup([*texts, "lone \ud800 one"])
