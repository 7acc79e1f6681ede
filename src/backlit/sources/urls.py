"""Columns of addresses, made canonical once for each distinct value.

Most addresses in a table are canonical already. A regular expression over the whole column
recognises those (``canonical`` would give them back unchanged: a test holds it to that) and
leaves only their distinct hosts to look at one by one; the rest goes through ``canonical``
after what table programs do to addresses is undone: formulas, guarding apostrophes, angle
brackets, a missing scheme.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit import settings
from backlit.errors import URLError
from backlit.sources.values import NOTHING
from backlit.web.domain import split_host
from backlit.web.url import canonical, host_of

_TRIPLET = r"%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCDF])"
_PATH = r"[A-Za-z0-9_!$&()*+,;=:@/.~-]*"
_QUERY = r"[A-Za-z0-9_!$&()*+,;=:@/.~?-]*"
_PLAIN = rf"^https?://[a-z0-9._-]+/{_PATH}(?:{_TRIPLET}{_PATH})*(?:\?{_QUERY}(?:{_TRIPLET}{_QUERY})*)?$"

_hyperlink = re.compile(
    r"""^'?[=+@]\s*HYPERLINK\s*\(\s*"((?:[^"]|"")*)"\s*(?:[,;].*)?\)\s*$""", re.IGNORECASE | re.DOTALL
)
_bare_host = re.compile(r"[^\s:/?#@\\]+\.[^\s:/?#@\\.]+\.?(?::\d+)?(?:[/?#].*)?", re.DOTALL)
_LARGEST_CACHE = 1 << 18


class Urls(NamedTuple):
    """A column of addresses: each row's place among the distinct usable ones, -1 for none.

    ``why`` gives the sentence for a distinct value of the column that is not usable, by its
    code in ``raw_codes``.
    """

    codes: npt.NDArray[np.int64]
    url: pa.Array
    host: pa.Array
    domain: pa.Array
    site: pa.Array
    raw_codes: npt.NDArray[np.int64]
    why: dict[int, str]

    def reason(self, row: int) -> str:
        """Why the cell of ``row`` is no usable address."""
        return self.why.get(int(self.raw_codes[row]), "the cell is empty.")


class UrlReader:
    """Makes columns of addresses canonical; remembers what took work."""

    def __init__(self) -> None:
        self._hosts: dict[str, tuple[str, str] | None] = {}
        self._others: dict[str, str | URLError] = {}

    def read(self, column: pa.Array) -> Urls:
        """The addresses of a text column."""
        encoded = column.dictionary_encode()
        raw, codes = encoded.dictionary, pc.fill_null(encoded.indices, -1).to_numpy().astype(np.int64)
        plain = pc.and_(
            pc.match_substring_regex(raw, _PLAIN),
            pc.and_(
                pc.invert(pc.match_substring(raw, "/.")),
                pc.less_equal(pc.binary_length(raw), settings.default().limits.max_url_characters),
            ),
        ).to_numpy(zero_copy_only=False)
        fast = raw.filter(pa.array(plain))
        fast_hosts = pc.list_element(pc.split_pattern(fast, "/", max_splits=3), 2)
        distinct_hosts = fast_hosts.dictionary_encode()
        odd = [
            i for i, host in enumerate(distinct_hosts.dictionary.to_pylist()) if not self._plain_host(host)
        ]
        if odd:
            usual = ~np.isin(distinct_hosts.indices.to_numpy(), odd)
            plain[np.flatnonzero(plain)[~usual]] = False
            fast, fast_hosts = fast.filter(pa.array(usual)), fast_hosts.filter(pa.array(usual))
        return self._assemble(raw, codes, plain, fast, fast_hosts)

    def _assemble(
        self,
        raw: pa.Array,
        codes: npt.NDArray[np.int64],
        plain: npt.NDArray[np.bool_],
        fast: pa.Array,
        hosts: pa.Array,
    ) -> Urls:
        place = np.full(len(raw) + 1, -1, np.int64)  # the last one is the code -1, of empty cells
        place[:-1][plain] = np.arange(len(fast))
        others: list[str] = []
        why: dict[int, str] = {}
        slow = np.flatnonzero(~plain)
        for code, text in zip(slow.tolist(), raw.take(pa.array(slow)).to_pylist(), strict=True):
            found = self._others.get(text)
            if found is None:
                found = self._remember(text)
            if isinstance(found, str):
                place[code] = len(fast) + len(others)
                others.append(found)
            else:
                why[code] = str(found)
        url = pa.concat_arrays([fast, pa.array(others, pa.string())])
        hosts = pa.concat_arrays([hosts, pa.array(map(host_of, others), pa.string())])
        if others:  # two spellings of one address
            same = url.dictionary_encode().indices.to_numpy()
            first = np.unique(same, return_index=True)[1]
            place[place >= 0] = same[place[place >= 0]]
            url, hosts = url.take(pa.array(first)), hosts.take(pa.array(first))
        host = hosts.dictionary_encode()
        split = [self._hosts.get(h) or split_host(h) for h in host.dictionary.to_pylist()]
        domain = pa.array([d for d, _ in split], pa.string()).take(host.indices)
        site = pa.array([s for _, s in split], pa.string()).take(host.indices)
        return Urls(place[codes], url, host.cast(pa.string()), domain, site, codes, why)

    def _plain_host(self, host: str) -> bool:
        """Whether a host of a plain address is one that ``canonical`` leaves as it is."""
        if host not in self._hosts:
            if len(self._hosts) >= _LARGEST_CACHE:
                self._hosts.clear()
            try:
                same = canonical(f"http://{host}/") == f"http://{host}/"
            except URLError:
                same = False
            self._hosts[host] = split_host(host) if same else None
        return self._hosts[host] is not None

    def _remember(self, text: str) -> str | URLError:
        if len(self._others) >= _LARGEST_CACHE:
            self._others.clear()
        try:
            self._others[text] = usable_url(text)
        except URLError as exc:
            self._others[text] = exc
        return self._others[text]


def usable_url(text: str) -> str:
    """The canonical address that a cell means; ``URLError`` when it means none.

    ``=HYPERLINK("address","text")`` means the address; a name without a scheme
    (``example.com/page``) means ``http://``.
    """
    if found := _hyperlink.match(text.strip()):
        text = found[1].replace('""', '"')
    text = text.strip().lstrip("'").strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if text.lower() in NOTHING:
        raise URLError("the cell is empty." if not text else f"the cell says nothing ({text!r}).")
    if text.startswith("//"):
        text = "http:" + text
    elif _bare_host.fullmatch(text):
        text = "http://" + text
    return canonical(text)
