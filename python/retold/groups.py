# SPDX-License-Identifier: Apache-2.0
"""cluster and compare."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Union

from . import _retold, show
from .documents import Document, Fields, Skipped, Text, as_text, columns_of, options_of, paths_in, skipped_of, values_of
from .progress import Progress, shown

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
class Passage:
    """What two documents have in common. `kind`: identical, shared, paraphrased or related; `score`: from 0 to 1, how likely both
    state the same."""

    kind: str
    score: float
    a: Side
    b: Side


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
        sides = _sides([end for _, _, *ends in raw for end in ends], self._names, self._stored or self._as_read)
        return [Passage(kind, score, sides[a], sides[b]) for kind, score, a, b in raw]

    def _as_read(self, document: int, field: str) -> Text:
        return str(getattr(self.documents[document], field))

    def _passages_table(self) -> Any:
        rows = [(p.kind, p.score, *dataclasses.astuple(p.a), *dataclasses.astuple(p.b)) for p in self.passages]
        ends = [(f"{end}_{name}", kind) for end in "ab" for name, kind in _SIDE_COLUMNS]
        return _table(rows, [("kind", "string"), ("score", "double"), *ends])


End = tuple[int, str, int, int]
_SIDE_COLUMNS = [("document", "string"), ("field", "string"), ("begin", "int64"), ("end", "int64"), ("text", "string")]


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
        """A pyarrow table. `what`: "documents", a row for each with its group; "links"; or "passages". Needs pyarrow."""
        if what == "passages":
            return self._passages_table()
        if what == "links":
            kinds = ("string", "string", "string", "double", "double", "strings")
            return _table([dataclasses.astuple(each) for each in self.links], [*zip((f.name for f in dataclasses.fields(Link)), kinds)])
        if what != "documents":
            raise ValueError(f"{what!r} is not documents, links or passages")
        rows = [(d, i, g.level, g.representative, g.title) for i, g in enumerate(self.groups) for d in g.documents]
        return _table(rows, [("document", "string"), ("group", "int64"), ("level", "string"), ("representative", "string"),
                             ("title", "string")])  # fmt: skip

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


def _stored(columns: list[Any], places: Sequence[int]) -> Stored:
    """Text and title as they were given: where there is no text, the title is it."""

    @functools.lru_cache(maxsize=None)
    def values(column: int) -> list[Any]:
        return [] if columns[column] is None else values_of(columns[column])

    def stored(document: int, field: str) -> Text:
        texts, titles, place = values(1), values(2), places[document]
        title = as_text(titles[place]) if titles else None
        return (title if field == "title" else as_text(texts[place]) or title) or ""

    return stored


def cluster(
    documents: Any,
    level: str = "story",
    *,
    threshold: float | None = None,
    window: int | None = None,
    preset: str | None = None,
    shingle: str | None = None,
    sketch: str | None = None,
    slots: int | None = None,
    recall: float | None = None,
    passages: bool = True,
    id: str = "id",
    text: str = "text",
    title: str = "title",
    date: str = "date",
    source: str = "source",
    language: str = "language",
    threads: int = 0,
    progress: Progress = None,
) -> Clustering:
    """Groups documents into stories, or exact copies, near-duplicates, topics.

    `documents`: a list of strings (bytes are UTF-8), of mappings with the fields id, text, title, date, source, language, of which text is
    enough; a column of texts; a table with columns of these names; or a path (a str or PathLike, or a list of PathLikes) of files and
    folders: text, Markdown, HTML, JSONL, also .gz and .zst. What has no id is called by its place, from "0"; in files as the program
    calls it. `id` … `language`: the names of the fields, where they have others.

    `threshold` is in the measure of the level (near: Jaccard of shingles, default 0.8). `window`: days beyond which articles do not
    meet. `preset`: news, web or short, what is compared: `shingle` word:3, word:5 or char:5. `passages=False` leaves out the sentences,
    which take longest. `threads`: 0 is all cores. `progress`: a bar by tqdm (True, False; None: on a terminal), or a function.

    The same documents give the same groups in every order. Raises ValueError for options, OSError for what cannot be read; single
    files that cannot are `skipped`.
    """
    fields = Fields(id, text, title, date, source, language)
    paths = paths_in(documents)
    options = options_of(level=level, threshold=threshold, window=window, preset=preset, shingle=shingle, sketch=sketch, slots=slots,
                         recall=recall, passages=passages, threads=threads)  # fmt: skip
    with shown(progress) as look:
        if paths is not None:
            read = _retold.Documents.from_paths(paths, list(fields), look)
            return Clustering(_retold.cluster(read, options, look), None, read)
        columns = columns_of(documents, fields)
        read = _retold.Documents.from_columns(columns)
        found = _retold.cluster(read, options, look)
        return Clustering(found, _stored(columns, found.places), read)


Comparable = Union[str, bytes, Mapping[str, Any], "os.PathLike[str]"]


def _one_read(path: Any) -> Any:
    read = _retold.Documents.from_paths(paths_in(path), list(Fields()), None)
    if len(read) == 0:
        skipped, reason = (read.skipped or [(os.fsdecode(path), "nothing to read")])[0]
        raise OSError(f"{skipped}: {reason}")
    if len(read) > 1:
        raise ValueError(f"{os.fsdecode(path)}: {len(read)} documents; compare takes one")
    return read


def compare(
    a: Comparable,
    b: Comparable,
    *,
    preset: str | None = None,
    shingle: str | None = None,
    spans: bool = False,
) -> Comparison:
    """Two documents side by side: texts (str or UTF-8 bytes), mappings with the fields of `cluster`, or files (as PathLike: a str is a
    text). `spans`: the longest spans of reuse in place of sentences."""
    of_files = [isinstance(d, os.PathLike) for d in (a, b)]
    if any(of_files) and not all(of_files):
        raise TypeError("both are files, or neither is")
    options = options_of(preset=preset, shingle=shingle, spans=spans)
    if all(of_files):
        found = _retold.compare(_one_read(a), _one_read(b), options)
        return Comparison(found, None, [document[0] for document in found.documents])
    columns = [columns_of([d], Fields()) for d in (a, b)]
    one, two = (_retold.Documents.from_columns(each) for each in columns)
    found = _retold.compare(one, two, options)
    stored = [_stored(each, [0]) for each in columns]
    names = [document[0] or "ab"[i] for i, document in enumerate(found.documents)]
    return Comparison(found, lambda document, field: stored[document](0, field), names)
