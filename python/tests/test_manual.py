# SPDX-License-Identifier: Apache-2.0
"""What docs/python.md shows runs."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]


def test_the_manuals_examples_run(monkeypatch):
    for needed in ("pyarrow", "pandas", "tqdm"):
        pytest.importorskip(needed)
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / "python.md").read_text(), re.M | re.S)
    assert len(blocks) > 8
    names = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert names["found"].groups and names["report"].kept == 3
