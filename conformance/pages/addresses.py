"""Web addresses that may be fetched, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import requests

from conformance.errors import InputError, UsageError

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SHOWN: Final = 200


def web_address(url: str, *, allow_http: bool = False) -> str:
    """``url`` as it goes over the wire: ASCII, percent-encoded, without its fragment.

    Plain http is for servers on this machine; for others only with ``allow_http``.

    Raises:
        UsageError: no absolute http(s) address, one with a password, or plain http.
    """
    if "@" in url.partition("//")[2].partition("/")[0]:  # not shown: it may be a secret
        raise UsageError("an address with a user name is not fetched", hint="leave it out")
    split = _split(url)
    if split is None or split.scheme not in _DEFAULT_PORTS or not split.hostname:
        raise UsageError(f"{shown(url)} is no web address", hint="write https://host/path")
    if split.scheme == "http" and not allow_http and not is_loopback(split.hostname):
        raise UsageError(
            f"{shown(url)} is not encrypted: what arrives may not be what was published",
            hint="write https://, or allow it with --allow-http",
        )
    return urldefrag(split.geturl()).url


def redirected(url: str, location: str) -> str:
    """Where an answer of ``url`` leads that names ``location``.

    Raises:
        InputError: to another host, away from https, or nowhere.
    """
    if not location:
        raise InputError(f"{url}: a redirect that does not say where to")
    split = _split(location, url)
    here = urlsplit(url)
    if split is None or split.scheme not in _DEFAULT_PORTS or "@" in split.netloc:
        raise InputError(f"{url}: redirects to {shown(location)}, which is no web address")
    target = urldefrag(split.geturl()).url
    if split.hostname != here.hostname or not _same_port(here, split):
        raise InputError(
            f"{url}: redirects to another host: {shown(target)}",
            hint="give that address itself if it is meant",
        )
    if here.scheme == "https" and split.scheme == "http":
        raise InputError(f"{url}: redirects away from https: {shown(target)}")
    return target


def host_of(url: str) -> str:
    """Scheme, host and port: ``https://docs.example.com``."""
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its very name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(text: str) -> str:
    """Words of others for a message: quoted, escaped, not too long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _split(url: str, base: str = "") -> SplitResult | None:
    """The parts of ``url`` once percent-encoded; None when it is no address at all."""
    try:
        split = urlsplit(requests.Request("GET", urljoin(base, url)).prepare().url or "")
        (split.hostname or "").encode("idna")
        return split if split.port != 0 else None
    except (ValueError, requests.RequestException):
        return None


def _same_port(first: SplitResult, second: SplitResult) -> bool:
    """The same port, or the usual one of each scheme."""
    ports = [split.port or _DEFAULT_PORTS[split.scheme] for split in (first, second)]
    usual = all(p == _DEFAULT_PORTS[s.scheme] for p, s in zip(ports, (first, second), strict=True))
    return ports[0] == ports[1] or usual
