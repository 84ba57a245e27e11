"""Addresses that may become links: a page's own, and nothing a browser would run."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

_SAFE: Final = "/:?#[]@!$&'()*+,;=%~-._"
"""Reserved and unreserved characters (RFC 3986, section 2) and the percent sign."""
_LONGEST: Final = 2_000


def address(url: str) -> str:
    """``url`` as a link's target; empty unless it is an absolute http(s) URL of a host.

    Whatever has no place in a URL is percent-encoded, so that no quote, bracket of an
    autolink, blank or control character is left in it.
    """
    if not re.match(r"https?://", url, re.IGNORECASE) or len(url) > _LONGEST:
        return ""
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError:
        return ""
    if not split.hostname or "@" in split.netloc or not url.isprintable():
        return ""
    return quote(url, safe=_SAFE, errors="backslashreplace").replace("'", "%27")
