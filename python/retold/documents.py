# SPDX-License-Identifier: Apache-2.0
"""What users have – strings, mappings, tables, paths – as what the engine takes."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Union

Text = Union[str, bytes]
Path = Union[str, "os.PathLike[str]", "os.PathLike[bytes]"]


class Fields(NamedTuple):
    """The names that a document's fields have: of a mapping, of a table's columns, of JSONL."""

    id: str = "id"
    text: str = "text"
    title: str = "title"
    date: str = "date"
    source: str = "source"
    language: str = "language"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: `text` is what a reader sees. `input`: the file, or FILE:LINE; empty for what came from memory."""

    id: str
    text: str
    title: str
    date: str
    source: str
    language: str
    input: str
    warnings: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Skipped:
    """An input that was not read, and why."""

    input: str
    reason: str


def is_missing(value: Any) -> bool:
    """None, NaN, and what pandas has for them."""
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def as_text(value: Any) -> Text | None:
    if isinstance(value, (str, bytes)):
        return value
    if is_missing(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def values_of(column: Any) -> list[Any]:
    return column.to_pylist() if hasattr(column, "to_pylist") else list(column)


def is_table(given: Any) -> bool:
    """pyarrow, pandas, polars, and what else has columns by names."""
    return hasattr(given, "column_names") or hasattr(given, "columns")


def is_column(given: Any) -> bool:
    return hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__")


def names_of(table: Any) -> list[str]:
    return list(table.column_names if hasattr(table, "column_names") else table.columns)


def require_column(names: Sequence[str], name: str, what: str) -> None:
    """Raises ValueError naming the columns that there are."""
    if name not in names:
        raise ValueError(f"no column {name!r} for the {what}; there are {', '.join(map(repr, names))}")


def require_fields(names: Sequence[str], fields: Fields, text: bool = True) -> None:
    """The `text` must be there, and of the others what was named; None and "" name none."""
    for what, name, usual in zip(Fields._fields, fields, Fields()):
        if (text and what == "text") or (name and name != usual):
            require_column(names, name, what)


class Rows:
    """Mappings as a table."""

    def __init__(self, rows: list[Any], text: str):
        self._rows = [row if isinstance(row, Mapping) else {text: row} for row in rows]
        self.column_names = list(dict.fromkeys(str(name) for row in self._rows for name in row))

    def __getitem__(self, name: str) -> list[Any]:
        return [row.get(name) for row in self._rows]


def listed(given: Any) -> list[Any]:
    """Raises TypeError for what would be taken apart."""
    if isinstance(given, (Mapping, bytes, bytearray)) or not isinstance(given, Iterable):
        raise TypeError("many texts are wanted, not one: a list of str or of mappings, or a column")
    return list(given)


def columns_of(documents: Any, fields: Fields) -> list[Any]:
    """id, text, title, date, source, language, each a column or None."""
    if is_table(documents):
        names = names_of(documents)
        require_fields(names, fields)
        at_rest = (fields.text, fields.title)  # read where they lie; the others may be numbers, dates, categories
        return [
            None if name not in names else documents[name] if name in at_rest else list(map(as_text, values_of(documents[name])))
            for name in fields
        ]
    if is_column(documents):
        return [None, documents, None, None, None, None]
    documents = listed(documents)
    if all(not isinstance(d, Mapping) for d in documents):
        return [None, documents, None, None, None, None]
    rows = Rows(documents, fields.text)
    titled = fields.title in rows.column_names  # which stands for a text that is missing
    require_fields(rows.column_names, fields, text=not titled)
    return [[as_text(value) for value in rows[name]] for name in fields]


def paths_in(given: Any) -> list[bytes] | None:
    """A str or PathLike is a path, and so is each PathLike of a list; None: something else was given. Raises FileNotFoundError where
    there is none of them, as for a text that was meant to be compared."""
    paths = [given] if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(paths, Sequence) or isinstance(paths, (bytes, bytearray)) or not paths:
        return None
    if not isinstance(given, str) and not all(isinstance(path, os.PathLike) for path in paths):
        return None
    if not any(map(os.path.lexists, paths)):
        name = os.fsdecode(paths[0])
        shown = name if len(name) <= 200 else name[:200] + "…"
        hint = " (texts are given as a list, also a single one)" if isinstance(given, str) else ""
        raise FileNotFoundError(f"{shown}: no such file or folder; check the path{hint}")
    return [os.fsencode(path) for path in paths]


def options_of(**given: Any) -> dict[str, Any]:
    """Without those that are None: they are as they are by default."""
    return {name: value for name, value in given.items() if value is not None}


def skipped_of(pairs: Iterable[tuple[str, str]]) -> list[Skipped]:
    return [Skipped(*pair) for pair in pairs]
