#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hugging Face `datasets` through retold: a whole dataset without its duplicates, or batch by batch what no run before has seen.

    datasets_map.py RECORDS.jsonl [--index seen.index]

The two functions are what to take from here. Needs Python's packages datasets and retold.
"""

import argparse
import json
import uuid

import retold
from datasets import Dataset


def without_duplicates(dataset, column="text", **options):
    """Each text that repeats an earlier one is left out; `options` are those of retold.dedup. The column is read where it lies."""
    texts = dataset.with_format("arrow")[:][column]
    return dataset.select(retold.dedup(texts, **options).kept)


def marked(dataset, seen, column="text", id_column="id"):
    """With columns `status` and `of`: what the index says of each row, which it remembers. For streams (IterableDataset), too."""

    def mark(batch):
        verdicts = seen.add(batch[column], ids=batch[id_column])
        return {"status": [v.status for v in verdicts], "of": [v.of for v in verdicts]}

    # What an index says depends on what it has seen: nothing may come from a cache. And it has one writer, so no num_proc.
    own = {"new_fingerprint": uuid.uuid4().hex} if isinstance(dataset, Dataset) else {}
    return dataset.map(mark, batched=True, **own)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("records", help="JSONL with the fields id and text")
    parser.add_argument("--index", help="remember in this folder, and tell what is new to it")
    chosen = parser.parse_args()
    with open(chosen.records, encoding="utf-8") as file:
        dataset = Dataset.from_list([json.loads(line) for line in file])
    if chosen.index:
        with retold.Index(chosen.index) as seen:
            kept = marked(dataset, seen).filter(lambda row: row["status"] == "new")
    else:
        kept = without_duplicates(dataset)
    print(f"{len(kept)} of {len(dataset)} are new: {', '.join(kept['id'])}")


if __name__ == "__main__":
    main()
