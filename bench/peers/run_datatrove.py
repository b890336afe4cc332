# SPDX-License-Identifier: Apache-2.0
"""datatrove: its four-stage MinHash, up to the clusters (connected components); 5-grams of words at white space, 64-bit hashes."""

import os
import shutil
import struct
import tempfile

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils.word_tokenizers import WordTokenizer

import peer


class Words(WordTokenizer):
    """Punctuation is gone before a tokenizer is asked: what is left to do is cheaper so than with its own (spaCy) for English."""

    def word_tokenize(self, text):
        return text.split()

    def sent_tokenize(self, text):
        raise NotImplementedError

    span_tokenize = sent_tokenize


def split(path, folder, files):
    """One file for each task: a reader is as parallel as there are files."""
    os.mkdir(folder)
    outs = [open(f"{folder}/{i:05d}.jsonl", "wb") for i in range(files)]
    ids = [[] for _ in outs]
    for lines in peer.parts(path):
        at = min(range(files), key=lambda i: outs[i].tell())
        outs[at].writelines(lines)
        ids[at] += peer.documents(lines)[0]
    for out in outs:
        out.close()
    return ids


def run(folder, args, config):
    def stage(pipeline, tasks, name):
        LocalPipelineExecutor(
            pipeline=pipeline, tasks=tasks, workers=args.threads, logging_dir=f"{folder}/log_{name}", start_method="fork"
        ).run()

    sign = MinhashDedupSignature(f"{folder}/signatures", config, language=Words())
    stage([JsonlReader(f"{folder}/in"), sign], args.threads, "sign")
    stage([MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)], config.num_buckets, "buckets")
    stage([MinhashDedupCluster(f"{folder}/buckets", f"{folder}/clusters", config, save_cluster_id=True)], 1, "clusters")


def clusters(folder, ids):
    """Cluster number → members, from datatrove's binary files of (document, cluster)."""
    found = {}
    for number, part in enumerate(ids):
        path = f"{folder}/clusters/{number:06d}.clusters"
        if os.path.exists(path):
            for document, cluster in struct.iter_unpack("<II", open(path, "rb").read()):
                found.setdefault(cluster, []).append(part[document])
    return found.values()


def main(args):
    folder = tempfile.mkdtemp(dir=os.path.dirname(args.groups))
    try:
        ids = split(args.input, f"{folder}/in", args.threads)
        run(folder, args, MinhashConfig(n_grams=5, num_buckets=peer.BANDS, hashes_per_bucket=peer.ROWS))
        groups = list(clusters(folder, ids))
    finally:
        shutil.rmtree(folder)
    peer.write_components(args.groups, groups)


if __name__ == "__main__":
    main(peer.arguments())
