# SPDX-License-Identifier: Apache-2.0
"""What the program's figures stand beside: the plain way, at one cut and at the best for each collection, which only those who know
the answer can choose; always saying the same; what others published. Needs numpy and scipy, see `run`."""

import time

import measures
import records
import stories
import tfidf
import unseen
from row import Row

# plagdet on the test half of PAN-2013, of which the development data is the training half: Sanchez-Perez et al. 2014, Torrejón
# and Ramos 2013, and PAN's own baseline.
PUBLISHED_SPANS = {
    "published, Sanchez-Perez 2014": {"plagdet": 0.878, "none": 0.900, "random": 0.884, "translation": 0.887, "summary": 0.561},
    "published, Torrejón 2013": {"plagdet": 0.822, "none": 0.926, "random": 0.747, "translation": 0.851, "summary": 0.341},
    "published, PAN baseline": {"plagdet": 0.422, "none": 0.934, "random": 0.071, "translation": 0.106, "summary": 0.045},
}
POSITIVE = {"sts": 4, "headlines": 0}  # the label from which a pair says the same; 1 for the others


# ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def grouped(level, name, articles):
    """One row at the one cut, one at the best."""
    began = time.perf_counter()
    tree = tfidf.Tree(articles)
    seconds = time.perf_counter() - began
    labels = stories.gold(articles)
    language = articles[0].get("lang", "und")
    cut = tfidf.TOPIC_CUT if level == "topic" else tfidf.STORY_CUT
    yield Row(level, name, language, tree.figures(cut, *labels), seconds, "tf-idf, one cut")
    yield Row(level, name, language, tree.best(*labels), seconds, "tf-idf, best cut")


def of_stories(data):
    for path in stories.collections_in(data):
        articles = [r for r in records.read(path) if r.get("text") or r.get("title")]
        yield from grouped("topic" if path.name.startswith(stories.TOPIC) else "stories", stories.name_of(path), articles)


def of_unseen(data):
    for level, parts in (("unseen", unseen.PARTS), ("kept aside", unseen.KEPT_ASIDE)):
        for name, articles in unseen.made(data, parts):
            yield from grouped(level, name, articles)


# ── Pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_pairs(data):
    for path in sorted((data / "pairs").glob("*.jsonl")):
        pairs = records.read(path)
        if "label" not in pairs[0]:
            continue
        name, language = stories.name_of(path), pairs[0].get("lang", "und")
        labels = [float(p["label"]) for p in pairs]
        truth = [label >= POSITIVE.get(name.partition("_")[0], 1) for label in labels]
        always = max(truth.count(True), truth.count(False)) / len(truth)
        yield Row("pairs", name, language, {"acc": always, "f1": measures.f1_of_yes(truth, [True] * len(truth))}, 0, "always the same")
        began = time.perf_counter()
        cosine = tfidf.cosines([(p["a"], p["b"]) for p in pairs])
        seconds = time.perf_counter() - began
        figures = {"pearson": measures.pearson(cosine, labels), "auc": measures.auc(truth, cosine)}
        best, cut = measures.best_accuracy(truth, cosine)
        f1 = measures.f1_of_yes(truth, [c >= cut for c in cosine])
        yield Row("pairs", name, language, {**figures, "acc": best, "f1": f1, "cut": cut}, seconds, "trigram cosine, best cut")


# ── Links, shares, spans ─────────────────────────────────────────────────────────────────────────────────────────────────────


def of_links(data):
    """Sentences of two documents linked where their cosine is the best cut or more, or equal."""
    texts, gold = data / "align/simplified_de_docs.jsonl", data / "align/simplified_de_gold.jsonl"
    if not (texts.exists() and gold.exists()):
        return
    began, scored = time.perf_counter(), []
    for document in records.read(texts):
        one, two = document["original"], document["simplification"]
        rows = tfidf.vectors([tfidf.trigrams(s) for s in one + two], smooth=True)
        table = (rows[: len(one)] @ rows[len(one) :].T).tocoo()
        scored += [(c, (str(document["pair_id"]), int(i), int(j))) for i, j, c in zip(table.row, table.col, table.data)]
    seconds = time.perf_counter() - began
    wanted = measures.linked(records.read(gold))
    f1, cut = max((measures.found_of(wanted, {link for c, link in scored if c >= cut})["f1"], cut) for cut in tfidf.CUTS)
    yield Row("links", "simplified_de", "de", {"F1": f1, "cut": cut}, seconds, "trigram cosine, best cut")


def threes(text):
    words = tfidf.WORD.findall(tfidf.folded(text))
    return set(zip(words, words[1:], words[2:]))


def of_shares(data):
    """How much of an answer is reused: the share of its runs of three words that stand in its source."""
    path, order = data / "align/short_answers_en.jsonl", ["non", "heavy", "light", "cut"]
    if not path.exists():
        return
    answers = records.read(path)
    source = {a["task"]: threes(a["text"]) for a in answers if a["category"] not in order}
    judged = [(order.index(a["category"]), threes(a["text"]), source[a["task"]]) for a in answers if a["category"] in order]
    shares = [len(mine & of) / max(1, len(mine)) for _, mine, of in judged]
    spearman = measures.spearman([category for category, *_ in judged], shares)
    yield Row("reuse", "short_answers", "en", {"Spearman": spearman}, 0, "share of word 3-grams")


def of_spans(data):
    if not (data / "align/pan13_pairs.jsonl").exists():
        return
    for system, figures in PUBLISHED_SPANS.items():
        yield Row("spans", "pan13", "en", figures, 0, system)


def rows(program, data, work):
    for part in (of_stories, of_unseen, of_pairs, of_links, of_shares, of_spans):
        yield from part(data)
