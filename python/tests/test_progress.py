# SPDX-License-Identifier: Apache-2.0
"""Progress, and how long work is ended."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from given import random_texts

import retold


class Stop(Exception):
    pass


def long_texts(count):
    return [f"{text} {i} " * 20 for i, text in enumerate(random_texts(count, 3))]


def test_a_function_is_told_how_far_it_is_where_the_call_was_made(tmp_path):
    texts, source = long_texts(6000), tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    here = threading.get_ident()
    for work in (
        lambda look: retold.dedup(texts, progress=look, threads=1),
        lambda look: retold.cluster(texts, "near", passages=False, progress=look, threads=1),
        lambda look: retold.dedup(source, output=tmp_path / "out.jsonl", progress=look, threads=1),
    ):
        told = []
        work(lambda *how_far: told.append((*how_far, threading.get_ident())))
        assert told and all(thread == here and isinstance(stage, str) and 0 <= done for stage, done, _, thread in told)
        assert all(done <= total for _, done, total, _ in told if total)


def test_what_it_raises_ends_the_work_and_a_job_with_files_is_gone_on_with(tmp_path):
    texts, source, out = long_texts(6000), tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))

    def stop(stage, done, total):
        raise Stop(stage)

    for work in (lambda: retold.dedup(texts, progress=stop, threads=1), lambda: retold.cluster(texts, progress=stop, threads=1),
                 lambda: retold.dedup(source, output=out, progress=stop, threads=1)):  # fmt: skip
        with pytest.raises(Stop):
            work()
    assert not out.exists()
    report = retold.dedup(source, output=out, progress=False)
    assert (report.records, report.kept) == (len(texts), len(retold.dedup(texts).kept))


def test_an_index_keeps_what_was_added_before_it_was_stopped(tmp_path):
    texts = random_texts(60000, 5)
    ids = [str(i) for i in range(len(texts))]
    with retold.Index(tmp_path / "whole", threads=1) as whole:
        told = []
        wanted, kept = whole.add(texts, ids=ids, progress=lambda *how_far: told.append(how_far)), len(whole)
        assert told and all(stage == "add" and 0 < done <= total == len(texts) for stage, done, total in told)

    def stop(stage, done, total):
        raise Stop(stage)

    with retold.Index(tmp_path / "stopped", threads=1) as stopped:
        with pytest.raises(Stop):
            stopped.add(texts, ids=ids, progress=stop)
        assert 0 < len(stopped) < kept
        again = stopped.add(texts, ids=ids, progress=False)
        assert [(v.status, v.of) for v in again] == [(v.status, v.of) for v in wanted]
        assert any(v.repeated for v in again) and len(stopped) == kept


def test_bars_of_tqdm(monkeypatch, tmp_path):
    pytest.importorskip("tqdm")
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    texts = long_texts(6000)
    retold.dedup(texts, threads=1)
    assert said.getvalue() == ""  # no terminal
    monkeypatch.setattr(said, "isatty", lambda: True, raising=False)
    retold.dedup(texts, threads=1, progress=False)
    assert said.getvalue() == ""
    retold.dedup(texts, threads=1)
    assert "sign" in said.getvalue() or "compare" in said.getvalue()
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    before = said.getvalue()
    assert retold.dedup(texts).kept and said.getvalue() == before
    with pytest.raises(ImportError):
        retold.dedup(texts, threads=1, progress=True)


WORK = """
import retold, sys, time
texts = [f"{i} the ferry to torvik is late again {i * i} because of the ice on the fjord {i % 7}" for i in range(400000)]
try:
    print("ready", flush=True)
    retold.cluster(texts, "near", threads=2)
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(retold.dedup(["one", "One"]).kept, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_long_work_and_nothing_else():
    work = subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE, text=True)
    assert work.stdout.readline() == "ready\n"
    time.sleep(0.3)
    sent = time.monotonic()
    work.send_signal(signal.SIGINT)
    assert work.stdout.readline() == "interrupted\n"
    assert time.monotonic() - sent < 20
    assert work.stdout.readline() == "[0]\n" and work.wait() == 0


def test_in_a_thread_of_its_own_too():
    found = []
    worker = threading.Thread(target=lambda: found.append(retold.dedup(long_texts(2000), progress=lambda *_: None).kept))
    worker.start()
    worker.join()
    assert found == [retold.dedup(long_texts(2000)).kept]
