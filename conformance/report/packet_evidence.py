"""What was observed, and how much it weighs: never more than it is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.drift.packets.packet import Packet, PagePatch
from conformance.model.finding import Excerpt
from conformance.report.markdown_text import code, visible
from conformance.report.words import weighed

_COUNT: Final = re.compile(r" \(in [\d,]{1,15} of [\d,]{1,15} [^()]{1,200}\)\Z")
"""What a message says of how often: a packet says it better."""
_WEIGHTY: Final = frozenset(("live", "recorded"))
_OF_TEXT: Final = frozenset(
    """capture-artefact header-language link-target-missing header-unknown row-unread
    page-unreadable endpoint-missing table-garbled type-missing type-unknown
    placeholder-undocumented example-is-placeholder example-not-json constant-without-value
    page-without-operation response-missing media-type-unknown status-code-unregistered
    operation-conflict""".split()  # noqa: SIM905
)
"""Rules that find a flaw of the page as it stands, beside nothing that contradicts it."""


def basis(packet: Packet) -> str:
    """On what the packet stands, in one or two sentences."""
    origins = {tally.origin for f in packet.findings for tally in f.evidence}
    message = _COUNT.sub("", packet.head.message)
    if origins & _WEIGHTY:
        shown = next(f for f in packet.findings if _WEIGHTY & {t.origin for t in f.evidence})
        return f"Found: {message}. Responses of the API show it: {weighed(shown)}."
    if packet.head.rule.startswith("parity-"):
        return f"Found: {message}. The pages in different languages do not say the same."
    if packet.head.rule in _OF_TEXT:
        return f"Found: {message}."
    return f"Found: {message}. The page contradicts itself; what the API does is not known from it."


def marked_lines(excerpt: Excerpt) -> str:
    """Lines of a body, those that are meant marked."""
    lines = excerpt.text.split("\n")
    shown = (
        f"{'>' if excerpt.first <= number <= excerpt.last else ' '} {visible(line)}"
        for number, line in enumerate(lines)
    )
    return "\n".join(shown)


_LONGEST_DIFF: Final = 24_000
"""Characters of a diff that are shown: an issue on GitHub holds 65,536."""
_LONG_LINE: Final = 300
"""Characters of a changed line, from which on the change is shown in words as well."""
_LONGEST_LINE: Final = 20_000
_AROUND: Final = 40
"""Characters shown before and after a change."""
_PIECE: Final = re.compile(r"\w+|\W")


def diff_text(patches: Sequence[PagePatch]) -> tuple[str, str]:
    """The patches as text, and in what it differs from them; empty when it does not."""
    parts, differs = [], []
    for patch in patches:
        text = patch.diff.decode(patch.charset, "replace").rstrip("\n")
        bare = "\n".join(line.removesuffix("\r") for line in text.split("\n"))
        parts.append(visible(bare))
        differs += ["lines end in CR LF"] if bare != text else []
        differs += ["some characters are shown as escapes"] if parts[-1] != bare else []
    whole = "\n".join(parts)
    if len(whole) > _LONGEST_DIFF:
        whole = whole[:_LONGEST_DIFF].rpartition("\n")[0] + "\n…"
        differs.append("only its beginning is shown")
    return whole, "; ".join(dict.fromkeys(differs))


def changes_in_words(patches: Sequence[PagePatch]) -> Iterator[str]:
    """What changes within lines too long to compare by eye."""
    for patch in patches:
        text = patch.diff.decode(patch.charset, "replace")
        for old, new in _pairs(text):
            if _LONG_LINE < len(old) <= _LONGEST_LINE and len(new) <= _LONGEST_LINE:
                yield from _differences(old, new)


def _pairs(diff: str) -> Iterator[tuple[str, str]]:
    """Lines taken out, with those put in their place, where there are as many of both."""
    taken: list[str] = []
    put: list[str] = []
    for line in [*diff.split("\n"), " "]:
        if line.startswith("-") and not put:
            taken.append(line[1:])
        elif line.startswith("+") and taken:
            put.append(line[1:])
        else:
            if len(taken) == len(put):
                yield from zip(taken, put, strict=True)
            taken, put = ([line[1:]] if line.startswith("-") else []), []


def _differences(old: str, new: str) -> Iterator[str]:
    first, second = _PIECE.findall(old), _PIECE.findall(new)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        before = "".join(first[:i])[-_AROUND:]
        after = "".join(first[j:])[:_AROUND]
        was, now = "".join(first[i:j]), "".join(second[k:m])
        made = f"becomes {code(before + now + after)}"
        yield f"{code(before + was + after)} {made}"
