# SPDX-License-Identifier: Apache-2.0
"""One line of the table of accuracy: what each of the modules beside this one yields for each collection it measures.

A module NAME.py of this folder has a function

    rows(program: pathlib.Path, data: pathlib.Path, work: pathlib.Path) -> Iterator[Row]

that runs the program over its part of `data` at the defaults (`work` is an empty folder to write to) and yields a Row for each
collection. `run` calls them all.
"""
import dataclasses


@dataclasses.dataclass
class Row:
    level: str  # what is measured: stories, topic, near, pairs, links, spans, …
    name: str  # the collection
    language: str  # BCP 47
    figures: dict[str, float]  # name → value, in the order to show them
    seconds: float  # of the program alone
    system: str = "retold"  # or what stands beside it in the table: a baseline, what others published
