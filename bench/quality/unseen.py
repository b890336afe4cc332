# SPDX-License-Identifier: Apache-2.0
"""Stories of other data than that of stories/: what belongs together is known because of how each collection is made.

laws_fr      dated versions of law articles
pan13_*      a passage of a document and its source, beside passages that nobody reused
claims_en    single sentences with 0 to 10 rewrites
simplified_de   articles and their plain-language rewrites
headlines_ru, twitter_en   headlines, tweets: judged pairs chained to stories; those judged different stay as look-alikes
sts_LL       sentences that mean the same, beside single ones
halves_LL    pieces of prose: the sentences at even and at odd places tell of the same, in other words; other pieces of the same
             book, with the same names, stay alone

kept aside, for the end: whoever looks at these while choosing has to find others
pawsx_LL, mrpc_en   sentences in other words, beside the first of two that are judged different
news_halves_en      articles, halved as prose is

No language, length or size of story here is that of the collections in stories/: a change that helps there and harms here was
fitted to them. The truth is rough (single sentences of sts_LL may by chance say the same): compare figures, do not chase them.
"""

import collections
import random
import re

import records
import stories
from row import Row

LAWS, PASSAGES, CLAIMS, PIECES = 500, 120, 360, 120  # stories made of each; of laws, passages and pieces as many single articles
SEVERAL, ALONE = 350, 1400  # of chained pairs
SENTENCES, ARTICLES = 400, 200  # stories of two made of what is kept aside
STS = ("en", "de", "es", "fr", "ja", "ru", "zh")
PAWSX = ("en", "de", "fr", "ja", "zh")
PROSE = ("ar", "fr", "ja", "uk", "zh")
SENTENCE = re.compile(r"(?<=[.!?…؟])\s+|(?<=[。！？」])")
TEXT_KINDS = {"03-random-obfuscation": "random", "04-translation-obfuscation": "translation", "05-summary-obfuscation": "summary"}


def articles(groups, language):
    """Numbered articles of lists of texts, each list a story."""
    return [
        {"id": f"{story}-{at}", "text": text, "story": story, "lang": language}
        for story, texts in enumerate(groups) for at, text in enumerate(texts)
    ]  # fmt: skip


def sampled(groups, count, dice):
    groups = list(groups)
    return dice.sample(groups, min(count, len(groups)))


def words(text):
    """For telling whether two sentences are nearly the same; each character beyond the alphabets counts as a word."""
    return frozenset(re.findall("[\u0e00-\u0eff\u3040-\u9fff]|[^\\W\u0e00-\u0eff\u3040-\u9fff]+", text.lower()))


# ── Of documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def laws(data, dice):
    path = records.present(data, "near/laws_fr.jsonl")
    if not path:
        return
    versions = collections.defaultdict(list)
    for r in records.read(path):
        versions[r["story"]].append(r["text"])
    several = sampled((v for v in versions.values() if len(v) > 1), LAWS, dice)
    alone = sampled((v for v in versions.values() if len(v) == 1), LAWS, dice)
    yield "laws_fr", articles(several + alone, "fr")


def passages(data, dice):
    """The passages of each kind; the single ones are of pairs of documents that share nothing."""
    pairs, texts = (records.present(data, f"align/pan13_{name}.jsonl") for name in ("pairs", "texts"))
    if not (pairs and texts):
        return
    text = {r["id"]: r["text"] for r in records.read(texts)}
    kinds, alone, used = collections.defaultdict(list), [], set()
    for pair in records.read(pairs):
        both = [text[pair["susp"]], text[pair["src"]]]
        if pair["category"] in TEXT_KINDS and pair["spans"] and pair["src"] not in used:
            used.add(pair["src"])
            span = pair["spans"][0]
            kinds[TEXT_KINDS[pair["category"]]].append([both[0][slice(*span["susp"])], both[1][slice(*span["src"])]])
        elif pair["category"] == "01-no-plagiarism":
            alone.append([both[1][: dice.randrange(400, 4000)]])
    for kind, groups in sorted(kinds.items()):
        yield f"pan13_{kind}", articles(sampled(groups, PASSAGES, dice) + sampled(alone, PASSAGES, dice), "en")


def rewritten(data, dice):
    path = records.present(data, "pairs/rewrites_en.jsonl")
    if path:
        picked = sampled(records.read(path), CLAIMS, dice)
        yield "claims_en", articles([[r["orig"], *dice.sample(r["rewrites"], dice.choice((0, 0, 1, 2, 10)))] for r in picked], "en")
    path = records.present(data, "align/simplified_de_docs.jsonl")
    if path:
        yield "simplified_de", articles([[" ".join(r["original"]), " ".join(r["simplification"])] for r in records.read(path)], "de")


