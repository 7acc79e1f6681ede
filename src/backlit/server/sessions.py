"""Sessions of browsers that logged in, and tokens that show that a form comes from a page of ours.

Both are signed with secrets that this process alone has, so they end with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time

#: A session ends so long after its login.
SECONDS = 12 * 3600
_MOST_ENDED = 10_000


class Tokens:
    """Tokens for forms. Each is different, so that the compressed length of a page tells nothing of it."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def make(self, bound: str) -> str:
        """A token that is good only together with ``bound``, the value of a cookie."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._sign(nonce, bound)}"

    def is_good(self, bound: str | None, token: str | None) -> bool:
        """Whether ``token`` was made for ``bound``."""
        nonce, _, signature = (token or "").partition(".")
        if bound is None or not signature:
            return False
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(nonce, bound).encode())

    def _sign(self, nonce: str, bound: str) -> str:
        return hmac.new(
            self._secret, f"{nonce}\0{bound}".encode("utf-8", "replace"), hashlib.sha256
        ).hexdigest()


class Sessions:
    """Makes and checks sessions. Thread-safe."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.tokens = Tokens()
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._ended: dict[str, float] = {}

    def start(self, user: str) -> str:
        """A new session of ``user``, as a cookie holds it."""
        body = f"{int(time.time()) + SECONDS}.{secrets.token_urlsafe(18)}.{user}"
        return f"{self._sign(body)}.{body}"

    def user(self, given: str | None) -> str | None:
        """Whose session this is; None for one that is not ours, has expired or was ended."""
        signature, _, body = (given or "").partition(".")
        if not body or not hmac.compare_digest(
            signature.encode("utf-8", "replace"), self._sign(body).encode()
        ):
            return None
        until, number, user = body.split(".", 2)
        if int(until) < time.time() or number in self._ended:
            return None
        return user

    def end(self, given: str | None) -> None:
        """End a session before its time."""
        if self.user(given) is None or given is None:
            return
        until, number, _ = given.partition(".")[2].split(".", 2)
        with self._lock:
            now = time.time()
            self._ended = {one: at for one, at in self._ended.items() if at >= now}
            while len(self._ended) >= _MOST_ENDED:
                del self._ended[next(iter(self._ended))]
            self._ended[number] = float(until)

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
