# SPDX-License-Identifier: Apache-2.0
"""Runs the program once: seconds, and the most memory it held (Linux)."""

import dataclasses
import os
import pathlib
import subprocess
import time

OFTEN = 0.01  # seconds between looks at the memory


@dataclasses.dataclass
class Ran:
    seconds: float
    memory: float  # MiB


def peak(pid):
    """So far, in MiB. (What wait4 tells begins at the size of the process that started it, which here may be the larger.)"""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def run(command, work, out=os.devnull):
    """Both exit codes that mean done will do: 1 says that a record without text was left out. What it prints goes to the file `out`."""
    command, log = [str(c) for c in command], work / "log.txt"
    with open(log, "wb") as errors, open(out, "wb") as printed:
        began, memory = time.perf_counter(), 0.0
        with subprocess.Popen(command, stdout=printed, stderr=errors, stdin=subprocess.DEVNULL) as process:
            while process.poll() is None:
                memory = max(memory, peak(process.pid))
                try:
                    process.wait(OFTEN)
                except subprocess.TimeoutExpired:
                    pass
        seconds = time.perf_counter() - began
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {log.read_text(errors='replace')[-500:]}")
    return Ran(seconds, memory)
