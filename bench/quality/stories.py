# SPDX-License-Identifier: Apache-2.0
"""Stories and topics: `retold cluster` over collections whose stories are known."""

import json

import measures
import records
from program import run
from row import Row

TOPIC = "multiling_"  # collections whose events are weeks long are asked for at that level


def cluster(program, path, level, work):
    """The groups, seconds and MiB."""
    found = work / "groups.json"
    found.unlink(missing_ok=True)
    ran = run([program, "cluster", path, "--level", level, "--quiet", "--json", found], work)
    groups = [g["documents"] for g in json.loads(found.read_text(encoding="utf-8"))["groups"]]
    return groups, ran.seconds, ran.memory


def gold(rows):
    """(document → story, document → tags of umbrellas)"""
    labelled = [r for r in rows if r.get("story") not in (None, "")]
    return {str(r["id"]): r["story"] for r in labelled}, {str(r["id"]): r.get("umbrella") or [] for r in labelled}


def judged(program, path, rows, level, work):
    """Figures and seconds of the program over one file of records."""
    groups, seconds, memory = cluster(program, path, level, work)
    stories, umbrella = gold(rows)
    return {**measures.grouping(stories, groups, umbrella), "MiB": memory}, seconds


def collections_in(data):
    return sorted((data / "stories").glob("*.jsonl*"))


def name_of(path):
    return path.name.partition(".jsonl")[0]


def seeds(program, data, work):
    """A folder of text files: stories at one level, one topic at the other."""
    truth = json.loads((data / "seeds.stories.gold.json").read_text())
    for level, groups in (("story", truth["stories"]), ("topic", [truth["topic"]])):
        stories = {document: at for at, group in enumerate(groups) for document in group}
        found, seconds, memory = cluster(program, data / "seeds", level, work)
        yield Row("seeds", level, "fr", {**measures.grouping(stories, found), "MiB": memory}, seconds)


def rows(program, data, work):
    for path in collections_in(data):
        topic = path.name.startswith(TOPIC)
        documents = records.read(path)
        figures, seconds = judged(program, path, documents, "topic" if topic else "story", work)
        yield Row("topic" if topic else "stories", name_of(path), documents[0].get("lang", "und"), figures, seconds)
    if (data / "seeds.stories.gold.json").exists():
        yield from seeds(program, data, work)
