"""Anchors of headings, as the renderers make them."""

from __future__ import annotations

import re
from typing import Final

_EXPLICIT: Final = re.compile(r"\s*\\?\{\s*#([^\s{}]+)\s*\\?\}\s*$")
_ANCHOR_TAG: Final = re.compile(r"""<a\s++(?:id|name)=["']?([^\s"'<>]++)["']?\s*+/?>""")
_DROPPED: Final = re.compile(r"[^\w\- ]")


def explicit_anchor(raw: str) -> tuple[str, str]:
    """A heading's source without its ``{#id}``, and the id (empty when there is none).

    An empty ``<a id="...">`` gives the id as well.
    """
    if "<a " in raw and (inside := _ANCHOR_TAG.search(raw)):
        return raw, inside.group(1)
    if "#" not in raw or "{" not in raw:
        return raw, ""
    match = _EXPLICIT.search(raw, max(len(raw) - 200, 0))
    return (raw[: match.start()], match.group(1)) if match else (raw, "")


class Anchors:
    """The anchors of one page: GitHub's slugs, made unique in order."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, explicit: str, plain: str) -> str:
        """The anchor of the next heading: the explicit one, else the slug of its text."""
        slug = explicit or slugify(plain)
        if slug not in self._taken:
            self._taken[slug] = 0
            return slug
        while True:
            self._taken[slug] += 1
            numbered = f"{slug}-{self._taken[slug]}"
            if numbered not in self._taken:
                self._taken[numbered] = 0
                return numbered


def slugify(plain: str) -> str:
    """GitHub's slug: lower case, letters and digits of any script, ``_`` and ``-`` for a blank."""
    return _DROPPED.sub("", plain.strip().lower()).replace(" ", "-")
