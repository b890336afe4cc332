# SPDX-License-Identifier: Apache-2.0
"""The index."""

import datetime
import threading

import pytest
from given import random_texts

import retold


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
        assert a.query(None) == [] and a.add(["Numbers are ids"], ids=[10**30])[0].of == str(10**30)
        assert a.find(10**30) and a.remove([10**30]) == 1
        for wrong_ids in ("ab", b"ab", {"k": 1}):
            with pytest.raises(TypeError, match="many ids are wanted"):
                a.add(["x", "y"], ids=wrong_ids)
        with pytest.raises(TypeError, match="a text is str or bytes"):
            a.add(["x"], ids=[True])
        for far in (10**30, float("inf")):
            with pytest.raises(ValueError, match="is no date: seconds since 1970 are smaller"):
                a.add(["z"], dates=[far])
        with pytest.raises(TypeError, match="another Index is wanted, not str"):
            a.merge("other.index")
        with pytest.raises(ValueError, match="'2026-01-01 or so' is no date"):
            a.expire("2026-01-01 or so")
        for wrong, kind, said in (("soon", ValueError, "'soon' is no date"), (True, TypeError, "a date is a datetime")):
            with pytest.raises(kind, match=said):
                a.add(["z"], dates=[wrong])
            with pytest.raises(kind, match=said):
                a.expire(wrong)
        new_year = ("2026-01-01", "Thu, 01 Jan 2026 00:00:00 GMT", "2026-01-01 00:00 UTC", "2026-01-01T01:00:00+01:00")
        for written in (*new_year, "", " "):
            a.add([f"Written as {written}"], ids=[f"on {written}"], dates=[written])
            assert a.find(f"on {written}")[0].date == (1767225600 if written.strip() else None)
        for wrong in (
            lambda: a.query("x", scopes=["wier"]),
            lambda: a.find("x", ["wier"]),
            lambda: a.remove(["x"], ["wier"]),
            lambda: a.expire(0, ["wier"]),
            lambda: a.add(["x"], search=["wier"]),
        ):
            with pytest.raises(ValueError, match="no scope 'wier'; there are 'default', 'web', 'wire'"):
                wrong()
        assert a.add(["Own and others"], scope="new", search=["new", "web"])[0].status == "new"
        with retold.Index(tmp_path / "first") as first:
            with pytest.raises(ValueError, match="no scope 'web'; there is none"):
                first.query("x", scopes=["web"])
            assert first.add(["x"], search=["web"])[0].status == "new"
        numpy = pytest.importorskip("numpy")
        floats = numpy.array([7.0, float("nan")])  # whole numbers beside a missing one
        a.add(["Whole numbers", "No number"], ids=floats)
        assert a.find("7") and a.find(7)
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


def test_one_name_is_not_cut_into_letters(tmp_path):
    with retold.Index(tmp_path / "index") as seen:
        seen.add(["some words"], ids=["ab"])
        for wrong in (lambda: seen.remove("ab"), lambda: seen.query("x", scopes="default"), lambda: seen.add(["x"], search="default")):
            with pytest.raises(TypeError, match="many names are wanted"):
                wrong()
        assert len(seen) == 1 and seen.remove(["ab"]) == 1
