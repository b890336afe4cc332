# SPDX-License-Identifier: Apache-2.0
"""cluster, compare and dedup."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import _retold

FIELDS = ("id", "text", "title", "date", "source", "language")


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """One end of a passage: a document's id, and where it stands there, in bytes of the UTF-8 of its text (or title)."""

    document: str
    field: str
    begin: int
    end: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """What two documents have in common: `kind` is identical, shared, paraphrased or related."""

    kind: str
    score: float
    a: Side
    b: Side


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """Two documents that belong together, and why."""

    a: str
    b: str
    level: str
    score: float
    jaccard: float
    reasons: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Documents by their ids. `near` and `exact` are subgroups of two or more; `cohesion` goes from 0 to 1."""

    level: str
    title: str
    documents: list[str]
    representative: str
    near: list[list[str]]
    exact: list[list[str]]
    cohesion: float


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A text that an earlier one is a duplicate of: `of` is its place, its own if it is kept."""

    of: int
    similarity: float
    exact: bool


class _Report:
    """What a result can show: `json()`, `html()` as the program writes them, `text()`; in a notebook it shows itself."""

    def __init__(self, found: Any, given: Callable[[], list[tuple[bytes, bytes]]], names: list[str]):
        self._found, self._make_given, self._names = found, given, names

    @functools.cached_property
    def _given(self) -> list[tuple[bytes, bytes]]:
        return self._make_given()

    def json(self) -> str:
        return self._found.json()

    def html(self) -> str:
        return self._found.html()

    def text(self, width: int = 80, colour: bool = False) -> str:
        return self._found.text(width, colour)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        page = self.html().replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40em; border: 0" sandbox="allow-scripts"></iframe>'

    def _side(self, end: tuple[int, str, int, int]) -> Side:
        document, field, begin, end_ = end
        text = self._given[document][1 if field == "title" else 0][begin:end_]
        return Side(self._names[document], field, begin, end_, text.decode(errors="replace"))

    @functools.cached_property
    def passages(self) -> list[Passage]:
        return [Passage(kind, score, self._side(a), self._side(b)) for kind, score, a, b in self._found.passages]


class Clustering(_Report):
    """What `cluster` found. Every document is in exactly one of `groups`, the largest first."""

    @functools.cached_property
    def groups(self) -> list[Group]:
        name = self._names.__getitem__

        def names(of: list[list[int]]) -> list[list[str]]:
            return [[name(d) for d in each] for each in of]

        return [
            Group(level, title, [name(d) for d in documents], name(representative), names(near), names(exact), cohesion)
            for level, title, documents, representative, near, exact, cohesion in self._found.groups
        ]

    @functools.cached_property
    def links(self) -> list[Link]:
        name = self._names.__getitem__
        return [Link(name(a), name(b), *rest) for a, b, *rest in self._found.links]

    def to_arrow(self) -> Any:
        """A pyarrow table with a row for each document: id, group, level, representative. Needs pyarrow."""
        import pyarrow

        rows = [(d, i, g.level, g.representative) for i, g in enumerate(self.groups) for d in g.documents]
        names = ("document", "group", "level", "representative")
        return pyarrow.table({name: [row[i] for row in rows] for i, name in enumerate(names)})

    def __repr__(self) -> str:
        return f"<retold.Clustering: {len(self._names)} documents in {len(self.groups)} groups>"


class Comparison(_Report):
    """What `compare` found: `jaccard`, `containment` (of a in b, of b in a), `simhash` (estimated cosine), `passages`."""

    @property
    def jaccard(self) -> float:
        return self._found.similarity[0]

    @property
    def containment(self) -> tuple[float, float]:
        return self._found.similarity[1:3]

    @property
    def simhash(self) -> float:
        return self._found.similarity[3]

    def __repr__(self) -> str:
        return f"<retold.Comparison: Jaccard {self.jaccard:.3f}, {len(self.passages)} passages>"


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")  # of pandas


def _bytes(text: str | bytes | None) -> bytes:
    return text if isinstance(text, bytes) else b"" if _missing(text) else text.encode()


