# SPDX-License-Identifier: Apache-2.0
"""datasketch: MinHash in bulk (its own default scheme, xxHash instead of SHA-1), MinHashLSH, the signatures' estimate."""

import functools

import numpy
import xxhash
from datasketch import LeanMinHash, MinHash, MinHashLSH

import peer


def sketch_lines(lines):
    ids, texts = peer.documents(lines)
    return ids, [LeanMinHash(m) for m in of_texts(texts, 5)]


def of_texts(texts, n):
    return signed((encoded(peer.shingles(t, n)) for t in texts), xxhash.xxh32_intdigest)


def encoded(shingles):
    return list(map(str.encode, shingles))  # xxHash takes bytes alone, from its version 4 on


def signed(sets, hashfunc):
    return MinHash.generator(sets, num_perm=peer.SLOTS, hashfunc=hashfunc)


def keep_first(minhashes, threshold):
    lsh = MinHashLSH(num_perm=peer.SLOTS, params=(peer.BANDS, peer.ROWS))
    of, kept = [], {}
    for i, minhash in enumerate(minhashes):
        near = [j for j in lsh.query(minhash) if kept[j].jaccard(minhash) >= threshold]
        of.append(min(near, default=i))
        if not near:
            kept[i] = minhash
            lsh.insert(i, minhash, check_duplication=False)
    return of


def from_texts(args):
    ids, minhashes = peer.collected(sketch_lines, args)
    peer.write_groups(args.groups, ids, keep_first(minhashes, args.threshold))


def from_hashes(args):
    numbers, offsets = peer.hashes(args.input)
    low = (numbers & numpy.uint64(0xFFFFFFFF)).astype(numpy.uint32)
    steps = peer.Steps()
    sets = (low[offsets[i] : offsets[i + 1]].tolist() for i in range(len(offsets) - 1))
    minhashes = [LeanMinHash(m) for m in signed(sets, int)]
    steps.done("sketch")
    of = keep_first(minhashes, args.threshold)
    steps.done("lsh")
    steps.tell()
    peer.write_groups(args.groups, range(len(of)), of)


if __name__ == "__main__":
    peer.run(from_texts, from_hashes)
