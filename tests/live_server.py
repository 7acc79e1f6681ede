"""A ``backlit serve`` in a process of its own, for tests that need a real one."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import backlit

SOURCE = str(Path(backlit.__file__).resolve().parent.parent)


class Live:
    """A running ``backlit serve``."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        assert process.stdout is not None
        self.line = process.stdout.readline().strip()
        found = re.search(r" at (https?)://(.+?):(\d+)/ — ", self.line)
        assert found, f"{self.line!r} {log.read_text()}"
        self.scheme, self.host, self.port = found[1], found[2], int(found[3])

    def get(self, path: str, context: ssl.SSLContext | None = None, **headers: str) -> tuple[int, bytes]:
        url = f"{self.scheme}://{self.host}:{self.port}{path}"
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, headers=headers), timeout=30, context=context
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)


def start(*arguments: str, index: Path, log: Path, settings: str = "", **more: Any) -> subprocess.Popen[str]:
    extra = []
    if settings:
        path = log.with_suffix(".toml")
        path.write_text(settings)
        extra = ["--settings", str(path)]
    environment = {**os.environ, "PYTHONPATH": SOURCE, "BACKLIT_DEBUG": "0"}
    environment.pop("BACKLIT_PASSWORD", None)
    with open(log, "w") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "backlit", "--index", str(index), *extra, "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
            **more,
        )
