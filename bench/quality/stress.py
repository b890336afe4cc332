#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the stress sets for stories from the labelled sets, the same at every run.

  stress.py DATA OUT      DATA/stories/*.jsonl, DATA/bulk/*.jsonl.zst, DATA/pairs/rewrites_en.jsonl → OUT/KIND/NAME.jsonl

thin      60 % of the stories keep one article
tiny      corpora of 9 to 15 articles, NAME-NUMBER.jsonl; score them as one (`tiny` below)
short     bodies cut to 12 to 25 words, articles of stories of four and more versions
titles    titles alone, stories of three and more versions
copies    30 % of the articles with four near-copies each, which have no story and so are not scored
noise     with 4,000 unrelated English articles, which are not scored
claims    single sentences, each with ten rewrites
"""
import collections
import json
import pathlib
import random
import sys

import measures
import records
import stories
from row import Row

STORIES = ("ecbplus_en", "multinews_en", "newswcl_en", "vietnamese", "titles_fr", "allsides_short_en")
TINY = 24  # corpora made of each set
NOISE = 4000


def by_story(rows: list) -> dict:
    out = collections.defaultdict(list)
    for row in rows:
        out[row["story"]].append(row)
    return out


def thin(rows: list, rng: random.Random) -> list:
    stories = by_story(rows)
    names = sorted(stories)
    alone = set(rng.sample(names, round(0.6 * len(names))))
    return [row for name in names for row in ([rng.choice(stories[name])] if name in alone else stories[name])]


def tiny(rows: list, rng: random.Random) -> list:
    stories = by_story(rows)
    names = sorted(stories)
    size = rng.randint(9, 15)
    out = []
    while len(out) < size:
        story = stories[rng.choice(names)]
        fresh = [row for row in rng.sample(story, min(len(story), rng.randint(1, 5))) if row not in out]
        out += fresh[:size - len(out)]
    return out


def shortened(rows: list, rng: random.Random) -> list:
    out = []
    for story in by_story(rows).values():
        if len(story) >= 4:
            for row in story:
                words = row.get("text", "").split()[:rng.randint(12, 25)]
                out.append({k: v for k, v in row.items() if k != "title"} | {"text": " ".join(words)})
    return out


def titles(rows: list) -> list:
    out = []
    for story in by_story([row for row in rows if row.get("title")]).values():
        if len(story) >= 3:
            out += [row | {"text": row["title"]} for row in story]
    return out


def near_copy(row: dict, number: int, rng: random.Random) -> dict:
    """One word in forty left out, and a foreign line before or after."""
    words = [word for word in row.get("text", "").split(" ") if rng.random() >= 0.025]
    line = rng.choice(("Agency report", "From our correspondents", "Updated version", "Reprinted with permission"))
    text = " ".join(words)
    copy = {k: v for k, v in row.items() if k not in ("story", "umbrella")}
    return copy | {"id": f"{row['id']}~{number}", "text": f"{line}\n{text}" if rng.random() < 0.5 else f"{text}\n{line}"}


def copies(rows: list, rng: random.Random) -> list:
    out = []
    for row in rows:
        out.append(row)
        if rng.random() < 0.3:
            out += [near_copy(row, n, rng) for n in range(4)]
    return out


def noise(rows: list, bulk: list) -> list:
    return rows + [{"id": f"noise/{n}", "text": row["text"], "title": row.get("title", "")} for n, row in enumerate(bulk)]


def claims(rows: list, count: int) -> list:
    return [{"id": f"{n}/{k}", "text": text, "story": n} for n, row in enumerate(rows[:count])
            for k, text in enumerate([row["orig"], *row["rewrites"]])]


def write(path: pathlib.Path, rows: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def make(data: pathlib.Path, out: pathlib.Path) -> None:
    bulk = {name: random.Random(name).sample(records.read(data / "bulk" / f"{name}.jsonl.zst"), NOISE)
            for name in ("reuters_en", "news_en")}
    for name in STORIES:
        rows = [row for row in records.read(data / "stories" / f"{name}.jsonl") if row.get("story") not in (None, "")]
        rng = random.Random(name)
        write(out / "thin" / f"{name}.jsonl", thin(rows, rng))
        for number in range(TINY):
            write(out / "tiny" / f"{name}-{number}.jsonl", tiny(rows, rng))
        if name not in ("titles_fr", "allsides_short_en"):
            write(out / "short" / f"{name}.jsonl", shortened(rows, rng))
        if any(row.get("title") for row in rows):
            write(out / "titles" / f"{name}.jsonl", titles(rows))
        write(out / "copies" / f"{name}.jsonl", copies(rows, rng))
        if name in ("ecbplus_en", "newswcl_en", "multinews_en"):
            write(out / "noise" / f"{name}.jsonl", noise(rows, bulk["reuters_en" if name == "ecbplus_en" else "news_en"]))
    rewrites = records.read(data / "pairs" / "rewrites_en.jsonl")
    write(out / "claims" / "rewrites_en.jsonl", claims(rewrites, 120))


KINDS = {  # name → the collections of which it is the mean
    "thin": ["thin/*"],
    "tiny": ["tiny/*"],
    "short": ["short/*", "titles/allsides_short_en*", "titles/vietnamese*"],
    "titles": ["titles/*"],
    "copies": ["copies/*"],
    "noise": ["noise/*"],
    "claims": ["claims/*"],
}


def rows(program, data, work):
    """Of each kind the mean over its collections, unlabelled articles unscored."""
    made = work / "made"
    make(data, made)
    for kind, patterns in KINDS.items():
        paths = [path for pattern in patterns for path in sorted(made.glob(pattern))]
        judged = [stories.judged(program, path, records.read(path), "story", work) for path in paths]
        if judged:
            b3, pairs = (measures.mean(figures[name] for figures, _ in judged) for name in ("b3_f1", "pair_f1"))
            figures = {"b3_f1": b3, "pair_f1": pairs, "mean_f1": (b3 + pairs) / 2}
            yield Row("stress", kind, "mul", figures, sum(seconds for _, seconds in judged))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
