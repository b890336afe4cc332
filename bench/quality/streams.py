# SPDX-License-Identifier: Apache-2.0
"""Stories told one article after the other: `retold filter` at level story over collections whose stories are known, from an empty index.

In the order of the files, and without a window: most of the collections have no dates.
"""

import shutil

import measures
import records
import stories
from program import run
from row import Row


def groups_of(marked):
    """Ids by the story that their records are marked with; those without words are of none."""
    groups = {}
    for record in marked:
        if story := record["retold"].get("story"):
            groups.setdefault(story, []).append(str(record["id"]))
    return [*groups.values()]


def rows(program, data, work):
    index, marked = work / "seen.index", work / "marked.jsonl"
    how = ["--level", "story", "--window", "0", "--action", "mark", "--quiet"]
    for path in stories.collections_in(data):
        shutil.rmtree(index, ignore_errors=True)
        ran = run([program, "filter", path, "--index", index, *how], work, marked)
        documents = records.read(path)
        gold, umbrella = stories.gold(documents)
        figures = {**measures.grouping(gold, groups_of(records.read(marked)), umbrella), "MiB": ran.memory}
        yield Row("streams", stories.name_of(path), documents[0].get("lang", "und"), figures, ran.seconds)
