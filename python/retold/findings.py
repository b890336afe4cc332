# SPDX-License-Identifier: Apache-2.0
"""What cluster and compare find."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import _retold, show
from .documents import Document, Skipped, Text, skipped_of

Stored = Callable[[int, str], Text]
"""What a document (by its number) has in its field text or title, as it was given."""


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """One end of a passage: a document's id, and where it stands in its text (or title).

    `begin` and `end` count characters of a text that was given as str, so that `given[begin:end] == side.text`; bytes of one that
    was given as bytes; and for what was read from files, characters of `Document.text` (or `.title`).
    """

    document: str
    field: str
    begin: int
    end: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """Two figures of one kind (number, percent, currency, time, year) that stand in the same place of two statements and disagree."""

    kind: str
    a: Side
    b: Side


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """What two documents have in common. `kind`: identical, shared, paraphrased or related; `score`: from 0 to 1, how likely both
    state the same; `conflicts`: figures that disagree."""

    kind: str
    score: float
    a: Side
    b: Side
    conflicts: tuple[Conflict, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """Two documents that belong together, and why. `score` is in the measure of its level, `jaccard` of shingles."""

    a: str
    b: str
    level: str
    score: float
    jaccard: float
    reasons: list[str]


class _Told:
    """The clustering a group is of, to show its sentences: no field, so it is neither compared nor copied."""

    __slots__ = ("_told",)
    _told: Clustering


@dataclasses.dataclass(frozen=True, slots=True)
class Group(_Told):
    """Documents by their ids. `near` and `exact` are subgroups of two or more; `cohesion` goes from 0 to 1. In a notebook it shows its
    sentences."""

    level: str
    title: str
    documents: list[str]
    representative: str
    near: list[list[str]]
    exact: list[list[str]]
    cohesion: float

    def _repr_html_(self) -> str:
        told = getattr(self, "_told", None)
        members = set(self.documents)
        passages = [] if told is None else [p for p in told.passages if p.a.document in members and p.b.document in members]
        return show.story(self, passages)


class _Report:
    """What results have in common: `json()` and `html()` as the program writes them, `text()`; in a notebook they show themselves."""

    def __init__(self, found: Any, stored: Stored | None, names: list[str]):
        self._found, self._stored, self._names = found, stored, names

    def json(self) -> str:
        return str(self._found.json())

    def html(self) -> str:
        """A page that needs no other file and no network."""
        return str(self._found.html())

    def text(self, width: int = 80, colour: bool = False) -> str:
        """For a terminal of so many columns."""
        return str(self._found.text(width, colour))

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return show.frame(self.html())

    @functools.cached_property
    def documents(self) -> list[Document]:
        """As they were read, in the order of their ids; of a comparison, a and b."""
        return [Document(*each) for each in self._found.documents]

    @functools.cached_property
    def passages(self) -> list[Passage]:
        raw = self._found.passages(self._stored is not None)
        ends = [end for _, _, a, b, conflicts in raw for end in (a, b, *(end for _, *both in conflicts for end in both))]
        sides = _sides(ends, self._names, self._stored or self._as_read)
        return [
            Passage(kind, score, sides[a], sides[b], tuple(Conflict(what, sides[x], sides[y]) for what, x, y in conflicts))
            for kind, score, a, b, conflicts in raw
        ]

    def _as_read(self, document: int, field: str) -> Text:
        return str(getattr(self.documents[document], field))

    def _passages_table(self) -> Any:
        rows = [
            (p.kind, p.score, *(getattr(side, name) for side in (p.a, p.b) for name, _ in _SIDE_COLUMNS),
             [f"{c.a.text} ≠ {c.b.text}" for c in p.conflicts])
            for p in self.passages
        ]  # fmt: skip
        ends = [(f"{end}_{name}", kind) for end in "ab" for name, kind in _SIDE_COLUMNS]
        return _table(rows, [("kind", "string"), ("score", "double"), *ends, ("conflicts", "strings")])


End = tuple[int, str, int, int]
_SIDE_COLUMNS = [("document", "string"), ("field", "string"), ("begin", "int64"), ("end", "int64"), ("text", "string")]
_LINK_COLUMNS = [("a", "string"), ("b", "string"), ("level", "string"), ("score", "double"), ("jaccard", "double"), ("reasons", "strings")]
_DOCUMENT_COLUMNS = [("document", "string"), ("place", "int64"), ("group", "int64"), ("level", "string"), ("representative", "string"),
                     ("title", "string")]  # fmt: skip


def _sides(ends: Iterable[End], names: list[str], stored: Stored) -> dict[End, Side]:
    """Each text is gone through once, however many ends it has."""
    by_text: dict[tuple[int, str], list[End]] = {}
    for end in set(ends):
        by_text.setdefault(end[:2], []).append(end)
    out = {}
    for (document, field), all_of_it in by_text.items():
        text = stored(document, field)
        places = sorted({place for end in all_of_it for place in end[2:]})
        characters = _retold.characters_before(text, places) if isinstance(text, str) else places
        where = dict(zip(places, characters))
        for end in all_of_it:
            begin, stop = where[end[2]], where[end[3]]
            cut = text[begin:stop]
            out[end] = Side(names[document], field, begin, stop, cut if isinstance(cut, str) else cut.decode(errors="replace"))
    return out


def _table(rows: Sequence[Sequence[Any]], columns: list[tuple[str, str]]) -> Any:
    import pyarrow

    kinds = {"string": pyarrow.string(), "double": pyarrow.float64(), "int64": pyarrow.int64(), "bool": pyarrow.bool_(),
             "strings": pyarrow.list_(pyarrow.string())}  # fmt: skip
    return pyarrow.table({name: pyarrow.array([row[i] for row in rows], kinds[kind]) for i, (name, kind) in enumerate(columns)})


class Clustering(_Report):
    """What `cluster` found. Every document is in exactly one of `groups`, the largest first.

    Of files: `skipped` are those that could not be read, `ignored` those not meant to be, `notes` what one may want to know.
    """

    def __init__(self, found: Any, stored: Stored | None, read: Any):
        super().__init__(found, stored, found.ids)
        self.skipped: list[Skipped] = skipped_of(read.skipped)
        self.ignored: list[Skipped] = skipped_of(read.ignored)
        self.notes: list[str] = read.notes

    @functools.cached_property
    def groups(self) -> list[Group]:
        name = self._names.__getitem__

        def names(of: list[list[int]]) -> list[list[str]]:
            return [[name(d) for d in each] for each in of]

        out = [
            Group(level, title, [name(d) for d in documents], name(representative), names(near), names(exact), cohesion)
            for level, title, documents, representative, near, exact, cohesion in self._found.groups
        ]
        for group in out:
            object.__setattr__(group, "_told", self)
        return out

    @functools.cached_property
    def links(self) -> list[Link]:
        name = self._names.__getitem__
        return [Link(name(a), name(b), *rest) for a, b, *rest in self._found.links]

    def to_arrow(self, what: str = "documents") -> Any:
        """A pyarrow table. `what`: "documents", a row for each with its group, by groups, and `place`, where it stood in what was given (of
        files: as they were read); "links"; or "passages". Needs pyarrow."""
        if what == "passages":
            return self._passages_table()
        if what == "links":
            rows: list[Any] = [tuple(getattr(each, name) for name, _ in _LINK_COLUMNS) for each in self.links]
            return _table(rows, _LINK_COLUMNS)
        if what != "documents":
            raise ValueError(f"{what!r} is not documents, links or passages")
        place = dict(zip(self._names, self._found.places))
        rows = [(d, place[d], i, g.level, g.representative, g.title) for i, g in enumerate(self.groups) for d in g.documents]
        return _table(rows, _DOCUMENT_COLUMNS)

    def __repr__(self) -> str:
        return f"<retold.Clustering: {len(self._names)} documents in {len(self.groups)} groups>"

    def _repr_html_(self) -> str:
        page = self.html()
        return show.frame(page) if len(page) <= show.MOST_IN_A_FRAME else show.overview(self.groups, self._passages_by_group())

    def _passages_by_group(self) -> dict[int, list[Passage]]:
        group_of = {d: i for i, g in enumerate(self.groups) for d in g.documents}
        out: dict[int, list[Passage]] = {}
        for p in self.passages:
            out.setdefault(group_of[p.a.document], []).append(p)
        return out


class Comparison(_Report):
    """What `compare` found: `jaccard`, `containment` (of a in b, of b in a), `simhash` (estimated cosine), `passages`."""

    @property
    def jaccard(self) -> float:
        return float(self._found.similarity[0])

    @property
    def containment(self) -> tuple[float, float]:
        _, of_a, of_b, _ = self._found.similarity
        return of_a, of_b

    @property
    def simhash(self) -> float:
        return float(self._found.similarity[3])

    def to_arrow(self) -> Any:
        """A pyarrow table with a row for each passage. Needs pyarrow."""
        return self._passages_table()

    def __repr__(self) -> str:
        return f"<retold.Comparison: Jaccard {self.jaccard:.3f}, {len(self.passages)} passages>"
