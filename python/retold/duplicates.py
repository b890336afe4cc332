# SPDX-License-Identifier: Apache-2.0
"""dedup."""

from __future__ import annotations

import dataclasses
import os
import warnings
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Union, overload

from . import _retold
from .documents import Fields, Path, Rows, as_text, is_column, is_missing, is_table, listed
from .documents import names_of, options_of, paths_in, require_column, require_fields, skipped_of, values_of
from .progress import Progress, shown
from .verdicts import Deduplicated, DedupReport

IN_BYTES = ("read", "sign", "write")


NONE = float("nan")


def _number(value: Any) -> float:
    is_number = not is_missing(value) and not isinstance(value, (bool, str, bytes)) and hasattr(value, "__float__")
    return float(value) if is_number else NONE


def _dates(values: list[Any]) -> list[float]:
    """Seconds since 1970 of datetimes, dates, and what is written as ISO 8601 or as in feeds; a number is such seconds."""
    numbers = [_number(value) for value in values]
    written = _retold.seconds([as_text(value) for value in values])
    return [number if number == number else second for number, second in zip(numbers, written)]


def rank_column(names: Sequence[str], keep: str | None, fields: Fields) -> tuple[str, str] | None:
    """A date or a number, and the column it is in, where the rule does not go by the text."""
    if keep in (None, "first", "longest"):
        return None
    what, name = ("date", fields.date) if keep == "newest" else ("number", str(keep))
    require_column(names, name, f"{what} to keep by")
    return what, name


def _ranks(table: Any, keep: str | None, fields: Fields) -> list[float]:
    """How good each row is to keep."""
    by = rank_column(names_of(table), keep, fields)
    if by is None:
        return []
    what, name = by
    values = values_of(table[name])
    ranks = _dates(values) if what == "date" else [_number(value) for value in values]
    if ranks and all(rank != rank for rank in ranks):
        warnings.warn(f'no record has a {what} in field "{name}": the first ones stay', stacklevel=5)
    return ranks


def of_texts(texts: Any, titles: Any, ranks: list[float], options: dict[str, Any], progress: Progress, given: Any) -> Deduplicated:
    with shown(progress) as look:
        columns = _retold.dedup(texts, [] if titles is None else titles, ranks, options, look)
    of, similarity, exact = columns
    return Deduplicated(array("I", of), array("d", similarity), array("B", exact), given)


def of_table(table: Any, fields: Fields, options: dict[str, Any], progress: Progress) -> Deduplicated:
    titles = table[fields.title] if fields.title in names_of(table) else None
    return of_texts(table[fields.text], titles, _ranks(table, options.get("keep"), fields), options, progress, table)


def _of_memory(given: Any, fields: Fields, options: dict[str, Any], progress: Progress) -> Deduplicated:
    table = given
    if isinstance(given, Sequence) and any(isinstance(each, Mapping) for each in given):
        table = Rows(list(given), fields.text)
    if is_table(table):
        require_fields(names_of(table), fields)
        return dataclasses.replace(of_table(table, fields, options, progress), given=given)
    if options.get("keep") not in (None, "first", "longest"):
        raise ValueError("texts in memory have neither dates nor fields: keep the first or the longest, or give a table")
    texts = given if is_column(given) else listed(given)
    return of_texts(texts, None, [], options, progress, given if hasattr(given, "__len__") else texts)


def _check_any_record(report: DedupReport) -> None:
    """As the program: a job that gives nothing because nothing could be read should not pass for one that found nothing."""
    if report.records:
        return
    if not (report.bad_lines or report.skipped):
        warnings.warn("no records: .jsonl and .ndjson files (also .gz, .zst) are read", stacklevel=5)
        return
    first = (report.bad or report.skipped)[0]
    if report.bad and all(each.reason.startswith('no field "') for each in report.bad):
        said = f"no line of {report.bad_lines:,} has a text: {first.input}: {first.reason}"
        raise ValueError(f"{said}; text= names the field that holds it; no file was replaced")
    raise OSError(f"no record in the input: {first.input}: {first.reason}; what is read is JSONL, one record a line; no file was replaced")


def _of_jsonl(
    paths: list[bytes], fields: Fields, options: dict[str, Any], outputs: Sequence[Path | None], progress: Progress
) -> DedupReport:
    names = [os.fsencode(each or "") for each in outputs]
    if b"-" in names:
        raise ValueError("an output is a file; - is for the program")
    named = {"id": fields.id, "text": fields.text, "title": fields.title, "date": fields.date}
    with shown(progress, IN_BYTES) as look:
        found = _retold.dedup_files(paths, names, {**options, **named}, look)
    for each in ("bad", "skipped", "ignored"):
        found[each] = skipped_of(found[each])
    report = DedupReport(output=os.fsdecode(names[0]), **found)
    _check_any_record(report)
    return report


def is_parquet(path: bytes) -> bool:
    return path.lower().endswith((b".parquet", b".pq"))


def _is_beside_parquet(name: bytes) -> bool:
    """Of what Spark and Hadoop write beside the data."""
    told = name.startswith((b"_committed_", b"_started_")) or (name.startswith(b".") and name.endswith(b".crc"))
    return told or name in (b"_SUCCESS", b"_metadata", b"_common_metadata")


def _parts_of(path: bytes) -> list[bytes]:
    """Of a folder of Parquet and nothing else, as Spark writes it, its files; else the path."""
    try:
        names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    except OSError:
        return [path]  # whoever reads it says why not
    parts = [os.path.join(path, name) for name in names if not _is_beside_parquet(name)]
    return parts if parts and all(is_parquet(part) and not os.path.isdir(part) for part in parts) else [path]


