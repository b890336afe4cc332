# SPDX-License-Identifier: Apache-2.0
"""The index: what has been seen, in a folder that lasts."""

from __future__ import annotations

import dataclasses
import datetime
import numbers
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union

from . import _retold
from .documents import Path, Text, is_missing, options_of, values_of
from .progress import Progress, shown

FAR = 1 << 62  # seconds
Date = Union[int, float, str, datetime.datetime, datetime.date, None]


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of a record: `status` is new, exact, near or story; `of` the id of the document that it repeats, or is (None
    for a record without words or id, which is not kept); `story` that of the article which opened its story, at level story."""

    status: str
    of: str | None
    similarity: float
    story: str | None
    repeated: bool
    changed_id: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A document of the index like the one asked about. Times are seconds since 1970-01-01 UTC."""

    id: str
    scope: str
    status: str
    similarity: float
    arrived: int
    date: int | None
    story: str | None


def _names(given: Iterable[Any]) -> list[Any]:
    if isinstance(given, (str, bytes)):
        raise TypeError(f"many names are wanted, not one: [{given!r}]")
    return list(given)


def _id(given: Any) -> Any:
    """Numbers are ids, too; whole ones as pandas has them beside missing ones."""
    if isinstance(given, numbers.Integral) and not isinstance(given, bool):
        return str(int(given))
    if isinstance(given, float) and not is_missing(given):
        return str(int(given) if given.is_integer() else given)
    return given


def _ids(given: Any) -> list[Any]:
    if isinstance(given, (str, bytes, Mapping)):
        raise TypeError(f"many ids are wanted, not {type(given).__name__}: a list")
    return [_id(each) for each in values_of(given)]


def _written(date: str, whole: bool) -> int | None:
    """Records' dates are read as the program reads them, as far as they can be; of what says which documents go, all must be meant."""
    if not date.strip():
        return None
    read: float | None = _retold.second(date) if whole else _retold.seconds([date])[0]
    if read is None or read != read:
        raise ValueError(f"{date!r} is no date; ISO 8601 is: 2026-11-02, 2026-11-02T08:30:00Z")
    return int(read)


def _seconds(date: Any, whole: bool = False) -> int | None:
    if is_missing(date):
        return None
    if isinstance(date, str):
        return _written(date, whole)
    if type(date).__module__ == "numpy" and hasattr(date, "astype") and date.dtype.kind == "M":
        date = date.astype("datetime64[s]").astype(object)
    if isinstance(date, datetime.date) and not isinstance(date, datetime.datetime):
        date = datetime.datetime.combine(date, datetime.time())
    if isinstance(date, datetime.datetime):
        return int((date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)).timestamp())
    if isinstance(date, (numbers.Integral, float)) and not isinstance(date, bool):
        seconds = date if isinstance(date, float) else int(date)
        if not -FAR < seconds < FAR:
            raise ValueError(f"{date!r} is no date: seconds since 1970 are smaller")
        return int(seconds)
    raise TypeError(f"a date is a datetime, a date, ISO 8601 or seconds since 1970, not {date!r}")


def _moment(date: Date) -> int:
    """A date that must be there."""
    seconds = _seconds(date, whole=True)
    if seconds is None:
        raise TypeError(f"a date is a datetime, a date, ISO 8601 or seconds since 1970, not {date!r}")
    return seconds


