"""An example that is no JSON: mended where commas are all that is wrong."""

from __future__ import annotations

import re
from typing import Final

from conformance.checks.lint.json_text import mend
from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal, Question
from conformance.model.finding import Finding
from conformance.model.operation import Example

_TRAILING: Final = re.compile(r",(?P<gap>\s*)(?=[}\]])")
_ENDS: Final = re.compile(r"(?:[\]}\"\w])\s*\Z")
_BEGINS: Final = re.compile(r"\s*(?:[\[{\"]|-?\d)")
_COMMAS: Final = frozenset(("a comma too many", "a missing comma"))


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when only commas are too many or missing; what was left out, nobody can tell."""
    example = _example(finding, docs)
    mended = mend(example.text) if example else None
    if example is None or mended is None or not set(mended.repairs) <= _COMMAS:
        return Question(asks="What is the example meant to show, as JSON?")
    block = example.block or example.span
    lines = list(docs.by_page[block.page].document.lines[block.line - 1 : block.end_line])
    made = _mended(lines)
    edits = tuple(
        Edit(block.page, block.line + n, block.line + n, (new,))
        for n, (old, new) in enumerate(zip(lines, made, strict=True))
        if old != new
    )
    if not edits:
        return Question(asks="What is the example meant to show, as JSON?")
    return Proposal(says=f"The example becomes JSON: {' and '.join(mended.repairs)}.", edits=edits)


def _example(finding: Finding, docs: Docs) -> Example | None:
    for source in docs.sources:
        for operation in source.reading.operations:
            printed = [e for response in operation.responses for e in response.examples]
            printed += operation.body.examples if operation.body else ()
            for example in printed:
                if not example.parsed and example.span == finding.documented:
                    return example
    return None


def _mended(lines: list[str]) -> list[str]:
    """Commas before a closing bracket go, also over the end of a line; missing ones come."""
    made = [_TRAILING.sub(lambda hit: hit["gap"], line) for line in lines]
    for n in range(len(made) - 1):
        following = next((line for line in made[n + 1 :] if line.strip()), "")
        if made[n].rstrip().endswith(",") and following.lstrip()[:1] in ("}", "]"):
            stripped = made[n].rstrip()
            made[n] = stripped[:-1] + made[n][len(stripped) :]
        elif _ENDS.search(made[n]) and _BEGINS.match(following) and made[n].strip():
            made[n] = made[n].rstrip() + ","
    return made
