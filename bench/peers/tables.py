# SPDX-License-Identifier: Apache-2.0
"""Results as Markdown, between two marks of bench/README.md."""

import re

QUIET = 0.25  # of the machine: wall times are not compared where other programs took more meanwhile


def number(x, unit=""):
    if x is None:
        return "–"
    return (f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}") + unit


def percent(x):
    return "–" if x is None else f"{100 * x:.1f}"


def seconds(record):
    if record is None:
        return "–"
    if "late" in record:
        expected = record.get("expected", float("inf"))
        return f"> {record['late']:.0f}" if expected == float("inf") else f"≈ {expected:.0f}, not run"
    return "failed" if "failed" in record else number(record["wall"])


class Table:
    """One size, one start: a line for each peer that took part."""

    def __init__(self, results, start, size, names, versions):
        self.get = lambda name, threads: results.get(start, size, name, threads)
        self.start, self.size, self.versions = start, size, versions
        self.names = [n for n in names if self.get(n, 1) or self.get(n, 2)]

    def quality(self, name):
        return next((r["quality"] for r in (self.get(name, 1), self.get(name, 2)) if r and "quality" in r), None)

    def ratio(self, name, threads, what="wall"):
        mine, other = self.get("retold", threads), self.get(name, threads)
        if not mine or not other or what not in mine or what not in other:
            return "–"
        if what == "wall" and max(mine["others"], other["others"]) > QUIET:
            return "–"
        return number(other[what] / mine[what])

    def cells(self, name):
        one, two, quality = self.get(name, 1), self.get(name, 2), self.quality(name) or {}
        yield from (name, self.versions[name], seconds(one), seconds(two), self.ratio(name, 1), self.ratio(name, 2))
        if self.start == "texts":
            yield from (number((r or {}).get("cpu")) for r in (one, two))
            yield self.ratio(name, 1, "cpu")
            yield from (number((r or {}).get("memory")) for r in (one, two))
        else:
            yield " + ".join(number(s) for s in (one or {}).get("steps", {}).values()) or "–"
        yield from (percent(quality.get(k)) for k in ("pairs", "removals", "precision", "byline"))

    def markdown(self):
        head = ["", "version", "s, 1 thread", "s, 2", "× retold, 1", "× 2"]
        head += ["CPU s, 1", "CPU s, 2", "× CPU, 1", "MiB, 1", "MiB, 2"] if self.start == "texts" else ["sketch + LSH, 1"]
        head += ["pairs %", "removals %", "precision %", "byline %"]
        of = next(q for q in map(self.quality, self.names) if q)["of"]
        start = "from JSONL" if self.start == "texts" else "from ready shingle hashes: sketch + LSH alone"
        lines = [
            f"**{of['documents']:,} documents, {start}** ({of['pairs']:,} pairs at J ≥ 0.8, {of['bylines']:,} by a byline)",
            "",
            "| " + " | ".join(head) + " |",
            "|---|---" + "|---:" * (len(head) - 2) + "|",
        ]
        return "\n".join(lines + ["| " + " | ".join(self.cells(n)) + " |" for n in self.names])


def others(results):
    """What the machine did besides, in the runs shown."""
    shares = sorted(r["others"] for r in results.all.values() if r.get("wall", 0) > 1)
    if not shares:
        return ""
    return f"other programs took {percent(shares[len(shares) // 2])} % of it (median), at most {percent(shares[-1])} %"


def replace(readme, program, text):
    """What stands between the marks of that program; the marks are made where there are none."""
    begin, end = f"<!-- {program} writes from here -->", f"<!-- {program} wrote to here -->"
    old = readme.read_text()
    if begin not in old:
        old += f"\n{begin}\n{end}\n"
    between = re.compile(re.escape(begin) + ".*" + re.escape(end), re.DOTALL)
    readme.write_text(between.sub(lambda _: f"{begin}\n{text}\n{end}", old))


def write(results, names, versions, machine, readme):
    keys = {tuple(k.split("|")[:2]) for k, r in results.all.items() if "quality" in r}
    order = sorted(keys, key=lambda k: (k[0] != "texts", int(k[1])))
    parts = [Table(results, start, int(size), names, versions).markdown() for start, size in order]
    text = "\n\n".join([f"Machine: {machine}; {others(results)}.", *parts])
    replace(readme, "bench/peers/run", text)
    return text
