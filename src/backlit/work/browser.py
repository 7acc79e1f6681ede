"""Chromium, if this machine has one: started for one job, without network, and gone with everything it wrote.

It is spoken to over two pipes in its own protocol (JSON, each message ended by a zero byte), so no port is opened and
nobody else can talk to it. Its profile is a folder that is removed at the end; scripts of the page do not run; every
name resolves to nothing and every connection is refused. The sandbox is on, but for root, for whom Chromium has none.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backlit.errors import BrowserFailed, BrowserMissing

#: Tried in this order, after the one in BACKLIT_CHROMIUM.
NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable", "chrome")
_FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check"),
    *(
        "--disable-gpu",
        "--disable-extensions",
        "--disable-sync",
        "--disable-component-update",
        "--disable-quic",
    ),
    *("--disable-background-networking", "--disable-default-apps", "--disable-dev-shm-usage", "--mute-audio"),
    *("--disable-domain-reliability", "--disable-breakpad", "--metrics-recording-only", "--hide-scrollbars"),
    *(
        "--password-store=basic",
        "--use-mock-keychain",
        "--force-color-profile=srgb",
        "--font-render-hinting=none",
    ),
    *(
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
    ),
)
#: Puts the two pipes where Chromium looks for them (3 and 4), and becomes Chromium.
_LAUNCH = """
import fcntl, os, sys
got = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]]
for place, fd in zip((3, 4), got):
    os.dup2(fd, place, inheritable=True)
os.execv(sys.argv[3], sys.argv[3:])
"""
_MOST_BYTES = 256 << 20


def find_browser() -> str:
    """The program to start. Raises ``BrowserMissing`` with what to do."""
    if os.name != "posix":
        raise BrowserMissing(
            "PDF and PNG files are made on Linux and macOS only; the HTML file prints from any browser."
        )
    named = os.environ.get("BACKLIT_CHROMIUM")
    for name in (named, *NAMES):
        if name and (found := shutil.which(name)) is not None:
            return found
    raise BrowserMissing(
        "There is no Chromium on this machine, and it takes one to make PDF and PNG files. Install it "
        "(Debian: apt-get install chromium) or name one in BACKLIT_CHROMIUM; the HTML file prints from any browser."
    )


@contextlib.contextmanager
def browser(seconds: float) -> Iterator[Tab]:
    """A page of a Chromium of its own, for at most ``seconds``. Raises ``BrowserMissing`` or ``BrowserFailed``."""
    program = find_browser()
    until = time.monotonic() + seconds
    with (
        tempfile.TemporaryDirectory(prefix="backlit-print-", ignore_cleanup_errors=True) as folder,
        _running(program, Path(folder)) as (send, receive),
    ):
        yield Tab(send, receive, until, Path(folder))


@contextlib.contextmanager
def _running(program: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Chromium, and the ends of the pipes to it: where to write, and where to read."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    flags = [*_FLAGS, f"--user-data-dir={folder / 'profile'}", f"--disk-cache-dir={folder / 'cache'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    # Its shell script and its helpers keep files where the home is.
    keep = {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
    }
    room = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "TMPDIR": str(folder),
    }
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(theirs_in), str(theirs_out)]
    try:
        process = subprocess.Popen(
            [*launch, program, *flags, "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=keep | room,
            cwd=folder,
            start_new_session=True,
        )
    except OSError as exc:
        for fd in (theirs_in, theirs_out, ours_in, ours_out):
            os.close(fd)
        raise BrowserFailed(f"{program} cannot be started: {exc.strerror}.") from exc
    os.close(theirs_in)
    os.close(theirs_out)
    os.set_blocking(ours_in, False)
    os.set_blocking(ours_out, False)
    try:
        yield ours_out, ours_in
    finally:
        os.close(ours_out)
        os.close(ours_in)
        # Without its pipes it ends by itself; its helpers, which are of its session, must not outlive it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Tab:
    """One page: told what to show, and what to make of it."""

    def __init__(self, send: int, receive: int, until: float, folder: Path) -> None:
        self._send, self._receive, self._until = send, receive, until
        self.folder = folder
        self._number = 0
        self._read = bytearray()
        self._heard: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Emulation.setScriptExecutionDisabled", value=True)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to one command."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._write(json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._number:
                if "error" in found:
                    raise BrowserFailed(f"Chromium could not do {method}: {found['error'].get('message')}.")
                answer: dict[str, Any] = found.get("result", {})
                return answer
            self._heard.append(found)

    def show(self, text: str, ending: str, *, width: int = 1280, height: int = 900, scale: float = 1) -> None:
        """Load a document, written as a file with this ending, and wait until it is there."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )
        file = self.folder / f"page{self._number}.{ending}"
        file.write_text(text, "utf-8", errors="replace")
        self._heard.clear()
        told = self.ask("Page.navigate", url=file.as_uri())
        if told.get("errorText"):
            raise BrowserFailed(f"Chromium could not open the page: {told['errorText']}.")
        while not any(one.get("method") == "Page.loadEventFired" for one in self._heard):
            self._heard.append(self._next())
        file.unlink(missing_ok=True)

    def pdf(self, **options: Any) -> bytes:
        """The page printed."""
        return base64.b64decode(self.ask("Page.printToPDF", **options)["data"])

    def png(self, width: int, height: int) -> bytes:
        """The upper left part of the page, ``width`` by ``height``, as a picture."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", clip=clip)["data"])

    def _write(self, message: bytes) -> None:
        rest = memoryview(message)
        while rest:
            self._wait([], [self._send])
            try:
                rest = rest[os.write(self._send, rest) :]
            except BlockingIOError:
                continue
            except OSError:
                raise BrowserFailed(_ENDED) from None

    def _next(self) -> dict[str, Any]:
        """The next message."""
        while (end := self._read.find(b"\0")) < 0:
            self._wait([self._receive], [])
            try:
                piece = os.read(self._receive, 1 << 20)
            except BlockingIOError:
                continue
            if not piece:
                raise BrowserFailed(_ENDED)
            self._read += piece
            if len(self._read) > _MOST_BYTES:
                raise BrowserFailed("What Chromium made is too large.")
        message: dict[str, Any] = json.loads(self._read[:end].decode())
        del self._read[: end + 1]
        return message

    def _wait(self, read: list[int], write: list[int]) -> None:
        left = self._until - time.monotonic()
        # Not select: a server may have more files open than it can name.
        ready = select.poll()
        for fd in read:
            ready.register(fd, select.POLLIN | select.POLLHUP)
        for fd in write:
            ready.register(fd, select.POLLOUT | select.POLLERR)
        if left <= 0 or not ready.poll(left * 1000):
            raise BrowserFailed(
                "Chromium took too long and was stopped. Ask for fewer sections, or raise report.print_seconds in the "
                "settings."
            )


_ENDED = "Chromium ended before it was done: start it by hand to see why (chromium --headless --dump-dom about:blank)."
