"""What a server is told before it starts, checked before anything is opened."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from backlit.errors import InputError
from backlit.settings import Server, Settings, default

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Config:
    """A server's options. ``rules`` are the limits; a rate or a number of requests at once of 0 is none.

    ``allow_writes`` is the permission to change decisions and the index; without it everything is read-only.
    ``import_from`` is the one folder that inputs are imported from. ``hosts`` are further names that requests may
    call the server by (``*.example.com`` is any below), ``origins`` the web sites whose pages may ask it.
    """

    index: Path
    host: str = "127.0.0.1"
    port: int = 8080
    user: str = "backlit"
    password: str | None = None
    tokens: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    allow_writes: bool = False
    import_from: Path | None = None
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    access_log: Path | None = None
    settings: Settings = field(default_factory=default)
    rules: Server = field(default_factory=lambda: default().server)

    @property
    def guarded(self) -> bool:
        """Whether requests need a password or a token."""
        return self.password is not None or bool(self.tokens)

    @property
    def mark(self) -> str:
        """What tells this server's cookies from those of another at the same address, with another port."""
        return hashlib.sha256(f"{self.index.absolute()}:{self.port}".encode("utf-8", "replace")).hexdigest()[
            :8
        ]

    def check(self) -> None:
        """Raise ``InputError`` for what cannot be served safely."""
        if not self.guarded and not is_loopback(self.host):
            raise InputError(
                f"{self.host} can be reached from other machines, so a server there needs a password: give "
                "--password-file FILE or --token-file FILE, or leave out --host to serve this machine only."
            )
        if ":" in self.user:
            raise InputError(
                "The name of a user cannot have a colon: it stands between the name and the password."
            )
        if self.key is not None and self.certificate is None:
            raise InputError("A key needs its certificate: give --certificate FILE too.")
        if self.import_from is not None and not self.import_from.is_dir():
            raise InputError(f"{self.import_from} is no folder that inputs could be imported from.")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is an address, or a name of addresses, that only this machine reaches."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(str(a).partition("%")[0]).is_loopback for a in found)


def secret(path: Path, what: str) -> str:
    """The first line of a file that holds a password or a token. Raises ``InputError``."""
    found = secrets(path, what)
    return found[0]


def secrets(path: Path, what: str) -> list[str]:
    """The lines of a file of tokens, without blank ones and comments. Raises ``InputError``."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as exc:
        raise InputError(f"The file {path} with the {what} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"The file {path} with the {what} is no text in UTF-8.") from exc
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise InputError(f"The file {path} is empty: it should hold the {what}.")
    return found


def tls(config: Config) -> ssl.SSLContext | None:
    """The TLS of a server, or None where there is none. Raises ``InputError``."""
    if config.certificate is None:
        return None
    for path in (config.certificate, config.key):
        if path is not None:
            try:
                with open(path, "rb"):
                    pass
            except OSError as exc:
                raise InputError(f"{path} cannot be read: {exc.strerror}.") from exc
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    locked = InputError(
        f"The key of {config.certificate} is locked with a password, and a server starts unattended: "
        "give --key a file that is not."
    )

    def no_password() -> bytes:
        raise locked

    try:
        context.load_cert_chain(config.certificate, config.key, password=no_password)
    except InputError:
        raise
    except (ssl.SSLError, ValueError) as exc:
        key = config.key or config.certificate
        reason = getattr(exc, "reason", None) or str(exc)
        raise InputError(
            f"{config.certificate} and {key} make no certificate with its key ({reason}): both must be PEM and "
            "belong together."
        ) from exc
    return context


def listen(config: Config) -> socket.socket:
    """The socket the server listens on; port 0 takes a free one. Raises ``InputError``."""
    try:
        found = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_ADDRCONFIG
        )
    except (OSError, UnicodeError, OverflowError):
        try:
            found = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, OverflowError) as exc:
            raise InputError(f"{config.host}:{config.port} is no address to serve at.") from exc
    # Of a name that has both, the older kind of address is the one that every client tries.
    family, kind, protocol, _, address = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and config.host != "::":
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(256)
    except PermissionError as exc:
        listening.close()
        raise InputError(
            f"Port {config.port} needs rights this program does not have: choose one from 1024 up with --port."
        ) from exc
    except OSError as exc:
        listening.close()
        import errno

        if exc.errno == errno.EADDRINUSE:
            raise InputError(
                f"Port {config.port} at {config.host} is in use by another program: choose another with --port, "
                "or --port 0 for a free one."
            ) from exc
        raise InputError(f"{config.host}:{config.port} cannot be served at: {exc.strerror}.") from exc
    listening.setblocking(False)
    return listening


def allowed_hosts(config: Config) -> tuple[str, ...]:
    """The names that a request may call this server by, in lower case."""
    bound = () if _is_wildcard(config.host) else (config.host.lower(),)
    return tuple(dict.fromkeys((*_LOOPBACK_NAMES, *bound, *(name.lower() for name in config.hosts))))


def any_address(config: Config) -> bool:
    """Whether a request may name an IP address that is not known beforehand: where all are served."""
    return _is_wildcard(config.host)


def _is_wildcard(host: str) -> bool:
    return host in ("", "0.0.0.0", "::")
