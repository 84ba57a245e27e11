"""What a host asks of programs in its ``robots.txt`` (RFC 9309)."""

from __future__ import annotations

import urllib.robotparser
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

_REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_LONGEST: Final = 500 * 1024
"""Bytes that are looked at; RFC 9309, section 2.5, asks for at least these."""
_LONGEST_DELAY: Final = 30.0
"""Seconds; what a host asks for beyond that is a way to say no, and it has others."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for one program."""

    agent: str
    rules: urllib.robotparser.RobotFileParser

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched."""
        return self.rules.can_fetch(self.agent, url)

    @property
    def delay(self) -> float:
        """Seconds to leave between two requests; 0.0 when nothing is asked for."""
        asked = self.rules.crawl_delay(self.agent)
        return min(float(asked or 0), _LONGEST_DELAY)


def read_robots(agent: str, status: int, content: bytes) -> Robots:
    """The rules in an answer to ``GET /robots.txt``.

    Everything is allowed where there are none (404) and where they cannot be had (5xx, or 0
    for no answer at all): what is fetched here are single pages that a person asked for.
    A host that answers 401 or 403 refuses, as :mod:`urllib.robotparser` has it; so does one whose
    rules are kept elsewhere (a redirect to another host), for which 403 stands.
    """
    rules = urllib.robotparser.RobotFileParser()
    rules.modified()  # without a date it allows nothing
    if status in _REFUSED:
        rules.parse(["User-agent: *", "Disallow: /"])
    elif status == HTTPStatus.OK:
        rules.parse(content[:_LONGEST].decode("utf-8", "replace").splitlines())
    return Robots(agent, rules)
