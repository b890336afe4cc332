# SPDX-License-Identifier: Apache-2.0
"""text-dedup (the packaged one): its own command, which also writes the survivors; connected components, no verification."""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile

import peer


def main(args):
    folder = tempfile.mkdtemp(dir=os.path.dirname(args.groups))
    options = {
        "path": "json",
        "data_files": args.input,
        "split": "train",
        "cache_dir": f"{folder}/cache",
        "output": f"{folder}/out",
        "column": "text",
        "ngram": 5,
        "num_perm": peer.SLOTS,
        "b": peer.BANDS,
        "r": peer.ROWS,
        "hash_func": "xxh3",
        "hash_bits": 32,
        "threshold": args.threshold,
        "num_proc": args.threads,
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    try:
        # --debug keeps the clusters; datasets and its cache stay within the folder.
        environment = dict(os.environ, HF_HOME=folder, HF_HUB_OFFLINE="1", PYTHONWARNINGS="ignore")
        subprocess.run([sys.executable, "-m", "text_dedup.minhash", "--debug", *flags], check=True, env=environment)
        with open(f"{folder}/out/uf.pkl", "rb") as file:
            parents = pickle.load(file).parent
    finally:
        shutil.rmtree(folder)
    write(args, parents)


def write(args, parents):
    groups = {}
    for document in sorted(parents):
        root = document
        while parents[root] != root:
            root = parents[root]
        groups.setdefault(root, []).append(document)
    ids = [i for lines in peer.parts(args.input) for i in peer.documents(lines)[0]]
    peer.write_components(args.groups, [[ids[d] for d in g] for g in groups.values() if len(g) > 1])


if __name__ == "__main__":
    main(peer.arguments())
