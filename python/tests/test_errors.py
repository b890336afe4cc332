# SPDX-License-Identifier: Apache-2.0
"""What is wrong is said as the program says it."""

import subprocess

import pytest
from given import PROGRAM, with_program

import retold


class Below:  # as numpy's, a whole number that is no int
    def __index__(self):
        return -1

    def __repr__(self):
        return "below"


@pytest.mark.parametrize(
    "call, kind, said",
    [
        (lambda: retold.dedup(["x"], threshold=2), ValueError, "threshold 2 is out of range"),
        (lambda: retold.dedup(["x"], verify="no"), ValueError, "'no' is not exact or sketch"),
        (lambda: retold.dedup(["x"], preset="novel"), ValueError, "'novel' is not news, web or short"),
        (lambda: retold.cluster(["x"], "paragraph"), ValueError, "'paragraph' is not exact"),
        (lambda: retold.cluster(["x"], "near", threshold=0), ValueError, "out of range"),
        (lambda: retold.cluster([{"body": "x"}] * 2), ValueError, "no column 'text' for the text; there are 'body'"),
        (lambda: retold.cluster([{"title": "y"}] * 2, text="body"), ValueError, "no column 'body' for the text; there are 'title'"),
        (lambda: retold.dedup([{"body": "x"}]), ValueError, "no column 'text' for the text; there are 'body'"),
        (lambda: retold.compare({"body": "x"}, "x"), ValueError, "no column 'text' for the text; there are 'body'"),
        (lambda: retold.dedup([{}]), ValueError, "no column 'text' for the text; there are "),
        (lambda: retold.dedup([{"text": "x"}], title="head"), ValueError, "no column 'head' for the title; there are 'text'"),
        (lambda: retold.cluster([{"text": "x"}], date="when"), ValueError, "no column 'when' for the date; there are 'text'"),
        (lambda: retold.dedup(["x"], progress=5), TypeError, "progress takes True, False, None or a function, not 5"),
        (lambda: retold.Index(""), ValueError, "the name of the index's folder is empty"),
        (lambda: retold.dedup(b"one text"), TypeError, "many texts are wanted"),
        (lambda: retold.dedup("one text"), FileNotFoundError, "one text: no such file .*texts are given as a list"),
        (lambda: retold.dedup(["x"], slots="many"), TypeError, "slots: 'many' is not a whole number"),
        (lambda: retold.dedup(["x"], slots=-1), ValueError, "slots: -1 is out of range"),
        (lambda: retold.cluster(["x"], window=2**40), ValueError, "window: 1099511627776 is out of range"),
        (lambda: retold.dedup(["x"], slots=Below()), ValueError, "slots: below is out of range"),
        (lambda: retold.dedup(["x"], threads="all"), TypeError, "threads: 'all' is not a whole number"),
        (lambda: retold.dedup(["x"], threads=1.5), TypeError, "threads: 1.5 is not a whole number"),
        (lambda: retold.dedup(["x"], slots=7), ValueError, "slots 7 is out of range: 8 to 4096"),
        (lambda: retold.dedup(["x"], threshold="high"), TypeError, "threshold: 'high' is not a number"),
        (lambda: retold.dedup(["x"], level="story"), ValueError, "level 'story' is not exact or near"),
        (lambda: retold.dedup(["x"], level="exact", threshold=0.7), ValueError, "threshold has no meaning at level exact"),
        (lambda: retold.dedup(["x"], level="exact", verify="exact"), ValueError, "verify has no meaning at level exact"),
        (lambda: retold.cluster(["x"], "exact", slots=64), ValueError, "slots has no meaning at level exact"),
        (lambda: retold.cluster(["x"], "near", window=3), ValueError, "window is for level story"),
        (lambda: retold.cluster(["x"], sketch="sim"), ValueError, "sketch 'sim' is not minhash or simhash"),
        (lambda: retold.Index("never.index", "topic"), ValueError, "level 'topic' is not exact, near or story"),
        (lambda: retold.Index("never.index", "exact", store_text=True), ValueError, "store_text has no meaning at level exact"),
        (lambda: retold.Index("never.index", window=3), ValueError, "window is for level story"),
        (lambda: retold.Index("never.index", memory="1MB"), ValueError, "memory takes a number of bytes .* not '1MB'"),
        (lambda: retold.Index("never.index", memory=1), ValueError, "memory 1 is out of range"),
        (lambda: retold.MinHash(scheme="md5"), ValueError, "scheme 'md5' is not fss or kmins"),
        (lambda: retold.MinHash(64, hashvalues=[1] * 128), ValueError, "128 hash values, not 64"),
        (lambda: retold.dedup([1]), TypeError, "str or bytes"),
        (lambda: retold.Index("/dev/null/index"), OSError, "cannot be made"),
        (lambda: retold.Index("nowhere.index", read_only=True), FileNotFoundError, "no index there"),
    ],
)
def test_errors_are_pythons_with_the_programs_messages(call, kind, said):
    with pytest.raises(kind, match=said):
        call()


@with_program
@pytest.mark.parametrize("arguments", [["--level", "exact", "--slots", "64"], ["--slots", "7"], ["--memory", "4GB"], ["--preset", "novel"]])
def test_the_program_says_the_same(arguments, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "x"}\n')
    said = subprocess.run([PROGRAM, "dedup", source, *arguments], capture_output=True, text=True).stderr
    options = {name.removeprefix("--"): int(value) if value.isdigit() else value for name, value in zip(arguments[::2], arguments[1::2])}
    with pytest.raises(ValueError) as error:
        retold.dedup(source, output=tmp_path / "out.jsonl", **options)
    words = str(error.value)
    assert words.removeprefix(words.split(" ")[0]) in said
