"""One HTTP request and its answer, bounded in size and time, and nothing told about the user."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3

from conformance import __version__
from conformance.errors import ConformanceError, InputError
from conformance.pages.addresses import is_loopback, shown
from conformance.pages.deadline import OutOfTime, within
from conformance.pages.failures import words_for

AGENT: Final = "docs-conformance"
USER_AGENT: Final = f"{AGENT}/{__version__} (reads API documentation pages its user names)"

_HEADERS: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, text/markdown, text/plain, application/xhtml+xml, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
}
_CODINGS: Final = ("", "identity", "gzip", "x-gzip", "deflate")
_PIECE: Final = 1024
"""Bytes read at once: packed a thousandfold, they are still only a megabyte."""
_CONNECT: Final = 10.0
"""Seconds for one attempt to connect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, its body read."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


def request(url: str, headers: Mapping[str, str], seconds: float, size: int) -> Answer:
    """The answer to ``GET url``, redirects not followed; bodies of successful ones only.

    Args:
        headers: beside those every request has.
        seconds: for all of it, from looking up the name to the last byte.
        size: bytes of the body, unpacked.

    Raises:
        InputError: there is no whole answer within these bounds; the message says why.
    """
    try:
        return within(seconds, partial(_download, url, headers, seconds, size))
    except OutOfTime:
        hint = "try again, or save the page from a browser"
        raise InputError(f"{url}: not there within {seconds:.2g} s", hint=hint) from None
    except ConformanceError:
        raise
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        words, hint = words_for(error)
        raise InputError(f"{url}: {words}", hint=hint) from error


def _download(
    url: str, headers: Mapping[str, str], seconds: float, size: int, given_up: threading.Event
) -> Answer:
    """The answer to one request, redirects not followed."""
    with (
        _session(url) as session,
        session.get(
            url,
            headers={**_HEADERS, **headers},
            timeout=(min(_CONNECT, seconds), seconds),
            stream=True,
            allow_redirects=False,
        ) as response,
    ):
        body = _body(response, size, given_up) if response.status_code // 100 == 2 else b""
        return Answer(url, response.status_code, response.headers, body)


class _Session(requests.Session):
    """Leaves redirects alone: requests would read the whole body of one, however large."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _session(url: str) -> requests.Session:
    """Proxies and certificates as the environment says; no cookies, no passwords of .netrc."""
    session = _Session()
    session.trust_env = not is_loopback(urlsplit(url).hostname or "")
    session.auth = _anonymous
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _body(response: requests.Response, size: int, given_up: threading.Event) -> bytes:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        raise InputError(f"{response.url}: packed as {shown(coding)}, which was not asked for")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > size:
        raise _too_large(response.url, size)
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > size:
            raise _too_large(response.url, size)
        if given_up.is_set():
            break
    return bytes(body)


def _too_large(url: str, size: int) -> InputError:
    return InputError(f"{url}: larger than {size} bytes", hint="is it a page?")