class Index:
    """Opens the index in that folder, or makes one. What is None is as it was made, or for a new one the default: level near (exact, near,
    story), threshold 0.8, preset news, 128 slots, texts not stored, a window of 7 days.

        with retold.Index("seen.index") as seen:
            verdicts = seen.add(texts, ids=ids)
            new = [text for text, v in zip(texts, verdicts) if v.status == "new"]

    What `add` returned is in the index, also when the process is killed. One process writes at a time; any number may open it with
    `read_only`. Methods may be called from several threads.

    At level story: `window`, days that articles of one story lie apart at most (0: no limit), and `story_threshold`, what they have in
    common at least. `store_text`: compare exactly. `memory`: bytes, or "1G". `sync`: wait for the disk. Raises ValueError for options,
    and for others than the index was made with; OSError for a folder that is no index, or cannot be written to.
    """

    def __init__(
        self,
        folder: Path,
        level: str | None = None,
        threshold: float | None = None,
        *,
        preset: str | None = None,
        shingle: str | None = None,
        slots: int | None = None,
        recall: float | None = None,
        store_text: bool | None = None,
        window: int | None = None,
        story_threshold: float | None = None,
        read_only: bool = False,
        memory: int | str = "1G",
        threads: int = 0,
        sync: bool = False,
    ) -> None:
        if read_only and folder and not os.path.lexists(folder):
            raise FileNotFoundError(f"{os.fsdecode(folder)}: no index there; without read_only one is made")
        made_with = options_of(level=level, threshold=threshold, preset=preset, shingle=shingle, slots=slots, recall=recall,
                               store_text=store_text, window=window, story_threshold=story_threshold)  # fmt: skip
        use = {"read_only": read_only, "memory": memory, "threads": threads, "sync": sync}
        self._index = _retold.Index(os.fsencode(folder), {**made_with, **use})
        self._scopes = set(self.scopes)

    def add(
        self,
        texts: Any,
        *,
        ids: Any = None,
        titles: Any = None,
        dates: Sequence[Date] | None = None,
        scope: str = "default",
        search: Iterable[str] = (),
        search_all: bool = False,
        now: Date = None,
        progress: Progress = None,
    ) -> list[Verdict]:
        """Judges the records one after the other and keeps what is new. A record that comes again (same id, same words) gets the answer it
        got and changes nothing. `search`: scopes to compare with besides its own; of the first records of an index it may name any.
        Dates are datetimes, ISO 8601, or seconds since 1970.
        `progress`: as of `dedup`; Ctrl-C ends it after some thousands, and what was added until then stays."""
        seconds = None if dates is None else [_seconds(d) for d in dates]
        when = int(time.time()) if is_missing(now) else _moment(now)
        others = [name for name in _names(search) if name != scope]
        if others and (self._scopes or self.scopes):  # the first records cannot have been anywhere else
            self._known(others)
        with shown(progress) as look:
            told = self._index.add(texts, None if ids is None else _ids(ids), titles, seconds, scope, others, search_all, when, look)
        return [Verdict(*v) for v in told]

    def _known(self, scopes: Iterable[str]) -> list[str]:
        """Raises ValueError for one that is not there, which would go unnoticed."""
        wanted = _names(scopes)
        if not self._scopes.issuperset(wanted):
            self._scopes.update(self.scopes)  # they are made, and stay
        for name in wanted:
            if name not in self._scopes:
                there = ", ".join(map(repr, sorted(self._scopes)))
                raise ValueError(f"no scope {name!r}; " + (f"there are {there}" if there else "there is none"))
        return wanted

    def query(
        self, text: Text, *, title: Text | None = None, date: Date = None, scopes: Iterable[str] = ()
    ) -> list[Seen]:
        """What is within the threshold of a text, most similar first; changes nothing. No scopes: all."""
        return [Seen(*m) for m in self._index.query(text, title, _seconds(date), self._known(scopes))]

    def find(self, id: str | int, scopes: Iterable[str] = ()) -> list[Seen]:
        """The documents of an id, and those that a record of it was taken for a duplicate of."""
        return [Seen(*m) for m in self._index.find(_id(id), self._known(scopes))]

    def remove(self, ids: Iterable[str | int], scopes: Iterable[str] = ()) -> int:
        """Returns how many documents there were."""
        return self._index.remove([_id(each) for each in _names(ids)], self._known(scopes))

    def expire(self, before: Date, scopes: Iterable[str] = ()) -> int:
        """All dated before that, or if undated, which came before. Returns how many there were."""
        return self._index.expire(_moment(before), self._known(scopes))

    def merge(self, other: Index) -> int:
        """Adds the documents of another index, made with the same options, as if they came now. Returns how many were new."""
        if not isinstance(other, Index):
            raise TypeError(f"another Index is wanted, not {type(other).__name__}: retold.Index(folder, read_only=True)")
        return self._index.merge(other._index)

    def compact(self) -> None:
        self._index.compact()

    def verify(self) -> list[str]:
        """Reads everything. What is wrong; nothing if all is well."""
        return self._index.verify()

    @property
    def scopes(self) -> dict[str, int]:
        """How many documents each has."""
        return self._index.scopes()

    @property
    def bytes(self) -> int:
        """On disk."""
        return self._index.bytes()

    def __len__(self) -> int:
        return self._index.documents()

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
