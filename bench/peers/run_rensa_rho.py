# SPDX-License-Identifier: Apache-2.0
"""rensa, the fast path its benchmark measures: "rho" sketches of some of the shingles, chosen by position, and flags in one shot.

It says which documents have a duplicate, not of what.
"""

import os

import numpy

import peer


def hash_lines(lines):
    from rensa import RMinHash  # only in the workers, so that their number of threads is set before

    ids, texts = peer.documents(lines)
    sets = RMinHash.hash_token_sets([peer.shingles(t) for t in texts])
    return ids, [numpy.array(s, dtype=numpy.uint64) for s in sets]


def flags(numbers, offsets, threshold, steps):
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_flat_token_hashes_rho(numbers, offsets, peer.SLOTS, 42)
    steps.done("sketch")
    lsh = RMinHashLSH(threshold=threshold, num_perm=peer.SLOTS, num_bands=peer.BANDS)
    found = lsh.query_duplicate_flags_matrix_one_shot(matrix)
    steps.done("lsh")
    return numpy.flatnonzero(found).tolist()


def from_texts(args):
    os.environ["RAYON_NUM_THREADS"] = "1"  # the processes are the threads
    ids, sets = peer.collected(hash_lines, args)
    offsets = numpy.concatenate(([0], numpy.cumsum([len(s) for s in sets]))).astype(numpy.uint64)
    found = flags(numpy.concatenate(sets), offsets, args.threshold, peer.Steps())
    peer.write_flagged(args.groups, [ids[i] for i in found])


def from_hashes(args):
    os.environ["RAYON_NUM_THREADS"] = str(args.threads)
    numbers, offsets = peer.hashes(args.input)
    steps = peer.Steps()
    found = flags(numbers, offsets, args.threshold, steps)
    steps.tell()
    peer.write_flagged(args.groups, found)


if __name__ == "__main__":
    peer.run(from_texts, from_hashes)