def _as_text(value: Any) -> str | bytes | None:
    if isinstance(value, (str, bytes)):
        return value
    if _missing(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _field(of: Mapping[str, Any], name: str) -> str | bytes | None:
    return _as_text(of.get(name))


def _values(column: Any) -> list[Any]:
    return column.to_pylist() if hasattr(column, "to_pylist") else list(column)


def _columns(documents: Any) -> list[Any]:
    """id, text, title, date, source, language, each a column or None."""
    if hasattr(documents, "column_names") or hasattr(documents, "columns"):  # a table: pyarrow, polars, pandas
        names = list(getattr(documents, "column_names", None) or documents.columns)
        if "text" not in names:
            raise ValueError(f"a table of documents needs a column text; it has {', '.join(map(str, names))}")
        texts = ("text", "title")  # read where they lie; the others may be numbers, dates, categories
        return [
            None if name not in names else documents[name] if name in texts else [_as_text(v) for v in _values(documents[name])]
            for name in FIELDS
        ]
    if hasattr(documents, "__arrow_c_stream__") or hasattr(documents, "__arrow_c_array__"):
        return [None, documents, None, None, None, None]
    documents = list(documents)
    if all(not isinstance(d, Mapping) for d in documents):
        return [None, documents, None, None, None, None]
    rows = [d if isinstance(d, Mapping) else {"text": d} for d in documents]
    return [[_field(row, name) for row in rows] for name in FIELDS]


def _given(columns: list[Any], places: list[int]) -> list[tuple[bytes, bytes]]:
    """Text and title of each, as they are read: where there is no text, the title is it."""
    texts, titles = (None if columns[i] is None else _values(columns[i]) for i in (1, 2))
    out = []
    for place in places:
        title = _bytes(titles[place]) if titles else b""
        out.append((_bytes(texts[place]) or title, title))
    return out


def cluster(
    documents: Any,
    level: str = "story",
    *,
    threshold: float | None = None,
    window: int = 0,
    preset: str | None = None,
    shingle: str | None = None,
    slots: int | None = None,
    passages: bool = True,
    threads: int = 0,
) -> Clustering:
    """Groups documents into stories (or exact copies, near-duplicates, topics).

    `documents`: strings, or mappings with the fields id, text, title, date, source, language, of which text is enough; or a table with
    columns of these names. What has no id is called by its place, from "0". `threshold` is in the measure of the level (near:
    Jaccard). `window`: days beyond which articles do not meet, 0: no limit. The same documents give the same groups in every order.
    """
    columns = _columns(documents)
    found = _retold.cluster(columns, level, threshold, window, preset, shingle, slots, passages, threads)
    return Clustering(found, lambda: _given(columns, found.places), found.ids)


def compare(
    a: str | bytes | Mapping[str, Any],
    b: str | bytes | Mapping[str, Any],
    *,
    preset: str | None = None,
    shingle: str | None = None,
    spans: bool = False,
) -> Comparison:
    """Two documents side by side. `spans`: the longest spans of reuse in place of sentences."""
    rows = [d if isinstance(d, Mapping) else {"text": d} for d in (a, b)]
    fields = [[_field(row, name) for name in FIELDS] for row in rows]
    found = _retold.compare(fields[0], fields[1], preset, shingle, spans)
    names = [_bytes(f[0]).decode(errors="replace") or "ab"[i] for i, f in enumerate(fields)]
    return Comparison(found, lambda: [(_bytes(f[1]) or _bytes(f[2]), _bytes(f[2])) for f in fields], names)


@dataclasses.dataclass(frozen=True, slots=True)
class Deduplicated(Sequence):
    """A verdict for each text, in their order; `kept` are the places of those that stay."""

    matches: list[Match]

    def __getitem__(self, place):
        return self.matches[place]

    def __len__(self) -> int:
        return len(self.matches)

    @property
    def kept(self) -> list[int]:
        return [i for i, m in enumerate(self.matches) if m.of == i]


def dedup(
    texts: Iterable[str | bytes] | Any,
    *,
    level: str = "near",
    threshold: float = 0.8,
    preset: str | None = None,
    shingle: str | None = None,
    slots: int | None = None,
    recall: float = 0.95,
    verify: str = "exact",
    threads: int = 0,
) -> Deduplicated:
    """Each text joins the earliest kept one within the threshold, or is kept: groups never chain."""
    of, similarity, exact = _retold.dedup(texts, level, threshold, preset, shingle, slots, recall, verify, threads)
    return Deduplicated([Match(*each) for each in zip(of, similarity, exact)])
