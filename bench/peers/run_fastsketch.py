# SPDX-License-Identifier: Apache-2.0
"""FastSketchLSH: sketches in batches, its LSH, and the agreement of slots (it has no batch estimate; numpy compares)."""

import numpy
from FastSketchLSH import LSH, FastSimilaritySketch

import peer


def sketch_lines(lines):
    ids, texts = peer.documents(lines)
    sketch = FastSimilaritySketch(size=peer.SLOTS, seed=42)
    matrix = sketch.batch([peer.shingles(t) for t in texts], num_threads=1)  # the processes are the threads
    return ids, [matrix]


def keep_first(matrix, args):
    lsh = LSH(num_perm=peer.SLOTS, num_bands=peer.BANDS, num_threads=args.threads)
    lsh.insert(matrix)
    candidates, offsets = lsh.query(matrix, format="csr")
    return peer.keep_first(len(matrix), peer.agreeing_pairs(matrix, candidates, offsets, args.threshold))


def from_texts(args):
    ids, matrices = peer.collected(sketch_lines, args)
    peer.write_groups(args.groups, ids, keep_first(numpy.concatenate(matrices), args))


def from_hashes(args):
    numbers, offsets = peer.hashes(args.input)
    steps = peer.Steps()
    sketch = FastSimilaritySketch(size=peer.SLOTS, seed=42)
    matrix = sketch.batch_csr(numbers, offsets, prehashed=True, num_threads=args.threads)
    steps.done("sketch")
    of = keep_first(matrix, args)
    steps.done("lsh")
    steps.tell()
    peer.write_groups(args.groups, range(len(of)), of)


if __name__ == "__main__":
    peer.run(from_texts, from_hashes)
