# SPDX-License-Identifier: Apache-2.0
"""What samples/ shows of Python does what it says."""

import json
import pathlib
import subprocess
import sys

import pytest

import retold

SAMPLES = pathlib.Path(__file__).parents[2] / "samples"


# ── The notebook ──


def executed(notebook, client, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    where = {"metadata": {"path": str(SAMPLES)}}
    return client.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()


def shown(notebook, of):
    """What the cell with those words in it printed, and the last thing it showed, by its forms."""
    (cell,) = (c for c in notebook.cells if c.cell_type == "code" and of in c.source)
    printed = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")
    return printed, next((o.data for o in cell.outputs if o.output_type == "execute_result"), {})


def test_the_notebook_says_what_it_says(monkeypatch, tmp_path):
    client, formats = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    for needed in ("ipykernel", "pandas"):
        pytest.importorskip(needed)
    ran = executed(formats.read(SAMPLES / "from_python.ipynb", as_version=4), client, monkeypatch, tmp_path)

    _, report = shown(ran, "retold.cluster(")
    assert report["text/html"].startswith("<iframe") and "Halden" in report["text/html"]
    assert report["text/plain"] == "<retold.Clustering: 12 documents in 6 groups>"
    stories = shown(ran, "stories = [")[0].splitlines()
    assert [line[0] for line in stories] == ["3", "3", "2", "2"] and any("Ferry Lady Merrin" in line for line in stories)
    strike = shown(ran, "strike = ")[0]
    assert strike.startswith("en-corvane-strike-passengers\nen-corvane-strike-reprint\nen-corvane-strike-union\n")
    assert "\n0.99 Anyone who bought a ticket before Monday" in strike and "\n     Anyone who booked before Monday" in strike

    assert "<iframe" in shown(ran, "retold.compare(")[1]["text/html"]
    assert shown(ran, "compared.jaccard")[0].startswith("Jaccard 0.03\nparaphrased\n")

    assert "0.857" in shown(ran, "matches = ")[1]["text/plain"]
    kept = shown(ran, "table.iloc")[1]["text/plain"]
    assert "radio" in kept and "paper" not in kept and "blog" not in kept
    assert shown(ran, "threshold=0.95")[1]["text/plain"] == "[0, 1, 3]"

    assert shown(ran, "seen.add(table")[0] == "new of wire\nnew of radio\nexact of wire\nnear of wire\n"
    assert shown(ran, "late = ")[0] == "near of wire 0.87\n2 documents remembered\n"

    estimated, proposed = shown(ran, "MinHashLSH(")
    assert abs(float(estimated.split()[1].strip(",")) - 0.5) < 0.15
    assert proposed["text/plain"] == "['wire', 'paper', 'blog']"


def test_the_notebook_is_kept_without_what_it_shows():
    notebook = json.loads((SAMPLES / "from_python.ipynb").read_text())
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len(cells) > 8 and not any(c["outputs"] or c["execution_count"] for c in cells)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"} and set(notebook["metadata"]["language_info"]) == {"name"}


# ── datasets ──


FERRY = "The ferry to Torvik is late again because of the ice on the fjord, and the next one leaves at noon"
ROWS = [
    {"id": "a", "text": FERRY},
    {"id": "b", "text": "Bread by the metre in Lindholm"},
    {"id": "c", "text": FERRY.upper()},
    {"id": "d", "text": FERRY.replace("noon", "one")},
    {"id": "e", "text": None},
]


@pytest.fixture
def sample(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("datasets")
    monkeypatch.syspath_prepend(SAMPLES)
    import datasets_map

    return datasets_map


def test_a_dataset_without_its_duplicates(sample):
    rows = sample.Dataset.from_list(ROWS)
    assert sample.without_duplicates(rows)["id"][:] == ["a", "b", "e"]
    assert sample.without_duplicates(rows, level="exact")["id"][:] == ["a", "b", "d", "e"]
    chosen = rows.select([3, 2, 1])  # places of what was chosen, not of what lies below
    assert sample.without_duplicates(chosen)["id"][:] == ["d", "b"]


def test_batches_through_an_index(sample, tmp_path):
    rows = sample.Dataset.from_list(ROWS[:4])
    with retold.Index(tmp_path / "i") as seen:
        first = sample.marked(rows, seen)
        assert first["status"][:] == ["new", "new", "exact", "near"] and first["of"][:] == ["a", "b", "a", "a"]
        later = sample.marked(sample.Dataset.from_list([{"id": "f", "text": FERRY}]), seen)
        assert (later["status"][0], later["of"][0]) == ("exact", "a")
        new = sample.Dataset.from_list([{"id": "g", "text": "Snow in Torvik today"}])
        assert [sample.marked(new, seen)["of"][0] for _ in range(2)] == ["g", "g"] and len(seen) == 3  # asked both times
        stream = sample.marked(rows.to_iterable_dataset(), seen)
        assert [row["status"] for row in stream] == ["new", "new", "exact", "near"]


def test_its_program(sample, tmp_path):
    command = [sys.executable, "-B", SAMPLES / "datasets_map.py", SAMPLES / "feed.jsonl"]
    for more in ([], ["--index", tmp_path / "i"], ["--index", tmp_path / "i"]):
        said = subprocess.run([*command, *more], check=True, capture_output=True, text=True).stdout
        assert said == "3 of 5 are new: morning-1, morning-2, noon-2\n"
