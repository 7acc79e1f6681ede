"""Forms that are sent: their fields, and the token that shows they come from a page of ours.

A token is bound to the session, or to a random cookie where nobody needs to log in.
"""

from __future__ import annotations

import email.parser
import email.policy
import secrets
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request

from backlit.errors import InputError
from backlit.server.sessions import Sessions, Tokens

FIELD = "csrf"
_MOST_FIELDS = 2000


class Upload(NamedTuple):
    """A file that was sent with a form."""

    name: str
    content: bytes


class Form:
    """The fields of a form, and its files."""

    def __init__(self, pairs: list[tuple[str, str]], files: dict[str, Upload] | None = None) -> None:
        self.pairs = pairs
        self.files = files or {}

    def one(self, name: str) -> str | None:
        """The (last) value of a field without blanks around it; None where it is empty or not there."""
        found = [value for key, value in self.pairs if key == name]
        return (found[-1].strip() or None) if found else None

    def all(self, name: str) -> list[str]:
        """The values of a field that may be there several times (check boxes)."""
        return [value for key, value in self.pairs if key == name and value]

    @classmethod
    def read(cls, content_type: str, body: bytes) -> Form:
        """The form in a body. Raises ``InputError`` for what is no form."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            try:
                return cls(
                    parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
                )
            except (ValueError, UnicodeDecodeError) as exc:
                raise InputError(
                    "The form that was sent cannot be read: send it again from its page."
                ) from exc
        if kind == "multipart/form-data":
            return cls._parts(content_type, body)
        raise InputError("What was sent is no form: use the page it belongs to.")

    @classmethod
    def _parts(cls, content_type: str, body: bytes) -> Form:
        head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        pairs: list[tuple[str, str]] = []
        files: dict[str, Upload] = {}
        if not message.is_multipart():
            raise InputError("The form that was sent cannot be read: send it again from its page.")
        for part in message.iter_parts():  # type: ignore[attr-defined]
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            if not isinstance(name, str):
                continue
            if (filename := part.get_filename()) is not None:
                if filename or content:
                    files[name] = Upload(filename, content)
            else:
                pairs.append((name, content.decode("utf-8", "replace")))
        return cls(pairs, files)


class Guard:
    """Makes and checks the tokens of forms. ``cookie`` is the name of the cookie of browsers without a session."""

    def __init__(self, cookie: str, sessions: Sessions | None) -> None:
        self.cookie = cookie
        self._session_cookie = sessions.cookie if sessions else None
        self._tokens = sessions.tokens if sessions else Tokens()

    def token(self, request: Request) -> str:
        """A token for a form on a page that answers ``request``."""
        bound = self._bound(request)
        if bound is None:
            # The page that is made sets this cookie.
            state = request.scope.setdefault("state", {})
            bound = state.setdefault("dashboard_browser", secrets.token_urlsafe(24))
        return self._tokens.make(bound)

    def is_good(self, request: Request, token: str | None) -> bool:
        """Whether ``token`` was made for the browser that sends ``request``."""
        return self._tokens.is_good(self._bound(request), token)

    def _bound(self, request: Request) -> str | None:
        """What a token of this browser is bound to; None where it has no cookie yet."""
        session = request.cookies.get(self._session_cookie) if self._session_cookie else None
        return session or request.cookies.get(self.cookie)
