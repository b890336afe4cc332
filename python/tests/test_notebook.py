# SPDX-License-Identifier: Apache-2.0
"""A notebook shows results as pages."""

import pytest
from given import NEWS

CELLS = [
    f"import retold, pathlib; found = retold.cluster({str(NEWS)!r}, progress=False)",
    "found",
    "found.groups[0]",
    "retold.compare(*[pathlib.Path(d.input) for d in found.documents[:2]])",
    "retold.dedup(['one', 'One', 'two'])",
]


def test_results_show_themselves():
    nbformat, client = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    shown = [[output["data"] for output in cell.outputs] for cell in book.cells]
    assert [len(each) for each in shown] == [0, 1, 1, 1, 1]
    pages = [each[0].get("text/html", "") for each in shown[1:]]
    assert pages[0].startswith("<iframe srcdoc=") and pages[2].startswith("<iframe srcdoc=") and "<table" in pages[1] and not pages[3]
    assert shown[4][0]["text/plain"] == "<retold.Deduplicated: 3 texts, 2 kept>"
