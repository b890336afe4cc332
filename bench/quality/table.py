# SPDX-License-Identifier: Apache-2.0
"""Rows as Markdown: a table for each level, a line for each collection, its goals and what it stands beside to the right."""

import goals
import measures
from row import Row

OURS = "retold"
TITLES = {
    "stories": "Stories", "topic": "Topics", "seeds": "Five French articles", "streams": "Stories of a stream", "stress": "Stories, made harder",
    "unseen": "Stories of other data", "kept aside": "Stories of other data, kept aside", "near": "Near-duplicates", "pairs": "Pairs of sentences",
    "links": "Sentences of two documents", "reuse": "How much of a text is reused", "passages": "Sentences of two articles of one story",
    "spans": "Passages of long documents",
}  # fmt: skip
HEADS = {
    "b3_p": "B³ P", "b3_r": "B³ R", "b3_f1": "B³ F1", "pair_p": "pairs P", "pair_r": "pairs R", "pair_f1": "pairs F1", "ari": "ARI",
    "acc": "accuracy", "f1": "F1", "auc": "AUC", "brier": "Brier", "pearson": "Pearson", "mean_f1": "mean F1",
}  # fmt: skip
AVERAGED = ("stories", "topic", "streams", "stress", "unseen", "kept aside")
BESIDE = ("b3_f1", "pair_f1", "acc", "f1", "auc", "pearson", "F1", "Spearman",
          "plagdet", "none", "random", "translation", "summary")  # what is shown of other systems
WHOLE = 100  # from here on no digits after the point


def number(value):
    if value != value:
        return "–"
    if isinstance(value, int) or abs(value) >= WHOLE:
        return f"{value:.0f}"
    return f"{value:.3f}".removeprefix("0") if abs(value) < 1 else f"{value:.3f}" if abs(value) < 2 else f"{value:.1f}"


def seconds(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def mean_of(level, rows):
    """The mean of what all rows have, which says nothing where there is one."""
    shared = [f for f in rows[0].figures if all(f in r.figures for r in rows)]
    figures = {f: measures.mean(r.figures[f] for r in rows) for f in shared if f not in ("cut", "MiB")}
    return Row(level, goals.MEAN, "", figures, measures.mean(r.seconds for r in rows), rows[0].system)


def with_means(rows):
    """Rows of each system in a level together, and their mean where there are several."""
    out = []
    for level, system in dict.fromkeys((r.level, r.system) for r in rows):
        of = [r for r in rows if (r.level, r.system) == (level, system) and r.name != goals.MEAN]
        out += of + ([mean_of(level, of)] if level in AVERAGED and len(of) > 1 else [])
    return out


def wanted(goal, figures):
    sign = "≥" if goal.sign == "least" else "≤"
    mark = "not measured" if goal.figure not in figures else "✓" if goals.met(goal, figures[goal.figure]) else "✗"
    return f"{HEADS.get(goal.figure, goal.figure)} {sign} {number(goal.bound)} {mark}"


def beside(row):
    """Of another system: its main figures, and where it was cut."""
    if row is None:
        return "–"
    shown = " / ".join(number(row.figures[f]) for f in BESIDE if f in row.figures)
    return shown + (f" ({row.figures['cut']:.2f})" if "cut" in row.figures else "")


class Level:
    """The table of one level."""

    def __init__(self, level, rows):
        self.level, self.rows = level, {(r.name, r.system): r for r in rows if r.level == level}
        self.names = [*dict.fromkeys(name for name, _ in self.rows if name != goals.MEAN)]
        self.names += [goals.MEAN] if (goals.MEAN, OURS) in self.rows else []
        self.systems = [s for s in dict.fromkeys(system for _, system in self.rows) if s != OURS]
        mine = [r for (_, system), r in self.rows.items() if system == OURS]
        self.figures = [*dict.fromkeys(f for r in mine for f in r.figures)]

    def system_head(self, system):
        shown = dict.fromkeys(f for (_, s), r in self.rows.items() if s == system for f in r.figures)
        return f"{system}: " + " / ".join(HEADS.get(f, f) for f in BESIDE if f in shown)

    def head(self):
        own = [HEADS.get(f, f) for f in self.figures] + ["s", "goal"] if self.figures else []
        return ["collection", "", *own, *map(self.system_head, self.systems)]

    def cells(self, name):
        mine = self.rows.get((name, OURS))
        language = next(r.language for (n, _), r in self.rows.items() if n == name)
        yield from (name, language)
        if self.figures:
            figures = mine.figures if mine else {}
            yield from (number(figures[f]) if f in figures else "–" for f in self.figures)
            yield seconds(mine.seconds) if mine else "–"
            yield "; ".join(wanted(goal, figures) for goal in goals.of(self.level, name))
        yield from (beside(self.rows.get((name, system))) for system in self.systems)

    def markdown(self):
        lines = [self.head(), *(list(self.cells(name)) for name in self.names)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
        left = {0, 1, 2 + len(self.figures) + 1} if self.figures else {0, 1}

        def padded(line):
            pairs = enumerate(zip(line, widths))
            return "| " + " | ".join(c.ljust(w) if at in left else c.rjust(w) for at, (c, w) in pairs) + " |"

        rule = ["-" * w if at in left else "-" * (w - 1) + ":" for at, w in enumerate(widths)]
        return "\n".join([f"### {TITLES.get(self.level, self.level)}", "", padded(lines[0]), padded(rule), *map(padded, lines[1:])])


def unmeasured(rows):
    have = {(r.level, r.name) for r in rows if r.system == OURS}
    missing = {}
    for goal in goals.GOALS:
        if (goal.level, goal.name) not in have:
            missing.setdefault(goal.level, {})[goal.name] = None
    said = "; ".join(f"{level} {', '.join(names)}" for level, names in missing.items())
    return f"Not measured in this run: {said}.\n" if said else ""


def missed(rows):
    have = {(r.level, r.name): r.figures for r in rows if r.system == OURS}
    pairs = [(g, have[g.level, g.name]) for g in goals.GOALS if g.figure in have.get((g.level, g.name), {})]
    short = [f"{g.level} {g.name} {HEADS.get(g.figure, g.figure)} {number(f[g.figure])}" for g, f in pairs if not goals.met(g, f[g.figure])]
    return f"Goals met: {len(pairs) - len(short)} of {len(pairs)}." + (f" Missed: {'; '.join(short)}." if short else "") + "\n"


def markdown(rows):
    rows = with_means(rows)
    order = [*TITLES, *(r.level for r in rows)]
    levels = sorted({r.level for r in rows}, key=order.index)
    return "\n\n".join([missed(rows) + unmeasured(rows).rstrip(), *(Level(level, rows).markdown() for level in levels)])


def differences(old, new, least=0.0005):
    """Lines of the program's own figures that differ from an earlier run's."""
    before = {(r.level, r.name): r for r in with_means(old) if r.system == OURS}
    for row in (r for r in with_means(new) if r.system == OURS):
        was = before.pop((row.level, row.name), None)
        if was is None:
            yield f"{row.level} {row.name}: new"
            continue
        for figure, value in row.figures.items():
            earlier = was.figures.get(figure)
            if earlier is None or figure == "MiB" or abs(value - earlier) < least:
                continue
            yield f"{row.level} {row.name} {HEADS.get(figure, figure)}: {number(earlier)} → {number(value)} ({value - earlier:+.3f})"
        if abs(row.seconds - was.seconds) > 0.25 * max(was.seconds, 0.5):
            yield f"{row.level} {row.name} s: {seconds(was.seconds)} → {seconds(row.seconds)}"
    yield from (f"{level} {name}: gone" for level, name in before)
