# SPDX-License-Identifier: Apache-2.0
"""MinHash, MinHashLSH, SimHash."""

import copy
import multiprocessing
import pickle
import struct

import pytest
from given import NEWS

import retold
from retold import MinHash, MinHashLSH, _retold


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


def known(what):
    """Rows of a block of docs/format.md, which the library is tested with."""
    text = (NEWS.parents[1] / "docs" / "format.md").read_text()
    rows = text.split(f"```known {what}\n")[1].split("```")[0].splitlines()
    assert rows
    return [["" if column == "-" else column for column in row.split(" | ")] for row in rows]


def numbers(column):
    return [int(word, 16) for word in column.split()]


def test_hashes_and_shingles_are_the_known_answers():
    for text, value in known("hash"):
        assert _retold.elements([text]) == numbers(value)
    for kind, text, values in known("shingles"):
        assert sorted(_retold.shingles(text, None, kind)) == numbers(values)
    for features, low, high in known("simhash"):
        pairs = [feature.split(":") for feature in features.split()]
        hashes, weights = [int(h, 16) for h, _ in pairs], [float(w) for _, w in pairs]
        assert [*_retold.simhash(hashes, weights)] == numbers(low) + numbers(high)


@pytest.mark.parametrize("scheme", ["fss", "kmins"])
def test_signatures_are_the_known_answers(scheme):
    for slots, seed, elements, values in known(scheme):
        sketch = _retold.Sketch(int(slots), scheme, int(seed))
        sketch.add(numbers(elements))
        assert sketch.digest() == numbers(values) and sketch.dump() == struct.pack(f"={slots}Q", *numbers(values))
        assert MinHash(int(slots), int(seed), scheme, hashvalues=numbers(values)).digest() == numbers(values)
    shingles = next(values for kind, text, values in known("shingles") if (kind, text) == ("word:3", "le chat dort sur le lit"))
    signature = next(values for _, seed, elements, values in known("fss") if elements == shingles and seed == "0")
    for text in ("le chat dort sur le lit", "LE CHAT dort, sur le lit!"):
        assert MinHash.of_text(text, 8).digest() == numbers(signature)


def test_band_keys_are_the_known_answers():
    for band, slots, key in known("band_key"):
        rows, before = numbers(slots), int(band)
        whole = [1] * before * len(rows) + rows
        whole += [1] * (8 - len(whole))  # there are no smaller signatures
        sketch = _retold.Sketch(len(whole), "fss", 0)
        sketch.load(whole)
        assert sketch.keys(before + 1, len(rows))[before] == int(key, 16)


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


def test_pickles_and_copies_are_small_and_whole():
    full = retold.MinHash.of_text(" ".join(map(str, range(1000))), 256)
    for sign in (full, retold.MinHash(), retold.MinHash(64, seed=3, scheme="kmins")):
        pickles = [pickle.loads(pickle.dumps(sign, protocol)) for protocol in (2, pickle.HIGHEST_PROTOCOL)]
        for same in (copy.copy(sign), copy.deepcopy(sign), sign.copy(), *pickles):
            assert same == sign and same is not sign and same.is_empty() == sign.is_empty()
        assert len(pickle.dumps(sign)) < 8 * sign.num_perm + 120
    again = retold.MinHash(hashvalues=full.hashvalues)
    assert again == full and again.num_perm == 256
    changed = full.copy()
    changed.update("more")
    assert full == again
    lsh = retold.MinHashLSH(num_perm=256)
    lsh.insert("a", full)
    assert pickle.loads(pickle.dumps(lsh)).query(again) == ["a"]
    simhash = retold.SimHash(["a", "b"])
    assert pickle.loads(pickle.dumps(simhash)) == copy.deepcopy(simhash) == simhash


def sign_in_another_process(words):
    out = retold.MinHash()
    out.update_batch(words)
    return out


def test_signatures_come_back_from_other_processes():
    sets = [["a", "b"], ["b", "c"], []]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(sign_in_another_process, sets) == [sign_in_another_process(each) for each in sets]


@pytest.mark.parametrize("scheme", ["fss", "kmins"])
def test_one_at_a_time_is_all_at_once(scheme):
    words = [f"w{i % 9000}" for i in range(70000)]  # more than are gathered at a time
    one, all_of_them = retold.MinHash(scheme=scheme), retold.MinHash(scheme=scheme)
    for word in words:
        one.update(word)
    all_of_them.update_batch(words[:40000])
    assert not one.is_empty()
    all_of_them.update_batch(iter(words[40000:]))
    assert one == all_of_them
    one.clear()
    assert one.is_empty() and one == retold.MinHash(scheme=scheme)
    one.merge(all_of_them)
    assert one == all_of_them
    one.merge(one)
    assert one == all_of_them


def test_programs_for_datasketch_run():
    """What its README does, with the import changed."""
    data1 = ["minhash", "is", "a", "probabilistic", "data", "structure", "for", "estimating", "the", "similarity", "between", "datasets"]
    data2 = ["minhash", "is", "a", "probability", "data", "structure", "for", "estimating", "the", "similarity", "between", "documents"]
    m1, m2 = MinHash(), MinHash(num_perm=128)
    for word in data1:
        m1.update(word.encode("utf8"))
    for word in data2:
        m2.update(word.encode("utf8"))
    actual = len(set(data1) & set(data2)) / len(set(data1) | set(data2))
    assert abs(m1.jaccard(m2) - actual) < 0.15 and len(m1.digest()) == len(m1) == 128

    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    lsh.insert("m2", m2)
    assert lsh.query(m1) == ["m2"] and "m2" in lsh and not lsh.is_empty()
    made = MinHash.bulk([[w.encode() for w in data1], [w.encode() for w in data2]], num_perm=128)
    assert made == [m1, m2] == list(MinHash.generator([data1, data2]))
    with lsh.insertion_session(buffer_size=10) as session:
        for key, each in (("x", m1), ("y", MinHash.union(m1, m2))):
            session.insert(key, each)
    assert set(lsh.query(m1)) == {"m2", "x", "y"}
    counts = lsh.get_counts()
    assert len(counts) == lsh.b and all(sum(of_band.values()) == 3 for of_band in counts)
    lsh.insert("x", m2, check_duplication=False)
    other = MinHashLSH(threshold=0.5, num_perm=128)
    other.insert("z", m1)
    lsh.merge(other)
    assert set(lsh.query(m1)) == {"m2", "x", "y", "z"} and len(lsh) == 4
    with pytest.raises(ValueError, match="'z' is in both"):
        lsh.merge(other, check_overlap=True)
    lsh.remove("z")
    assert lsh.query(m1) == ["m2", "y", "x"]
    with pytest.raises(ValueError, match="one num_perm"):
        lsh.merge(MinHashLSH(threshold=0.9, num_perm=128))
