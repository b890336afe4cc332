#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Between two queues: takes JSON records from one Redis list, passes on to another what is new.

    queue_consumer.py --from articles --to fresh --index seen.index [--url redis://localhost:6379]

A record lies in the list FROM:taken from when it is taken until it has been passed on. What lies there when this begins, since an
earlier run was killed, is fed again, and the index gives it the answer it gave before; a record that comes twice from FROM is
passed on once. Both go by ids. What retold takes for no record goes to TO:refused. Ends on Ctrl-C or SIGTERM, or with --once when
FROM is empty; with exit code 1 when retold ends or Redis cannot be reached. Needs Python's package redis, and retold on the path
(or RETOLD in the environment).
"""
import argparse
import json
import os
import signal
import subprocess
import sys

try:
    import redis
except ImportError:
    raise SystemExit("needs Python's package redis: pip install redis") from None


class Filter:
    """retold filter in a pipe: one record in, the same record with its mark out."""

    def __init__(self, index):
        program = os.environ.get("RETOLD", "retold")
        command = [program, "filter", "--quiet", "--index", index, "--action", "mark", "--repeats", "drop"]
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise SystemExit(f"{program}: {error.strerror}; RETOLD in the environment names the program") from error

    def mark(self, record):
        """What retold says of a record; None if it is none."""
        try:
            record = json.loads(record)
            if isinstance(record, dict):
                record.pop("retold", None)  # of another index, or nobody's: what comes back is what this one says
            line = json.dumps(record, allow_nan=False)  # one line, whatever the queue holds
        except (ValueError, RecursionError):
            return None
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
            marked = self.process.stdout.readline()
        except BrokenPipeError:
            marked = b""
        if not marked:
            raise SystemExit("retold filter has ended; see above")
        answer = json.loads(marked)
        return answer.get("retold") if isinstance(answer, dict) else None

    def check(self):
        """Ends this program when retold has ended."""
        if self.process.poll() is not None:
            raise SystemExit("retold filter has ended; see above")

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:  # it has ended, and what it was to read is in the queue
            pass
        return self.process.wait()


def pass_on(queue, seen, record, taken, to, again):
    """Returns the record's status. The record leaves `taken` together with its arrival in `to`."""
    mark = seen.mark(record)
    status = "refused" if mark is None else mark["status"]
    if status == "new" and mark.get("repeated") and not again:
        status = "repeated"
    with queue.pipeline(transaction=True) as both:
        if status == "new":
            both.rpush(to, record)
        elif status == "refused":
            both.rpush(to + ":refused", record)
        both.lrem(taken, 1, record)
        both.execute()
    return status


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--from", dest="source", required=True)
    arguments.add_argument("--to", required=True)
    arguments.add_argument("--index", required=True)
    arguments.add_argument("--url", default="redis://localhost:6379")
    arguments.add_argument("--once", action="store_true", help="end when there is nothing more")
    chosen = arguments.parse_args()
    queue = redis.Redis.from_url(chosen.url)
    taken, counts = chosen.source + ":taken", {}
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    seen = Filter(chosen.index)

    def count(record, again=False):
        status = pass_on(queue, seen, record, taken, chosen.to, again)
        counts[status] = counts.get(status, 0) + 1

    try:
        for record in queue.lrange(taken, 0, -1):
            count(record, again=True)
        while True:
            record = queue.lmove(chosen.source, taken) if chosen.once else queue.blmove(chosen.source, taken, 1)
            if record is not None:
                count(record)
            elif chosen.once:
                break
            else:
                seen.check()
    except KeyboardInterrupt:
        pass
    except redis.RedisError as error:
        raise SystemExit(f"Redis: {error}") from error
    finally:
        ended = seen.close()
    print(", ".join(f"{n} {status}" for status, n in sorted(counts.items())) or "nothing came", file=sys.stderr)
    if ended not in (0, 1, -signal.SIGINT, -signal.SIGTERM) and set(counts) != {"refused"}:  # 1: some lines are no records
        raise SystemExit("retold filter has failed; see above")


if __name__ == "__main__":
    main()
