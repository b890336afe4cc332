# SPDX-License-Identifier: Apache-2.0
"""A real standalone cluster on this machine: a master and workers, each a process of its own."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pyspark

HOME = pathlib.Path(pyspark.__file__).parent
READY = 60  # seconds


class Cluster:
    def __init__(self, folder, workers, memory="1g"):
        self.folder = pathlib.Path(folder)
        self.memory = memory
        self.environment = {**os.environ, "SPARK_HOME": str(HOME), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
        os.environ["PYSPARK_PYTHON"] = sys.executable  # the driver's word is what the workers start
        self.environment["SPARK_LOCAL_DIRS"] = str(self.folder / "local")
        master = self._start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.url = self._said(master, r"Starting Spark master at (spark://\S+)")
        self.processes = [master] + [self._worker(f"worker{i}") for i in range(workers)]

    def _start(self, name, *command):
        with open(self.folder / f"{name}.log", "w") as log:
            process = subprocess.Popen([HOME / "bin" / "spark-class", *command], stdout=log, stderr=log, env=self.environment)
        process.name = name
        return process

    def _worker(self, name):
        command = ["--host", "127.0.0.1", "-c", "1", "-m", self.memory, "-d", str(self.folder / name), "--webui-port", "0", self.url]
        worker = self._start(name, "org.apache.spark.deploy.worker.Worker", *command)
        self._said(worker, r"Successfully registered with master (\S+)")
        return worker

    def _said(self, process, wanted):
        log = self.folder / f"{process.name}.log"
        for _ in range(10 * READY):
            if found := re.search(wanted, log.read_text()):
                return found[1]
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"{process.name} said nothing of {wanted!r}:\n{log.read_text()}")

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=READY)
