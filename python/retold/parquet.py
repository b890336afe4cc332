# SPDX-License-Identifier: Apache-2.0
"""dedup of Parquet: the texts are read at once, all other columns row group by row group while what stays is written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from .documents import Fields, Path, require_fields
from .duplicates import of_table, rank_column
from .progress import Progress
from .verdicts import Deduplicated, DedupReport

ENDINGS = (".parquet", ".pq")


def dedup(
    paths: list[str], output: Path | None, rejects: Path | None, fields: Fields, options: dict[str, Any], progress: Progress
) -> DedupReport:
    files = _open(paths)
    wanted = [None if each is None else os.fsdecode(each) for each in (output, rejects)]
    if wanted[0] is None:
        raise ValueError("no output; name a file")
    _check_outputs([each for each in wanted if each is not None], paths)
    found = of_table(_texts(files, options.get("keep"), fields), fields, options, progress)
    _write(files, found, wanted)
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


def _open(paths: list[str]) -> list[Any]:
    from pyarrow import parquet

    for path in paths:
        if not path.lower().endswith(ENDINGS):
            raise ValueError(f"{path}: no Parquet, as other inputs are; dedup takes JSONL or Parquet, not both at once")
    files = []
    for path in paths:
        if os.path.isdir(path):
            raise OSError(f"{path}: a folder that does not hold Parquet alone; name its files")
        try:
            files.append(parquet.ParquetFile(path))
        except ValueError as error:  # pyarrow's own are ValueErrors
            raise OSError(f"{path}: cannot be read: {error}") from None
        if not files[-1].schema_arrow.equals(files[0].schema_arrow):
            raise ValueError(f"{path}: has other columns than {paths[0]}")
    return files


def _check_outputs(outputs: list[str], inputs: list[str]) -> None:
    if len(outputs) == 2 and os.path.realpath(outputs[0]) == os.path.realpath(outputs[1]):
        raise ValueError(f"{outputs[0]}: two outputs cannot be one file")
    for out in outputs:
        if not out.lower().endswith(ENDINGS):
            raise ValueError(f"{out}: of Parquet comes Parquet; let the name end in .parquet")
        for given in inputs:
            if os.path.exists(out) and os.path.samefile(given, out):
                raise ValueError(f"{out}: is an input; give the output another name")


def _texts(files: list[Any], keep: str | None, fields: Fields) -> Any:
    """The columns that a decision needs, of all files."""
    import pyarrow

    there = files[0].schema_arrow.names
    require_fields(there, fields)
    by = rank_column(there, keep, fields)
    wanted = {fields.text, fields.title, by and by[1]}
    columns = [name for name in there if name in wanted]
    tables = [file.read(columns=columns) for file in files]
    return pyarrow.concat_tables(tables)


def _write(files: list[Any], found: Deduplicated, names: list[str | None]) -> None:
    import pyarrow

    with contextlib.ExitStack() as open_files:
        writers = [None if name is None else open_files.enter_context(_writer(name, files[0])) for name in names]
        at = 0
        for file in files:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                kept = [found.of[i] == i for i in range(at, at + table.num_rows)]
                at += table.num_rows
                for writer, stays in zip(writers, (True, False)):
                    if writer is not None:
                        writer.write_table(table.filter(pyarrow.array([k is stays for k in kept], pyarrow.bool_())))


@contextlib.contextmanager
def _writer(name: str, like: Any) -> Iterator[Any]:
    """Compressed as that one; written beside and renamed at the end, so it is whole or not there."""
    from pyarrow import parquet

    groups = like.metadata.num_row_groups
    packing = like.metadata.row_group(0).column(0).compression if groups and like.metadata.num_columns else "SNAPPY"
    beside = f"{name}.{os.getpid()}.part"
    try:
        with parquet.ParquetWriter(beside, like.schema_arrow, compression="none" if packing == "UNCOMPRESSED" else packing) as writer:
            yield writer
        os.replace(beside, name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(beside)
