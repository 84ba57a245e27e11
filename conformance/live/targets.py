"""The address a request really goes to, and whether it can be read in one way only."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

import requests

from conformance.evidence.urls import PORTS
from conformance.live.state_words import fully_unquoted

_AMBIGUOUS: Final = re.compile(
    r"[\\;?#%{}<>|^`\"\s\x00-\x1f\x7f]|[^\x00-\x7f]|//|(?:^|/)\.\.?(?:/|$)"
)
"""What servers and what stands before them read differently in a path, once it is unquoted."""
_AMBIGUOUS_QUERY: Final = re.compile(r"[\\;#\x00-\x1f\x7f]|[^\x00-\x7f]|%[0-9A-Fa-f]{2}")
_STAND_FOR_ANOTHER: Final = re.compile(
    r"_(?:http)?(?:method|verb)|_?x?http(?:method|verb)|xmethod|xverb|.*(?:method|verb)override.*"
)
"""Names, without what is no letter, of headers and parameters that stand for another method."""
_LEADS_ELSEWHERE: Final = re.compile(
    r".*(?:host|forward|origin|rewrite|override|ur[il]|path|rout(?:e|ing)|proxy|upstream|backend"
    r"|tunnel|destination|upgrade|websocket|envoy|accel).*"
    r"|via|transferencoding|contentlength|contentencoding|connection|te|trailer|expect"
)
"""Names of headers by which a server takes a request for another one, or for two."""


def wire_url(url: str) -> str:
    """``url`` as it goes over the wire; empty for one that is no web address."""
    try:
        return requests.Request("GET", url).prepare().url or ""
    except (ValueError, requests.RequestException):
        return ""


def split_address(url: str) -> SplitResult | None:
    """The parts of an address; None for one that would be read otherwise when it is sent."""
    try:
        split, sent = urlsplit(url), urlsplit(wire_url(url))
        usable = split.scheme in PORTS and bool(split.hostname) and split.port != 0
        return split if usable and sent.hostname == split.hostname else None
    except ValueError:
        return None


def origin_of(split: SplitResult) -> str:
    """Scheme, host and port, comparable: ``https://api.example.com:443``."""
    port = split.port or PORTS[split.scheme]
    return f"{split.scheme}://{_name(split)}:{port}"


def is_host_of(host: str, split: SplitResult) -> bool:
    """Whether ``host`` or ``host:port`` names the server of an address; without a port, 443."""
    port = split.port or PORTS[split.scheme]
    names = {f"{_name(split)}:{port}"} | ({_name(split)} if port == PORTS["https"] else set())
    return host in names


def ambiguity(url: str) -> str:
    """What in ``url`` may be read in another way than it stands there; empty where nothing is."""
    if wire_url(url) != url:
        return "is not sent as it stands"
    split = urlsplit(url)
    path = fully_unquoted(split.path)
    if path.count("/") != split.path.count("/") or _AMBIGUOUS.search(path):
        return "has a path that can be read in several ways"
    if _AMBIGUOUS_QUERY.search(fully_unquoted(split.query)):
        return "has a query that can be read in several ways"
    return ""


def stands_for_another_method(name: str) -> bool:
    """Whether a header or parameter of this name may make a GET something else."""
    mark = "_" if name.startswith("_") else ""
    return bool(_STAND_FOR_ANOTHER.fullmatch(mark + _letters(name)))


def leads_elsewhere(name: str) -> bool:
    """Whether a header of this name may make a request one for another path or host."""
    return bool(_LEADS_ELSEWHERE.fullmatch(_letters(name)))


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())


def _name(split: SplitResult) -> str:
    name = (split.hostname or "").lower().rstrip(".")
    return f"[{name}]" if ":" in name else name
