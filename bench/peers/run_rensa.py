# SPDX-License-Identifier: Apache-2.0
"""rensa, the full sketch: RMinHash objects, RMinHashLSH, the signatures' estimate.

Its flag interfaces are faster, but tell only that a document has a duplicate, not of what; run_rensa_rho.py measures one.
"""

import os

import numpy

import peer


def sketch_lines(lines):
    from rensa import RMinHash  # only in the workers, so that their number of threads is set before

    ids, texts = peer.documents(lines)
    return ids, RMinHash.from_token_sets([peer.shingles(t) for t in texts], num_perm=peer.SLOTS, seed=42)


def keep_first(minhashes, threshold):
    from rensa import RMinHashLSH

    lsh = RMinHashLSH(threshold=threshold, num_perm=peer.SLOTS, num_bands=peer.BANDS)
    lsh.insert_many(minhashes)
    pairs = [
        (a, b)
        for b, candidates in enumerate(lsh.query_all(minhashes))
        for a in candidates
        if a < b and minhashes[a].jaccard(minhashes[b]) >= threshold
    ]
    return peer.keep_first(len(minhashes), sorted(pairs))


def from_texts(args):
    os.environ["RAYON_NUM_THREADS"] = "1"  # the processes are the threads
    ids, minhashes = peer.collected(sketch_lines, args)
    peer.write_groups(args.groups, ids, keep_first(minhashes, args.threshold))


def from_hashes(args):
    """A digest matrix, its fastest full sketch; what it says of one is only which documents have a candidate."""
    os.environ["RAYON_NUM_THREADS"] = str(args.threads)
    from rensa import RMinHash, RMinHashLSH

    numbers, offsets = peer.hashes(args.input)
    steps = peer.Steps()
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(numbers, offsets, peer.SLOTS, 42)
    steps.done("sketch")
    lsh = RMinHashLSH(threshold=args.threshold, num_perm=peer.SLOTS, num_bands=peer.BANDS)
    flags = lsh.query_duplicate_flags_matrix_one_shot(matrix)
    steps.done("lsh")
    steps.tell()
    peer.write_flagged(args.groups, numpy.flatnonzero(flags).tolist())


if __name__ == "__main__":
    peer.run(from_texts, from_hashes)
