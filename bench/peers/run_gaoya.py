# SPDX-License-Identifier: Apache-2.0
"""gaoya: takes strings, cuts words at white space itself, and answers with documents above the threshold by signature."""

import os

import peer


def main(args):
    os.environ["RAYON_NUM_THREADS"] = str(args.threads)
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=args.threshold,
        num_bands=peer.BANDS,
        band_size=peer.ROWS,
        lowercase=True,
        ngram_range=(5, 5),
        id_container="smallvec",  # "when the number of near duplicates is expected to be small"
    )
    ids, texts = [], []
    for lines in peer.parts(args.input):
        part_ids, part = peer.documents(lines)
        ids += part_ids
        texts += part
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    pairs = [(a, b) for b, near in enumerate(index.par_bulk_query(texts)) for a in near if a < b]
    peer.write_groups(args.groups, ids, peer.keep_first(len(ids), sorted(pairs)))


if __name__ == "__main__":
    main(peer.arguments())
