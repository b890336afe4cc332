# SPDX-License-Identifier: Apache-2.0
"""The plain way to group articles, and to compare sentences: cosine of tf-idf of truncated stems, average link. numpy and scipy."""

import collections
import math
import re
import unicodedata

import numpy
import scipy.cluster.hierarchy
import scipy.sparse

import measures

STORY_CUT, TOPIC_CUT = 0.25, 0.08  # of the cosine: one for all collections
CUTS = [n / 100 for n in range(5, 61)]  # what the best is looked for among
WORD = re.compile(r"[^\W_]+")
# Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
UNSPACED = re.compile("[\u0e00-\u0edf\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def folded(text):
    letters = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in letters if not unicodedata.combining(c))


def stem(word):
    return word if len(word) <= 5 or any(c.isdigit() for c in word) else word[: max(5, int(0.7 * len(word)))]


def pieces(word):
    """A word of a script with spaces is one piece, one of another script its characters and pairs of them."""
    if not UNSPACED.search(word):
        return [stem(word)] if len(word) > 1 else []
    return list(word) + [a + b for a, b in zip(word, word[1:])]


def terms(text):
    return collections.Counter(piece for word in WORD.findall(folded(text)) for piece in pieces(word))


def trigrams(text):
    return collections.Counter(f" {w} "[at : at + 3] for w in WORD.findall(folded(text)) for at in range(len(w)))


def article(record):
    title, text = record.get("title") or "", record.get("text") or ""
    return text if text.startswith(title) else f"{title}\n{text}"


def vectors(counts, smooth=False):
    """Rows of length 1, (1 + ln tf) · ln(n / df); what stands in one row alone matches nothing and is left out."""
    df = collections.Counter(term for row in counts for term in row)
    column = {term: at for at, term in enumerate(t for t, n in df.items() if n > 1)}
    cells = [
        (at, column[t], (1 + math.log(tf)) * math.log((len(counts) + smooth) / df[t]))
        for at, row in enumerate(counts) for t, tf in row.items() if t in column
    ]  # fmt: skip
    rows, columns, values = zip(*cells) if cells else ((), (), ())
    matrix = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(counts), max(1, len(column))))
    norms = numpy.sqrt(numpy.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return scipy.sparse.diags(1 / numpy.where(norms > 0, norms, 1)) @ matrix


class Tree:
    """Average link of a collection, once for all cuts."""

    def __init__(self, articles):
        self.ids = [str(r["id"]) for r in articles]
        rows = vectors([terms(article(r)) for r in articles])
        apart = numpy.clip(1 - (rows @ rows.T).toarray(), 0, None)
        above = numpy.triu_indices(len(articles), 1)
        self.merges = scipy.cluster.hierarchy.linkage(apart[above], "average")

    def groups(self, cut):
        of = collections.defaultdict(list)
        for document, at in zip(self.ids, scipy.cluster.hierarchy.fcluster(self.merges, 1 - cut, "distance")):
            of[at].append(document)
        return list(of.values())

    def figures(self, cut, stories, umbrella):
        return {**measures.grouping(stories, self.groups(cut), umbrella), "cut": cut}

    def best(self, stories, umbrella):
        return max((self.figures(cut, stories, umbrella) for cut in CUTS), key=lambda f: f["b3_f1"] + f["pair_f1"])


def cosines(pairs, of=trigrams):
    """Of each pair of texts, idf from all of them."""
    rows = vectors([of(text) for pair in pairs for text in pair], smooth=True)
    return numpy.clip(numpy.asarray(rows[0::2].multiply(rows[1::2]).sum(axis=1)).ravel(), 0, 1).tolist()