def halved(path, count, dice):
    """Texts of ten sentences or more, those at even and those at odd places; of as many others the first half alone."""
    cut = [SENTENCE.split(r.get("text") or "") for r in sampled(records.read(path), 4 * count, dice)]
    parts = [[" ".join(s[0::2]), " ".join(s[1::2])] for s in cut if len(s) >= 10]
    return parts[:count] + [part[:1] for part in parts[count : 2 * count]]


def halves(data, dice):
    for language in PROSE:
        path = records.present(data, f"bulk/prose_{language}.jsonl")
        if path:
            yield f"halves_{language}", articles(halved(path, PIECES, dice), language)


def halves_of_news(data, dice):
    path = records.present(data, "bulk/news_en.jsonl")
    if path:
        yield "news_halves_en", articles(halved(path, ARTICLES, dice), "en")


# ── Of sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Chains:
    """Texts chained by pairs that say the same."""

    def __init__(self):
        self.above = {}

    def top(self, text):
        self.above.setdefault(text, text)
        while self.above[text] != text:
            text = self.above[text]
        return text

    def groups(self):
        of = collections.defaultdict(list)
        for text in self.above:
            of[self.top(text)].append(text)
        return of


def doubtful(pairs, chains, different):
    """Stories that hold a pair judged different, or a text of a pair of which people were not sure."""
    for pair in pairs:
        one, two = chains.top(pair["a"]), chains.top(pair["b"])
        if different < pair["label"] < 1:
            yield from (one, two)
        elif pair["label"] == different and one == two:
            yield one


def chained(data, dice):
    for name, different in (("headlines_ru", -1), ("twitter_en", 0)):
        path = records.present(data, f"pairs/{name}.jsonl")
        if not path:
            continue
        chains, pairs = Chains(), records.read(path)
        for pair in pairs:
            one, two = chains.top(pair["a"]), chains.top(pair["b"])
            if pair["label"] == 1:
                chains.above[two] = one
        left_out = set(doubtful(pairs, chains, different))
        groups = [texts for top, texts in chains.groups().items() if top not in left_out]
        several = sampled((g for g in groups if len(g) > 1), SEVERAL, dice)
        yield name, articles(several + sampled((g for g in groups if len(g) == 1), ALONE, dice), name[-2:])


def apart(groups):
    """Without those a text of which is nearly the same as one of another group before it."""
    kept, having = [], collections.defaultdict(list)
    for group in groups:
        bags = [words(text) for text in group]
        near = {id(other): other for bag in bags for word in bag for other in having[word]}.values()
        if any(len(bag & other) >= 0.5 * min(len(bag), len(other)) for bag in bags for other in near):
            continue
        kept.append(group)
        for bag in bags:
            for word in bag:
                having[word].append(bag)
    return kept


def sts(data, dice):
    for language in STS:
        path = records.present(data, f"pairs/sts_{language}_dev.jsonl")
        if path:
            pairs = records.read(path)
            groups = [[p["a"], p["b"]] for p in pairs if p["label"] >= 4.5 and p["a"] != p["b"]]
            groups += [[p["a"]] for p in pairs if p["label"] <= 2]
            yield f"sts_{language}", articles(apart(sampled(groups, len(groups), dice)), language)


def paraphrases(data, dice):
    for name in (*(f"pawsx_{language}" for language in PAWSX), "mrpc_en"):
        path = records.present(data, f"pairs/{name}.jsonl")
        if path:
            pairs = records.read(path)
            groups = sampled(([p["a"], p["b"]] for p in pairs if p["label"] == 1 and p["a"] != p["b"]), SENTENCES, dice)
            groups += sampled(([p["a"]] for p in pairs if p["label"] == 0), len(pairs), dice)
            yield name, articles(apart(groups), name[-2:])


PARTS = (laws, passages, rewritten, halves, chained, sts)
KEPT_ASIDE = (paraphrases, halves_of_news)


def made(data, parts=PARTS):
    for part in parts:
        yield from part(data, random.Random(part.__name__))


def rows(program, data, work):
    for level, parts in (("unseen", PARTS), ("kept aside", KEPT_ASIDE)):
        for name, documents in made(data, parts):
            path = records.write(work / f"{name}.jsonl", documents)
            figures, seconds = stories.judged(program, path, documents, "story", work)
            yield Row(level, name, documents[0]["lang"], figures, seconds)
