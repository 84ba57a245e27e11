"""A link to a section that is not there: to the one section whose name is nearly its target."""

from __future__ import annotations

import difflib
import re
from typing import Final

from conformance.drift.packets.packet import (
    Advice,
    Answer,
    Docs,
    Edit,
    PageSource,
    Proposal,
    Question,
)
from conformance.model.document import Heading, walk
from conformance.model.finding import Finding

_NEAR: Final = 0.8
_LONGEST: Final = 200
_TARGET: Final = re.compile(r"#\S{0,200}")


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when one anchor is near and no other is; else the near ones are offered."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    hit = _TARGET.search(finding.expected)
    if source is None or hit is None or "…" in finding.expected:
        return None
    target = hit.group()
    anchors = [b.anchor for b in walk(source.document.blocks) if isinstance(b, Heading)]
    near = difflib.get_close_matches(
        target[1:], [a for a in anchors if a and len(a) < _LONGEST], n=3, cutoff=_NEAR
    )
    if len(near) == 1:
        return Proposal(
            says=f"The link leads to `#{near[0]}`, the one section of nearly that name.",
            edits=_edits(source, target, near[0]),
        )
    answers = [Answer(says=f"To `#{a}`.", edits=_edits(source, target, a)) for a in near]
    return Question(asks=f"Where is the link to `{target}` to lead?", answers=tuple(answers))


def _edits(source: PageSource, target: str, anchor: str) -> tuple[Edit, ...]:
    old = re.compile(re.escape(f"({target}") + r"(?=[)\s])")
    return tuple(
        Edit(source.page, number, number, (old.sub(f"(#{anchor}", line),))
        for number, line in enumerate(source.document.lines, 1)
        if old.search(line)
    )
