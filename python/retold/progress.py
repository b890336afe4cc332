# SPDX-License-Identifier: Apache-2.0
"""How far long work is: a bar of tqdm's where that is installed, or whatever a caller does with it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, Union

Show = Callable[[str, int, int], Any]
"""Called with the stage's name, what is done and how much there is (0: unknown); what it raises ends the work."""

Progress = Union[bool, Show, None]


class _Bar:
    """One for each stage; gone at the end."""

    def __init__(self, tqdm: Any, in_bytes: tuple[str, ...]):
        self._tqdm, self._in_bytes = tqdm, in_bytes
        self._stage = ""
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage or self._bar is None:
            self.close()
            unit = "B" if stage in self._in_bytes else "it"
            self._stage, self._bar = stage, self._tqdm(desc=stage, total=total or None, unit=unit, unit_scale=True, leave=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _is_screen() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


@contextlib.contextmanager
def shown(progress: Progress, in_bytes: tuple[str, ...] = ()) -> Iterator[Show | None]:
    """True: a bar (ImportError without tqdm). None: where standard error is a terminal and tqdm is installed. A function: that."""
    if callable(progress):
        yield progress
        return
    if progress not in (True, False, None):
        raise TypeError(f"progress takes True, False, None or a function, not {progress!r}")
    if progress is False or (progress is None and not _is_screen()):
        yield None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        if progress:
            raise
        yield None
        return
    bar = _Bar(tqdm, in_bytes)
    try:
        yield bar
    finally:
        bar.close()
