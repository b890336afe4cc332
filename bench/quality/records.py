# SPDX-License-Identifier: Apache-2.0
"""JSONL in and out; .zst by the program of that name."""

import json
import pathlib
import subprocess


def present(data, path):
    """The file under `data`, as it is or compressed; None where it is neither."""
    files = (pathlib.Path(data) / (path + end) for end in ("", ".zst"))
    return next((file for file in files if file.exists()), None)


def read(path):
    path = pathlib.Path(path)
    raw = subprocess.check_output(["zstd", "-dcq", path]) if path.suffix == ".zst" else path.read_bytes()
    return [json.loads(line) for line in raw.splitlines() if line.strip()]


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path
