# SPDX-License-Identifier: Apache-2.0
"""retold: duplicates, near-duplicates and retold stories, with the sentences to prove it.

    import retold
    found = retold.cluster(["first article …", "second article …"])
    for story in found.groups:
        print(story.title, story.documents)

The same engine and the same answers as the program and the C++ library. Long work is done without the GIL, on all cores unless `threads`
says otherwise; the number of threads never changes a result.

Texts are a list of str or bytes, or a column of them: anything with the Arrow C interface (pyarrow, pandas, polars), which is read
where it lies. What is wrong with an option is a ValueError, what cannot be read or written an OSError, each with the message that
the program gives.
"""

from ._retold import signature_version
from ._retold import version as __version__
from .groups import Clustering, Comparison, Deduplicated, Group, Link, Match, Passage, Side, cluster, compare, dedup
from .seen import Index, Seen, Verdict
from .sketches import MinHash, MinHashLSH, SimHash

__all__ = [
    "Clustering", "Comparison", "Deduplicated", "Group", "Index", "Link", "Match", "MinHash", "MinHashLSH", "Passage", "Seen", "Side",
    "SimHash", "Verdict", "__version__", "cluster", "compare", "dedup", "signature_version",
]  # fmt: skip
