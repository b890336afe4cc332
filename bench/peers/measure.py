# SPDX-License-Identifier: Apache-2.0
"""Runs a command with all its descendants and tells wall time, processor time and peak memory of the whole tree (Linux)."""

import ctypes
import os
import pathlib
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Measured:
    code: int | None  # None: out of time
    wall: float
    cpu: float
    memory: float  # MiB
    others: float  # share of the machine's processor time that went to other programs meanwhile
    output: str


def adopt_orphans():
    """Grandchildren whose parent does not wait for them (Spark's JVM) become ours, and with them their processor time."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants():
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # ended meanwhile
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = [], [os.getpid()]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def proportional_memory(pid):
    """MiB, pages shared between processes counted once."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024


class Peak:
    """Highest memory of all descendants together, looked at five times a second."""

    def __init__(self):
        self.value, self.stop = 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.stop.wait(0.2):
            self.value = max(self.value, sum(map(proportional_memory, descendants())))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def busy():
    """Seconds of processor time the machine has spent so far, on whatever."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def wait_for_quiet(patience):
    """Until other programs take less than a tenth of the machine, or `patience` seconds have passed."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        before = busy()
        time.sleep(1)
        if busy() - before < 0.1 * os.cpu_count():
            return


def kill_all():
    for pid in descendants():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def reap(first, usage):
    """Waits for what is left of the tree; `usage` is that of the processes already waited for."""
    status = None
    while True:
        try:
            pid, code, spent = os.wait4(-1, 0)
        except ChildProcessError:
            return status
        usage.append(spent)
        if pid == first:
            status = os.waitstatus_to_exitcode(code)


def run(command, log, timeout, environment=None):
    adopt_orphans()
    usage, late = [], threading.Event()
    with open(log, "wb") as errors, Peak() as peak:
        began, before = time.perf_counter(), busy()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment, stdin=subprocess.DEVNULL)
        timer = threading.Timer(timeout, lambda: (late.set(), kill_all()))
        timer.start()
        output = process.stdout.read().decode()
        code = reap(process.pid, usage)
        wall, spent = time.perf_counter() - began, busy() - before
        timer.cancel()
        process.returncode = code  # waited for above: subprocess must not look again
        process.stdout.close()
    cpu = sum(u.ru_utime + u.ru_stime for u in usage)
    memory = max([peak.value] + [u.ru_maxrss / 1024 for u in usage])
    others = max(0, spent - cpu) / (wall * os.cpu_count())
    return Measured(None if late.is_set() else code, wall, cpu, memory, others, output)