def _of_files(
    paths: list[bytes],
    fields: Fields,
    options: dict[str, Any],
    of_jsonl: dict[str, Any],
    outputs: tuple[Path | None, Path | None],
    progress: Progress,
) -> DedupReport:
    output, rejects = outputs
    paths = [part for path in paths for part in _parts_of(path)]
    to_parquet = output is not None and is_parquet(os.fsencode(output)) and any(map(os.path.isdir, paths))
    if not to_parquet and not any(map(is_parquet, paths)):
        groups, temp = of_jsonl.pop("groups", None), of_jsonl.pop("temp", None)
        return _of_jsonl(paths, fields, {**options, **of_jsonl}, (output, groups, rejects, temp), progress)
    for name in of_jsonl:
        raise ValueError(f"{name} is for JSONL, not for Parquet")
    from . import parquet

    return parquet.dedup([os.fsdecode(p) for p in paths], output, rejects, fields, options, progress)


Paths = Union[str, "os.PathLike[str]", Sequence["os.PathLike[str]"]]


@overload
def dedup(
    given: Paths,
    *,
    output: Path | None = None,
    level: str = "near",
    threshold: float | None = None,
    preset: str | None = None,
    shingle: str | None = None,
    sketch: str | None = None,
    slots: int | None = None,
    recall: float | None = None,
    verify: str | None = None,
    keep: str | None = None,
    mark: bool | None = None,
    groups: Path | None = None,
    rejects: Path | None = None,
    on_bad: str | None = None,
    id: str = "id",
    text: str = "text",
    title: str = "title",
    date: str = "date",
    temp: Path | None = None,
    memory: int | str | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> DedupReport: ...
@overload
def dedup(
    given: Any,
    *,
    level: str = "near",
    threshold: float | None = None,
    preset: str | None = None,
    shingle: str | None = None,
    sketch: str | None = None,
    slots: int | None = None,
    recall: float | None = None,
    verify: str | None = None,
    keep: str | None = None,
    text: str = "text",
    title: str = "title",
    date: str = "date",
    threads: int = 0,
    progress: Progress = None,
) -> Deduplicated: ...
def dedup(
    given: Any,
    *,
    output: Path | None = None,
    level: str = "near",
    threshold: float | None = None,
    preset: str | None = None,
    shingle: str | None = None,
    sketch: str | None = None,
    slots: int | None = None,
    recall: float | None = None,
    verify: str | None = None,
    keep: str | None = None,
    mark: bool | None = None,
    groups: Path | None = None,
    rejects: Path | None = None,
    on_bad: str | None = None,
    id: str = "id",
    text: str = "text",
    title: str = "title",
    date: str = "date",
    temp: Path | None = None,
    memory: int | str | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Deduplicated | DedupReport:
    """Duplicates: each text joins the earliest kept one within the threshold, or is kept. So groups never chain.

        retold.dedup(["one text", "One text!", "another"]).kept                 # [0, 2]
        retold.dedup(table, text="body").survivors()                            # the table without duplicates
        retold.dedup("crawl.jsonl.zst", output="kept.jsonl.zst")                # files of any size, in bounded memory

    `given`, texts: a list of strings (bytes are UTF-8) or a column of them; or a table (pyarrow, pandas, polars, …; a list of mappings),
    whose columns `text`, `title` (compared where there is no text) and `date` are named so. Gives a `Deduplicated`.

    `given`, paths: a str or PathLike, or a list of PathLikes; **a list of str is texts, a single str is a path**. JSONL (.gz, .zst),
    folders of it: what stays goes to `output`, byte for byte as it was read, as the program's. Or Parquet, or a folder of it as Spark
    writes one, through pyarrow, to Parquet: rows and schema as they are, row group by row group; the texts must fit in memory. Gives a
    `DedupReport`. An output appears whole at the end; JSONL that was interrupted is gone on with by the same call.

    `level`: exact (the same words in the same order) or near. `threshold`: Jaccard similarity of shingles, default 0.8. `preset`: news,
    web or short, what is compared: `shingle` word:3, word:5, char:5. `sketch`: minhash or simhash; `slots` of a signature, 128;
    `recall`: share of pairs at the threshold that are found, 0.95; `verify`: exact, or sketch: faster, with errors of some hundredths.
    `keep`: who stays: first, longest, newest, or the name of a field or column: the highest number in it.

    Of files alone: `mark` keeps all records and adds "retold": {…} to each (JSONL); `groups`: a file for who is a copy of whom
    (JSONL); `rejects`: one for what does not stay; `on_bad`: what becomes of a line that is no record, pass, skip or stop; `id`, `text`,
    `title`, `date`: names of its fields; `temp`: where the working folder goes; `memory`: bytes, or "4G".

    `threads`: 0 is all cores. `progress`: a bar by tqdm (True, False; None: on a terminal), or a function. Raises ValueError for
    options, OSError for what cannot be read or written, with the program's words.
    """
    fields = Fields(id, text, title, date)
    options = options_of(level=level, threshold=threshold, preset=preset, shingle=shingle, sketch=sketch, slots=slots, recall=recall,
                         verify=verify, keep=keep, threads=threads)  # fmt: skip
    paths = paths_in(given)
    if paths is not None:
        of_files = options_of(mark=mark, on_bad=on_bad, memory=memory, groups=groups, temp=temp)
        return _of_files(paths, fields, options, of_files, (output, rejects), progress)
    for name in options_of(output=output, mark=mark, groups=groups, rejects=rejects, on_bad=on_bad, temp=temp, memory=memory):
        raise ValueError(f"{name} is for files, not for texts in memory")
    return _of_memory(given, fields, options, progress)
