# SPDX-License-Identifier: Apache-2.0
"""What the tests are given: news, random texts, the program (RETOLD_PROGRAM, if it is there)."""

import json
import os
import pathlib
import random
import subprocess

import pytest

NEWS = pathlib.Path(__file__).parents[2] / "samples" / "news"
PROGRAM = os.environ.get("RETOLD_PROGRAM")
with_program = pytest.mark.skipif(not PROGRAM, reason="RETOLD_PROGRAM names no program")


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
