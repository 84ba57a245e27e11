"""The only downloader: pages by address, politely, and never more than was requested.

https only, plain http for this machine; redirects within the same host; one request a second
for each host; ``robots.txt`` is respected; no credentials are sent and no cookies kept.  How
much and how long is limited in all.
"""

from __future__ import annotations

import datetime as dt
import email.message
import http.client
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urljoin

from msgspec import Struct, field

from conformance.errors import ConformanceError, InputError
from conformance.pages import transfer
from conformance.pages.files import MAX_PAGE
from conformance.pages.sources import is_binary

_TEXT: Final = ("text/", "application/xhtml+xml", "application/xml", "application/markdown")
_UNDECLARED: Final = ("", "application/octet-stream")
"""Media types of a server that does not know: the content decides."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_BUSY: Final = (429, 503)
_CONDITIONS: Final = frozenset(("If-None-Match", "If-Modified-Since"))
_SHORT: Final = 200
"""Characters of a validator that is kept."""
_ROBOTS_SECONDS: Final = 15.0
_HINTS: Final[Mapping[int, str]] = {
    401: "the page wants a login: save it from a browser and give the file",
    403: "the host refuses programs: save the page from a browser and give the file",
    404: "correct the address",
    410: "the page is gone: look for its new address",
    429: "the host asks for patience: try again later",
}


class Fetched(Struct, frozen=True, kw_only=True):
    """A page as the server sent it, its content encoding undone."""

    content: bytes
    url: str
    """The one that answered, after redirects, without a fragment."""
    media_type: str
    """Lower case, without parameters; empty when the server names none."""
    charset: str
    """As the server names it, lower case; empty when it names none."""
    etag: str = ""
    last_modified: str = ""
    retrieved: dt.date


class NotModified(Struct, frozen=True, kw_only=True):
    """The server's word that a page is still the one with this ETag or date."""

    url: str
    etag: str = ""
    last_modified: str = ""
    retrieved: dt.date


class FetchBounds(Struct, frozen=True, kw_only=True):
    """How much and how long at most."""

    size: int = MAX_PAGE
    """Bytes of one page, unpacked."""
    seconds: float = 60.0
    """For one page, redirects included, waiting for one's turn not."""
    redirects: int = 5
    interval: float = 1.0
    """Seconds from one request to the next, for each host."""
    longest_wait: float = 60.0
    """Seconds to wait when a busy host says how long (Retry-After)."""


