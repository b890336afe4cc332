# SPDX-License-Identifier: Apache-2.0
"""dedup of Parquet: the texts are read at once, all other columns row group by row group while what stays is written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from .documents import Fields, Path, require_fields
from .duplicates import is_parquet, of_table, rank_column
from .progress import Progress
from .verdicts import Deduplicated, DedupReport


def dedup(
    paths: list[str], output: Path | None, rejects: Path | None, fields: Fields, options: dict[str, Any], progress: Progress
) -> DedupReport:
    wanted = [None if each is None else os.fsdecode(each) for each in (output, rejects)]
    if wanted[0] is None:
        raise ValueError("no output; name a file")
    _check_outputs([each for each in wanted if each is not None], paths)
    schema, packing = _like(paths)
    found = of_table(_texts(paths, schema, options.get("keep"), fields), fields, options, progress)
    _write(paths, found, wanted, schema, packing)
    removed = [bool(found.exact[i]) for i, of in enumerate(found.of) if of != i]
    return DedupReport(
        output=wanted[0],
        bytes=sum(map(os.path.getsize, paths)),
        records=len(found),
        kept=len(found.kept),
        exact=sum(removed),
        near=len(removed) - sum(removed),
        groups=len(found.groups),
    )


@contextlib.contextmanager
def _opened(path: str) -> Iterator[Any]:
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except ValueError as error:  # pyarrow's own are ValueErrors
        raise OSError(f"{path}: cannot be read: {error}") from None
    with file:
        yield file


def _like(paths: list[str]) -> tuple[Any, str]:
    """The schema of all files, and how the first is compressed."""
    for path in paths:
        if os.path.isdir(path):
            raise OSError(f"{path}: a folder; one is read as Parquet if such files are all that it holds, else name its files")
        if not is_parquet(os.fsencode(path)):
            raise ValueError(f"{path}: no Parquet, as other inputs are; dedup takes JSONL or Parquet, not both at once")
    schema, packing = None, "SNAPPY"
    for path in paths:
        with _opened(path) as file:
            if schema is None:
                schema, told = file.schema_arrow, file.metadata
                packing = told.row_group(0).column(0).compression if told.num_row_groups and told.num_columns else packing
            elif not file.schema_arrow.equals(schema):
                raise ValueError(f"{path}: has other columns than {paths[0]}")
    return schema, "none" if packing == "UNCOMPRESSED" else packing


def _check_outputs(outputs: list[str], inputs: list[str]) -> None:
    if len(outputs) == 2 and os.path.realpath(outputs[0]) == os.path.realpath(outputs[1]):
        raise ValueError(f"{outputs[0]}: two outputs cannot be one file")
    for out in outputs:
        if not is_parquet(os.fsencode(out)):
            raise ValueError(f"{out}: of Parquet comes Parquet; let the name end in .parquet")
        if os.path.isdir(out):
            raise ValueError(f"{out}: is a folder; name a file")
        for given in inputs:
            if os.path.exists(out) and os.path.samefile(given, out):
                raise ValueError(f"{out}: is an input; give the output another name")


def _texts(paths: list[str], schema: Any, keep: str | None, fields: Fields) -> Any:
    """The columns that a decision needs, of all files."""
    import pyarrow

    require_fields(schema.names, fields)
    by = rank_column(schema.names, keep, fields)
    wanted = {fields.text, fields.title, by and by[1]}
    columns = [name for name in schema.names if name in wanted]
    tables = []
    for path in paths:
        with _opened(path) as file:
            tables.append(file.read(columns=columns))
    return pyarrow.concat_tables(tables)


def _write(paths: list[str], found: Deduplicated, names: list[str | None], schema: Any, packing: str) -> None:
    import pyarrow

    with contextlib.ExitStack() as outputs:
        writers = [None if name is None else outputs.enter_context(_writer(name, schema, packing)) for name in names]
        at = 0
        for path in paths:
            with _opened(path) as file:
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group)
                    kept = [found.of[i] == i for i in range(at, at + table.num_rows)]
                    at += table.num_rows
                    for writer, stays in zip(writers, (True, False)):
                        if writer is not None:
                            writer.write_table(table.filter(pyarrow.array([k is stays for k in kept], pyarrow.bool_())))


@contextlib.contextmanager
def _writer(name: str, schema: Any, packing: str) -> Iterator[Any]:
    """Written beside and renamed at the end, so it is whole or not there."""
    from pyarrow import parquet

    beside = f"{name}.{os.getpid()}.part"
    try:
        with parquet.ParquetWriter(beside, schema, compression=packing) as writer:
            yield writer
        os.replace(beside, name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(beside)
