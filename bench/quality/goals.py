# SPDX-License-Identifier: Apache-2.0
"""What the figures must be, at the defaults, one setting for all collections."""

import collections

Goal = collections.namedtuple("Goal", "level name figure sign bound")  # sign: least or most

MEAN = "mean"  # the name of the mean over a level's collections


def least(level, name, **figures):
    return [Goal(level, name, figure, "least", bound) for figure, bound in figures.items()]


def most(level, name, **figures):
    return [Goal(level, name, figure, "most", bound) for figure, bound in figures.items()]


GOALS = [
    # Stories of reworded articles: one cut for headlines, short texts and long ones, in three languages.
    *least("stories", MEAN, b3_f1=0.915, pair_f1=0.83),
    *least("topic", "multiling_en", b3_f1=0.97),
    *least("topic", "multiling_fr", b3_f1=0.97),
    *least("seeds", "story", b3_f1=1.0),
    *least("seeds", "topic", b3_f1=1.0),
    # Made worse on purpose: texts cut to a sentence, stories thinned out, copies, small collections, strangers mixed in. None may be
    # below what the first way reached, short texts must be well above it.
    *least("stress", "short", mean_f1=0.65),
    *[Goal("stress", name, "mean_f1", "least", bound)
      for name, bound in {"thin": 0.803, "tiny": 0.927, "titles": 0.786, "copies": 0.860, "noise": 0.880, "claims": 0.970}.items()],
    # Near-duplicates: candidates found, none reported wrongly, estimates as near as their stated error.
    *[goal for name in ("laws_fr", "reuters_en") for t in (0.5, 0.7, 0.8, 0.9)
      for goal in least("near", f"{name} {t}", recall=0.95, precision=1.0) + most("near", f"{name} {t}", rmse_ratio=1.1)],
    # Sentences: whether two state the same.
    *least("pairs", "mrpc_en", acc=0.74, f1=0.82),
    *least("pairs", "headlines_ru", acc=0.78),
    *least("pairs", "twitter_en", auc=0.93),
    *least("pairs", "sts_en_dev", pearson=0.76),
    *least("pairs", "sts_fr_dev", pearson=0.75),
    *least("pairs", "pawsx_en", acc=0.80),
    *[Goal("pairs", f"pawsx_{language}", "acc", "least", bound)
      for language, bound in {"de": 0.565, "fr": 0.619, "ja": 0.555, "zh": 0.597}.items()],
    # Sentences of two documents.
    Goal("links", "simplified_de", "F1", "least", 0.68),
    Goal("reuse", "short_answers", "Spearman", "least", 0.85),
    Goal("passages", "seeds", "F1 compare", "least", 0.75),
    # Passages reused in long documents.
    *least("spans", "pan13", plagdet=0.94, none=0.99, random=0.93, translation=0.92, summary=0.72),
    *most("spans", "pan13", **{"ms a pair": 3.0}),
]  # fmt: skip


def met(goal, value):
    return value >= goal.bound if goal.sign == "least" else value <= goal.bound


def of(level, name):
    return [goal for goal in GOALS if (goal.level, goal.name) == (level, name)]
