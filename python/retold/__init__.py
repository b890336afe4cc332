# SPDX-License-Identifier: Apache-2.0
"""retold: duplicates, near-duplicates and retold stories, with the sentences to prove it.

    import retold
    found = retold.cluster(["first article …", "second article …"])      # or a table, or a folder of files
    for story in found.groups:
        print(story.title, story.documents)

    retold.dedup(table).survivors()                                      # the table without duplicates
    retold.dedup("crawl.jsonl.zst", output="kept.jsonl.zst")             # files of any size
    retold.compare(one, other).passages                                  # what two have in common, and where
    with retold.Index("seen.index") as seen: seen.add(texts)             # what lasts

The same engine and the same answers as the program and the C++ library. Long work is done without the GIL, on all cores unless `threads`
says otherwise; the number of threads never changes a result. Ctrl-C ends it.

Texts are a list of str or bytes, or a column of them: anything with the Arrow C interface (pyarrow, pandas, polars), which is read
where it lies. A single str is a path. What is wrong with an option is a ValueError, what cannot be read or written an OSError, each with
the message that the program gives. docs/python.md is the manual.
"""

from ._retold import signature_version
from ._retold import version as __version__
from .documents import Document, Skipped
from .duplicates import dedup
from .findings import Clustering, Comparison, Conflict, Group, Link, Passage, Side
from .groups import cluster, compare
from .seen import Index, Seen, Verdict
from .sketches import MinHash, MinHashLSH, SimHash
from .verdicts import Deduplicated, DedupReport, Match

__all__ = [
    "Clustering", "Comparison", "Conflict", "DedupReport", "Deduplicated", "Document", "Group", "Index", "Link", "Match", "MinHash",
    "MinHashLSH", "Passage", "Seen", "Side", "SimHash", "Skipped", "Verdict", "__version__", "cluster", "compare", "dedup",
    "signature_version",
]  # fmt: skip
