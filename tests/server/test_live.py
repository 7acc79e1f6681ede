"""A real server in a process of its own: start, stop, signals, TLS, slow clients, a changing index."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import ipaddress
import json
import os
import shutil
import signal
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import live_server
from index_rows import crawl, link, publish_batches
from live_server import Live, start


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Live]]:
    with contextlib.ExitStack() as stack:
        count = 0

        def call(index: Path, *arguments: str, settings: str = "", **more: Any) -> Live:
            nonlocal count
            count += 1
            log = tmp_path / f"server-{count}.log"
            given = arguments if "--port" in arguments else ("--port", "0", *arguments)
            process = start(*given, index=index, log=log, settings=settings, **more)

            def end() -> None:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()

            stack.callback(end)
            return Live(process, log)

        yield call


def refused(tmp_path: Path, *arguments: str, index: Path | None = None) -> str:
    """What a server that does not start says; it must say it and end with 1."""
    log = tmp_path / "refused.log"
    process = start(*arguments, index=index or tmp_path / "index", log=log)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    return log.read_text()


def test_a_server_says_where_it_is_answers_and_ends_in_order(folder: Path, serve) -> None:
    live = serve(folder, "--access-log", str(folder.parent / "live.log"))
    assert live.line == f"backlit serves {folder} at http://127.0.0.1:{live.port}/ — generation 1"
    assert live.json("/healthz")["status"] == "ok"
    assert len(live.json("/api/v1/links?target=shop.com")["data"]) == 4
    assert live.stop() == 0
    assert live.log.read_text() == ""
    lines = [json.loads(line) for line in (folder.parent / "live.log").read_text().splitlines()]
    assert [line["route"] for line in lines] == ["/healthz", "/api/v1/links"]


def test_ctrl_c_ends_with_130(folder: Path, serve) -> None:
    live = serve(folder)
    assert live.stop(signal.SIGINT) == 130


def test_a_server_can_wait_for_its_index(folder: Path, tmp_path: Path, serve) -> None:
    live = serve(tmp_path / "later")
    assert "There is no index at" in live.line
    assert live.get("/healthz")[0] == 503
    shutil.copytree(folder, tmp_path / "later")
    assert live.json("/healthz")["generation"] == 1
    (tmp_path / "later").rename(tmp_path / "away")
    status, body = live.get("/api/v1/info")
    assert (status, json.loads(body)["detail"].startswith("There is no index at")) == (503, True)
    (tmp_path / "away").rename(tmp_path / "later")
    assert live.get("/api/v1/info")[0] == 200


def test_a_new_generation_is_served_while_requests_run_on_the_old(
    folder: Path, tmp_path: Path, serve
) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "index"))
    live = serve(own)
    stop, seen, wrong = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            status, body = live.get("/api/v1/links?target=shop.com&limit=0&columns=source_url,snapshot")
            if status != 200:
                wrong.append(body)
                return
            document = json.loads(body)
            seen.append((document["provenance"]["generation"], document["total"], len(document["data"])))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(3):
        day = f"2026-03-0{number + 1}"
        rows = [link(f"https://n{number}.com/{at}", "https://shop.com/", day) for at in range(10)]
        publish_batches(own, [crawl(rows, day)])
        before = len(seen)
        while len(seen) < before + 6 and not wrong:
            time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    # Each answer is of one generation whole: that many links, and no other number.
    assert set(seen) <= {(1, 4, 4), (2, 14, 14), (3, 24, 24), (4, 34, 34)}
    assert seen[-1] == (4, 34, 34)
    assert live.json("/healthz")["generation"] == 4
    # Nothing of the generations before is held any more: the next writer takes their files away.
    publish_batches(own, [crawl([link("https://z.com/1", "https://shop.com/", "2026-04-01")], "2026-04-01")])
    live.get("/api/v1/info")
    assert len(list((own / "generations").glob("*.json"))) <= 2


# -- stopping ---------------------------------------------------------------------------------------


def held_index(tmp_path: Path, seconds: float) -> Path:
    """A module that makes ``info`` take its time, on the path of a server."""
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "sitecustomize.py").write_text(
        "import sys\n"
        "import importlib.abc\n"
        "class Late(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'backlit.questions.info':\n"
        "            import time\n"
        "            open(sys.argv[0] and __file__ + '.begun', 'w').close()\n"
        f"            time.sleep({seconds})\n"
        "sys.meta_path.insert(0, Late())\n"
    )
    return tmp_path / "late"


SHORT, LONG = 1.5, 60.0


@pytest.fixture
def busy(folder: Path, tmp_path: Path, serve, monkeypatch: pytest.MonkeyPatch):
    """A server with a request that runs for that long; gives it, and the answer when there is one."""

    def call(seconds: float, *arguments: str) -> tuple[Live, list[Any], threading.Thread]:
        late = held_index(tmp_path, seconds)
        monkeypatch.setattr(live_server, "SOURCE", f"{late}{os.pathsep}{live_server.SOURCE}")
        live = serve(folder, *arguments)
        answer: list[Any] = []

        def ask() -> None:
            try:
                answer.append(live.get("/api/v1/info")[0])
            except (OSError, http.client.HTTPException) as error:
                answer.append(type(error).__name__)

        thread = threading.Thread(target=ask)
        thread.start()
        for _ in range(500):
            if (late / "sitecustomize.py.begun").exists():
                break
            time.sleep(0.02)
        return live, answer, thread

    return call


def test_a_running_request_is_finished_before_the_end(busy) -> None:
    live, answer, thread = busy(SHORT)
    assert live.stop() == 0
    thread.join()
    assert answer == [200]


def test_a_stop_waits_no_longer_than_it_was_told(busy) -> None:
    live, answer, thread = busy(LONG, "--stop-after", "0")
    began = time.monotonic()
    assert live.stop(signal.SIGINT) == 130
    assert time.monotonic() - began < LONG / 2
    thread.join()
    assert answer != [200]


def test_a_second_ctrl_c_ends_at_once(busy) -> None:
    live, _, thread = busy(LONG)
    began = time.monotonic()
    live.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert live.stop(signal.SIGINT) == 130
    assert time.monotonic() - began < LONG / 2
    thread.join()


def test_nobody_new_is_let_in_while_a_server_ends(busy) -> None:
    live, _, thread = busy(SHORT)
    live.process.send_signal(signal.SIGTERM)
    time.sleep(0.4)
    with pytest.raises(OSError, match=r"refused|reset"):
        live.get("/healthz")
    assert live.process.wait(30) == 0
    thread.join()


def test_the_job_of_a_killed_server_ends_with_it(folder: Path, tmp_path: Path, serve) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "index"))
    live = serve(own)
    request = urllib.request.Request(
        f"http://127.0.0.1:{live.port}/api/v1/jobs",
        b'{"kind":"audit"}',
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        job = json.load(answer)
    live.process.kill()
    live.process.wait()
    again = serve(own)
    found = again.json(f"/api/v1/jobs/{job['id']}")
    assert found["state"] == "interrupted"
    assert found["detail"].startswith("The server ended before this job did.")


# -- what is refused --------------------------------------------------------------------------------


def test_another_address_needs_a_password(folder: Path, tmp_path: Path) -> None:
    said = refused(tmp_path, "--host", "0.0.0.0", "--port", "0", index=folder)
    assert said.startswith("0.0.0.0 can be reached from other machines, so a server there needs a password")


def test_a_port_in_use_is_told(folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--port", port, index=folder)
    assert said == (
        f"Port {port} at 127.0.0.1 is in use by another program: choose another with --port, or --port 0 for a "
        "free one.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--password-file", "{}/none"), "The file {}/none with the password cannot be read: No such file"),
        (("--password-file", "{}/empty"), "The file {}/empty is empty: it should hold the password."),
        (("--token-file", "{}/noise"), "The file {}/noise with the tokens is no text in UTF-8."),
        (("--password", ""), "The password is empty"),
        (("--password", "a", "--password-file", "{}/empty"), "Give the password by --password or by"),
        (("--certificate", "{}/none"), "{}/none cannot be read: No such file"),
        (("--certificate", "{}/empty"), "{}/empty and {}/empty make no certificate with its key"),
        (("--certificate", "{}/noise", "--key", "{}/empty"), "{}/noise and {}/empty make no certificate"),
        (("--key", "{}/empty"), "A key needs its certificate"),
        (("--access-log", "{}/none/x"), "The log {}/none/x cannot be written: No such file"),
        (("--import-from", "{}/none"), "{}/none is no folder that inputs could be imported from."),
        (("--host", "no such host", "--password", "x"), "no such host:0 is no address to serve at."),
        (("--host", "192.0.2.1", "--password", "x"), "192.0.2.1:0 cannot be served at: "),
    ],
)
def test_what_cannot_be_served_is_a_sentence(
    folder: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").write_text("")
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    given = [one.replace("{}", str(tmp_path)) for one in arguments]
    assert refused(tmp_path, "--port", "0", *given, index=folder).startswith(
        said.replace("{}", str(tmp_path))
    )


# -- TLS and passwords ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A certificate of 127.0.0.1, its key, and another key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    place = tmp_path_factory.mktemp("tls")
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(keys[0].public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(keys[0], hashes.SHA256())
    )
    (place / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secrecy: tuple[Any, ...] = (
        serialization.NoEncryption(),
        serialization.NoEncryption(),
        serialization.BestAvailableEncryption(b"x"),
    )
    for number, (key, way) in enumerate(zip((keys[0], keys[1], keys[0]), secrecy, strict=True)):
        (place / f"key-{number}.pem").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, way)
        )
    return place / "cert.pem", place / "key-0.pem", place / "key-1.pem"


def test_https_with_a_password(folder: Path, tmp_path: Path, certificate, serve) -> None:
    cert, key, _ = certificate
    (tmp_path / "secret").write_text("pass word\n")
    live = serve(
        folder, "--certificate", str(cert), "--key", str(key), "--password-file", str(tmp_path / "secret")
    )
    assert live.scheme == "https"
    trusting = ssl.create_default_context(cafile=str(cert))
    assert live.get("/healthz", trusting)[0] == 200
    assert live.get("/api/v1/info", trusting)[0] == 401
    token = "Basic YmFja2xpdDpwYXNzIHdvcmQ="
    assert live.get("/api/v1/info", trusting, authorization=token)[0] == 200
    with pytest.raises(urllib.error.URLError):
        live.get("/healthz", ssl.create_default_context())
    assert live.stop() == 0


def test_a_key_that_does_not_fit_or_is_locked_is_told(folder: Path, tmp_path: Path, certificate) -> None:
    cert, _, other = certificate
    wrong = refused(tmp_path, "--port", "0", "--certificate", str(cert), "--key", str(other), index=folder)
    assert f"{cert} and {other} make no certificate with its key" in wrong
    locked = other.with_name("key-2.pem")
    told = refused(tmp_path, "--port", "0", "--certificate", str(cert), "--key", str(locked), index=folder)
    assert "is locked with a password" in told


# -- slow and rude clients --------------------------------------------------------------------------

QUICK = "[server]\nheader_seconds = 0.4\nbody_seconds = 0.4\nwrite_seconds = 0.5\nmax_body_bytes = 100000\n"


def answered(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    connection.settimeout(10)
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            found += piece
    return found


def test_clients_that_take_their_time_are_let_go(folder: Path, serve) -> None:
    live = serve(folder, settings=QUICK)
    silent, half = (socket.create_connection((live.host, live.port)) for _ in range(2))
    body = socket.create_connection((live.host, live.port))
    with silent, half, body:
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        body.sendall(
            b"POST /api/v1/disavow/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        assert answered(silent).startswith(b"HTTP/1.1 408 ")
        assert answered(half).startswith(b"HTTP/1.1 408 ")
        said = answered(body)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive within 0.4 seconds" in said
    assert live.get("/healthz")[0] == 200


def test_a_huge_body_is_refused_without_being_kept(folder: Path, serve) -> None:
    live = serve(folder, settings=QUICK)
    head = b"POST /api/v1/disavow/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection((live.host, live.port)) as connection:
        connection.sendall(head + b"Content-Length: 104857600\r\n\r\n")
        assert answered(connection).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection((live.host, live.port)) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(1600):
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        assert resident(live) < 600_000_000
    assert live.get("/healthz")[0] == 200


def resident(live: Live) -> int:
    pages = int(Path(f"/proc/{live.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_who_does_not_read_its_answer_is_let_go(tmp_path: Path, serve) -> None:
    rows = [
        link(f"https://s{n}.com/{'x' * 400}", "https://shop.com/", "2026-01-05", anchor="word" * 30)
        for n in range(12_000)
    ]
    publish_batches(tmp_path / "index", [crawl(rows, "2026-01-05")])
    live = serve(tmp_path / "index", settings=QUICK)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((live.host, live.port))
        connection.sendall(
            b"GET /api/v1/links?target=shop.com&format=jsonl HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        for _ in range(500):
            if b'route="/api/v1/links",status="200"' in live.get("/metrics")[1]:
                break
            time.sleep(0.02)
        else:
            raise AssertionError("the server still waits for a client that does not read")
    assert live.get("/healthz")[0] == 200
    assert "Traceback" not in live.log.read_text()
    # What the answer held is let go: the generation it was of goes when there is another.
    publish_batches(tmp_path / "index", [crawl(rows[:1], "2026-03-01")])
    publish_batches(tmp_path / "index", [crawl(rows[1:2], "2026-03-02")])
    live.get("/api/v1/info")
    publish_batches(tmp_path / "index", [crawl(rows[2:3], "2026-03-03")])
    kept = sorted(path.name for path in (tmp_path / "index" / "generations").glob("*.json"))
    assert "000001.json" not in kept


def test_noise_is_no_request(folder: Path, serve) -> None:
    live = serve(folder)
    for noise in (
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ):
        with socket.create_connection((live.host, live.port)) as connection:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            said = answered(connection)
        assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 408")) or said == b"", noise
    assert live.get("/healthz")[0] == 200
    assert "Traceback" not in live.log.read_text()
