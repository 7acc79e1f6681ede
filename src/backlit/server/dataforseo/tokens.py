"""Where the next page of a listing begins, as a text that a client sends back.

A token holds the place in the order: the sort values of the last row that was given. It goes on there whatever was
added to the index since, and is bound to the request it was made for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any

import msgspec

from backlit.server.dataforseo.conditions import Sql
from backlit.server.dataforseo.fields import Kind

_SEAL_BYTES = 9
_PERSON = b"backlit page"

#: A sort key: its kind, and whether it goes downwards. Nulls come last both ways.
Key = tuple[Kind, bool]


class _Place(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    digest: str
    values: list[str | int | float | bool | None]


_read = msgspec.msgpack.Decoder(_Place).decode


def make_token(digest: str, values: list[Any]) -> str:
    """The token of the place behind a row with these sort values, for the request of this digest."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    content = msgspec.msgpack.encode(_Place(digest, plain))
    return base64.urlsafe_b64encode(_seal(content) + content).rstrip(b"=").decode("ascii")


def read_token(token: str, digest: str, keys: list[Key]) -> list[Any]:
    """The sort values of a token. Raises ``ValueError`` for one that is damaged or of another request."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), b"-_", validate=True)
        seal, content = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if seal != _seal(content):
            raise ValueError(token)
        place = _read(content)
    except (binascii.Error, UnicodeEncodeError, msgspec.DecodeError) as exc:
        raise ValueError(token) from exc
    if place.digest != digest or len(place.values) != len(keys):
        raise ValueError(token)
    return [_value(value, kind) for value, (kind, _) in zip(place.values, keys, strict=True)]


def _seal(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL_BYTES, person=_PERSON).digest()


_CLASSES: dict[Kind, type | tuple[type, ...]] = {"num": (int, float), "str": str, "bool": bool, "time": str}


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if not isinstance(value, _CLASSES[kind]):
        raise ValueError(value)
    return datetime.fromisoformat(str(value)) if kind == "time" else value


def behind(values: list[Any], keys: list[Key], columns: list[str]) -> Sql:
    """The condition that a row stands behind a place in the order."""
    cases, parameters = [], []
    for number, (value, (_, descending)) in enumerate(zip(values, keys, strict=True)):
        if value is None:
            continue  # Nulls are last: nothing stands behind one but by a later key.
        equal = []
        for column, before in zip(columns[:number], values[:number], strict=True):
            equal.append(f"{column} IS NULL" if before is None else f"{column} = ?")
            parameters += [] if before is None else [before]
        after = f"({columns[number]} {'<' if descending else '>'} ? OR {columns[number]} IS NULL)"
        parameters.append(value)
        cases.append("(" + " AND ".join([*equal, after]) + ")")
    return Sql(f"({' OR '.join(cases)})" if cases else "FALSE", tuple(parameters))
