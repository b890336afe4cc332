# SPDX-License-Identifier: Apache-2.0
"""cluster and compare."""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Union

from . import _retold
from .documents import Fields, Text, as_text, columns_of, options_of, paths_in, values_of
from .findings import Clustering, Comparison, Stored
from .progress import Progress, shown


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


def _why_none(read: Any, path: str | bytes | os.PathLike[Any]) -> str:
    """Of files that gave no document."""
    return ": ".join((read.skipped or read.ignored or [(os.fsdecode(path), "nothing to read")])[0])


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
    meet, but for near-copies. `preset`: news, web or short, what is compared: `shingle` word:3, word:5 or char:5. `passages=False`
    leaves out the sentences, which take longest. `threads`: 0 is all cores. `progress`: a bar by tqdm (True, False; None: on a
    terminal), or a function.

    The same documents give the same groups in every order. Raises ValueError for options, OSError for what cannot be read; single
    files that cannot are `skipped`.
    """
    fields = Fields(id, text, title, date, source, language)
    paths = paths_in(documents)
    options = options_of(level=level, threshold=threshold, window=window, preset=preset, shingle=shingle, sketch=sketch, slots=slots,
                         recall=recall, passages=passages, threads=threads)  # fmt: skip
    with shown(progress) as look:
        columns: list[Any] | None = None
        if paths is None:
            columns = columns_of(documents, fields)
            read = _retold.Documents.from_columns(columns)
        else:
            read = _retold.Documents.from_paths(paths, list(fields), look)
            if len(read) == 0:
                why = _why_none(read, paths[0])
                warnings.warn(f"no document was read: {why} (tables and Parquet are given as columns)", stacklevel=2)
        found = _retold.cluster(read, options, look)
    if window and found.undated:
        warnings.warn(f'no document has a date in "{date}", so the window has no effect; ISO 8601 is a date', stacklevel=2)
    return Clustering(found, None if columns is None else _stored(columns, found.places), read)


Comparable = Union[str, bytes, Mapping[str, Any], "os.PathLike[str]"]


def _one_read(path: Any) -> Any:
    read = _retold.Documents.from_paths(paths_in(path), list(Fields()), None)
    if len(read) == 0:
        raise OSError(_why_none(read, path))
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
