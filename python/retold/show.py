# SPDX-License-Identifier: Apache-2.0
"""What notebooks show. Colours are those of the notebook, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .findings import Group, Passage

MOST_IN_A_FRAME = 8_000_000
MOST_PASSAGES = 8
MOST_GROUPS = 20
MOST_NAMES = 12

_LINE = "border-top: 1px solid rgba(128,128,128,.35); padding: .4em .8em .4em 0; text-align: start; vertical-align: top;"


def frame(page: str) -> str:
    """A whole page in a notebook's cell: it can run its own scripts and nothing else."""
    quoted = page.replace("&", "&amp;").replace('"', "&quot;")
    return f'<iframe srcdoc="{quoted}" style="width: 100%; height: 40em; border: 0" sandbox="allow-scripts"></iframe>'


def _names(of: Sequence[str]) -> str:
    more = f" and {len(of) - MOST_NAMES} more" if len(of) > MOST_NAMES else ""
    return ", ".join(escape(name) for name in of[:MOST_NAMES]) + more


def _row(passage: Passage) -> str:
    sides = "".join(
        f'<td style="{_LINE} width: 42%"><small style="opacity: .65">{escape(side.document)}</small>'
        f'<div dir="auto">{escape(side.text)}</div></td>'
        for side in (passage.a, passage.b)
    )
    return f'<tr><td style="{_LINE}"><small>{escape(passage.kind)}<br>{passage.score:.2f}</small></td>{sides}</tr>'


def story(group: Group, passages: Sequence[Passage]) -> str:
    """Its title, its documents, and the strongest of the sentences that they share."""
    count = len(group.documents)
    facts = [group.level, f"{count} document{'s' * (count != 1)}"] + [f"cohesion {group.cohesion:.2f}"] * (count > 1)
    near = [each for each in group.near if each not in group.exact]
    copies = [f"the same words: {_names(each)}" for each in group.exact] + [f"nearly the same: {_names(each)}" for each in near]
    strongest = sorted(passages, key=lambda p: -p.score)[:MOST_PASSAGES]
    more = len(passages) - len(strongest)
    table = '<table style="border-collapse: collapse; width: 100%; margin-top: .5em">' + "".join(map(_row, strongest)) + "</table>"
    return (
        '<div style="font-family: system-ui, sans-serif; line-height: 1.4; max-width: 62em">'
        f'<strong dir="auto" style="font-size: 1.1em">{escape(group.title) or escape(group.representative)}</strong>'
        f'<div style="opacity: .65">{" · ".join(facts)}</div>'
        f"<div>{_names(group.documents)}</div>"
        + "".join(f'<div style="opacity: .65"><small>{each}</small></div>' for each in copies)
        + (table if strongest else "")
        + (f'<div style="opacity: .65"><small>and {more} more passages</small></div>' if more else "")
        + "</div>"
    )


def overview(groups: Sequence[Group], passages_of: dict[int, list[Passage]]) -> str:
    """In place of a page that would be too large for a cell."""
    parts = [
        f"<details><summary>{escape(g.title) or escape(g.representative)} ({len(g.documents)})</summary>"
        f"{story(g, passages_of.get(i, []))}</details>"
        for i, g in enumerate(groups[:MOST_GROUPS])
    ]
    more = len(groups) - len(parts)
    rest = f"<p><small>and {more} more groups; write html() to a file to see all of it</small></p>" if more else ""
    return "".join(parts) + rest
