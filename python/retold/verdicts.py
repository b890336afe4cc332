# SPDX-License-Identifier: Apache-2.0
"""What dedup says of texts, and what it did with files."""

from __future__ import annotations

import dataclasses
import functools
from array import array
from collections.abc import Sequence
from typing import Any, overload

from .documents import Skipped


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """What a text is a duplicate of: `of` is the place of that one, its own if it is kept; `exact`: the same words."""

    of: int
    similarity: float
    exact: bool


@dataclasses.dataclass(frozen=True, repr=False)
class Deduplicated(Sequence[Match]):
    """A verdict for each text, in their order.

        found = retold.dedup(table)
        found.survivors()       # the table without duplicates
        found.kept              # places of the rows that stay
        found[7]                # what was said of the eighth
    """

    of: array[int]
    similarity: array[float]
    exact: array[int]
    given: Any = dataclasses.field(default=None, compare=False)

    @overload
    def __getitem__(self, place: int) -> Match: ...
    @overload
    def __getitem__(self, place: slice) -> list[Match]: ...
    def __getitem__(self, place: int | slice) -> Match | list[Match]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return Match(self.of[place], self.similarity[place], bool(self.exact[place]))

    def __len__(self) -> int:
        return len(self.of)

    @property
    def matches(self) -> list[Match]:
        return list(self)

    @functools.cached_property
    def kept(self) -> list[int]:
        return [i for i, of in enumerate(self.of) if of == i]

    @functools.cached_property
    def groups(self) -> list[list[int]]:
        """Places of those that are one, two or more, the kept one first."""
        out: dict[int, list[int]] = {}
        for i, of in enumerate(self.of):
            if of != i:
                out.setdefault(of, [of]).append(i)
        return [out[of] for of in sorted(out)]

    def survivors(self, of: Any = None) -> Any:
        """What stays of the table, column or list that was given; or of another one of as many rows (the embeddings of the texts, say).
        Of the same kind: pyarrow, pandas, polars, numpy, a dataset with `select`, a list."""
        of = self.given if of is None else of
        if _rows(of) != len(self):
            raise ValueError(f"{_rows(of)} rows, not {len(self)}")
        return _take(of, self.kept)

    def to_arrow(self) -> Any:
        """A pyarrow table with a row for each text: place, of, similarity, exact, kept. Needs pyarrow."""
        import pyarrow

        def column(numbers: array[Any], kind: Any) -> Any:
            return pyarrow.Array.from_buffers(kind, len(self), [None, pyarrow.py_buffer(numbers)])

        place, of = pyarrow.array(range(len(self)), pyarrow.uint32()), column(self.of, pyarrow.uint32())
        exact = column(self.exact, pyarrow.uint8()).cast(pyarrow.bool_())
        kept = pyarrow.array((p == i for i, p in enumerate(self.of)), pyarrow.bool_(), size=len(self))
        similarity = column(self.similarity, pyarrow.float64())
        return pyarrow.table({"place": place, "of": of, "similarity": similarity, "exact": exact, "kept": kept})

    def __repr__(self) -> str:
        return f"<retold.Deduplicated: {len(self)} texts, {len(self.kept)} kept>"


def _rows(of: Any) -> int:
    return int(of.num_rows) if hasattr(of, "num_rows") and not callable(of.num_rows) else len(of)


def _take(of: Any, places: list[int]) -> Any:
    if hasattr(of, "iloc"):  # pandas
        return of.iloc[places]
    if isinstance(of, (list, tuple)):
        return [of[i] for i in places]
    if type(of).__module__.startswith("pyarrow"):
        return of.take(places)
    if hasattr(of, "column_names") and hasattr(of, "select"):  # a dataset of Hugging Face
        return of.select(places)
    return of[places]  # polars, numpy


@dataclasses.dataclass(frozen=True)
class DedupReport:
    """What was done with files. `kept` of `records` stay, the others are `exact` or `near` duplicates, in `groups` of two or more.

    `bytes`: read, decompressed; of them, `resumed_bytes` were known from an interrupted run. `bad`: the first hundred of the `bad_lines`,
    which are no records. `skipped`: inputs that could not be read, or not whole; `ignored`: entries of folders that are not meant.
    `changed_ids`: ids that came again with another text. `candidates`: pairs compared. `notes`: what one may want to know.
    """

    output: str
    bytes: int
    records: int
    kept: int
    exact: int
    near: int
    groups: int
    changed_ids: int = 0
    bad_lines: int = 0
    candidates: int = 0
    hot_buckets: int = 0
    resumed_bytes: int = 0
    bad: list[Skipped] = dataclasses.field(default_factory=list)
    skipped: list[Skipped] = dataclasses.field(default_factory=list)
    ignored: list[Skipped] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