class Fetcher(Struct):
    """Fetches pages one after the other and remembers how each host wants to be treated."""

    allow_http: bool = False
    """Whether addresses that are given with plain http are fetched from other machines, too."""
    bounds: FetchBounds = field(default_factory=FetchBounds)
    sleep: Callable[[float], None] = time.sleep
    _robots: dict[str, transfer.Robots] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str) -> Fetched:
        """The page at ``url``.  Raises UsageError: it may not be fetched; InputError: there is no
        page."""
        answer = self._ask(transfer.web_address(url, allow_http=self.allow_http), {})
        return _to_page(answer)

    def fetch_if_changed(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        preferences: Mapping[str, str] | None = None,
    ) -> Fetched | NotModified:
        """As :meth:`fetch`, unless the page still has these validators: a conditional request (RFC
        9110, section 13).  ``preferences`` are headers for form or language (section 12.5)."""
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in validators.items() if value}
        headers = {**(preferences or {}), **conditions}
        answer = self._ask(transfer.web_address(url, allow_http=self.allow_http), headers)
        if answer.status != http.HTTPStatus.NOT_MODIFIED:
            return _to_page(answer)
        return NotModified(
            url=answer.url,
            etag=answer.headers.get("ETag", etag),
            last_modified=answer.headers.get("Last-Modified", last_modified),
            retrieved=dt.date.today(),
        )

    def _ask(self, url: str, headers: Mapping[str, str]) -> transfer.HttpAnswer:
        """The first answer that is neither a redirect nor a request for patience."""
        seen, waited, left = {url}, False, self.bounds.seconds
        while True:
            self._refuse_disallowed(url)
            self._await_turn(transfer.host_of(url))
            began = time.monotonic()
            answer = transfer.request(url, headers, left, self.bounds.size)
            left -= time.monotonic() - began
            if answer.status in _REDIRECTS:
                url = self._find_next(answer, seen)
            elif answer.status in _BUSY and not waited and "Retry-After" in answer.headers:
                value = answer.headers.get("Retry-After", "")
                seconds = transfer.retry_after_seconds(value)
                if seconds is None or seconds > self.bounds.longest_wait:
                    after = f"and asks to come back after {transfer.quote_foreign(value)}"
                    what = f"{answer.url}: answered {answer.status} {after}"
                    raise InputError(what, hint="try again then")
                self.sleep(seconds)
                waited = True
            else:
                return _accept(answer, not _CONDITIONS.isdisjoint(headers))

    def _find_next(self, answer: transfer.HttpAnswer, seen: set[str]) -> str:
        url = transfer.resolve_redirect(answer.url, answer.headers.get("Location", ""))
        if url in seen:
            raise InputError(f"{url}: redirects in a circle", hint="give the page's final address")
        if len(seen) > self.bounds.redirects:
            hint = "give the page's final address"
            raise InputError(f"{url}: more than {self.bounds.redirects} redirects", hint=hint)
        seen.add(url)
        return url

    def _refuse_disallowed(self, url: str) -> None:
        robots = self._load_robots(transfer.host_of(url))
        if not robots.allows(url):
            what = "the host's robots.txt asks programs not to fetch it, or leads elsewhere"
            hint = "save the page from a browser and give the file"
            raise InputError(f"{url}: {what}", hint=hint)

    def _load_robots(self, host: str) -> transfer.Robots:
        if host not in self._robots:
            url, status, content = urljoin(host, "/robots.txt"), 0, b""
            try:
                for _ in range(self.bounds.redirects + 1):
                    self._await_turn(host)
                    seconds = min(self.bounds.seconds, _ROBOTS_SECONDS)
                    answer = transfer.request(url, {}, seconds, self.bounds.size)
                    status, content = answer.status, answer.body
                    if status not in _REDIRECTS:
                        break
                    url = _follow(url, answer)
                    if not url:
                        status = http.HTTPStatus.FORBIDDEN
                        break
            except ConformanceError:
                status = 0
            self._robots[host] = transfer.read_robots(status, content)
        return self._robots[host]

    def _await_turn(self, host: str) -> None:
        delay = self._robots[host].delay if host in self._robots else 0.0
        since = time.monotonic() - self._last.get(host, float("-inf"))
        if (rest := max(self.bounds.interval, delay) - since) > 0:
            self.sleep(rest)
        self._last[host] = time.monotonic()


def _follow(url: str, answer: transfer.HttpAnswer) -> str:
    """Where a redirect of robots.txt leads; empty where it is refused."""
    try:
        return transfer.resolve_redirect(url, answer.headers.get("Location", ""))
    except InputError:
        return ""


def _accept(answer: transfer.HttpAnswer, conditional: bool) -> transfer.HttpAnswer:
    good = {http.HTTPStatus.OK, *([http.HTTPStatus.NOT_MODIFIED] if conditional else [])}
    if answer.status not in good:
        hint = _HINTS.get(answer.status, "try again later" if answer.status >= 500 else "")
        phrase = http.client.responses.get(answer.status)
        status = f"{answer.status} ({phrase})" if phrase else str(answer.status)
        raise InputError(f"{answer.url}: answered {status}", hint=hint)
    return answer


def _to_page(answer: transfer.HttpAnswer) -> Fetched:
    message = email.message.Message()
    message["Content-Type"] = declared = answer.headers.get("Content-Type", "")
    media_type = message.get_content_type() if declared else ""
    known = media_type.startswith(_TEXT) or media_type in _UNDECLARED
    if not known or is_binary(answer.body):
        what = transfer.quote_foreign(media_type) if not known else "binary"
        raise InputError(f"{answer.url}: is {what}, not a page of text", hint="give a page's own")
    if not answer.body.strip():
        raise InputError(f"{answer.url}: the page is empty", hint="open it in a browser")
    return Fetched(
        content=answer.body,
        url=answer.url,
        media_type=media_type,
        charset=message.get_content_charset("") if declared else "",
        etag=_read_validator(answer, "ETag"),
        last_modified=_read_validator(answer, "Last-Modified"),
        retrieved=dt.date.today(),
    )


def _read_validator(answer: transfer.HttpAnswer, name: str) -> str:
    """A header that can be sent back word for word."""
    value = answer.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= _SHORT else ""
