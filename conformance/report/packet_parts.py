"""The pieces a packet is made of, as Markdown that nothing from a page can break out of."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.drift.packets.packet import PagePatch
from conformance.report.markdown import code, inline

_LONGEST_DIFF: Final = 24_000
"""Characters of a diff that are shown: an issue on GitHub holds 65,536."""
_LONG_LINE: Final = 300
"""Characters of a changed line, from which on the change is shown in words as well."""
_LONGEST_LINE: Final = 20_000
_AROUND: Final = 40
"""Characters shown before and after a change."""
_PIECE: Final = re.compile(r"\w+|\W")


def prose(text: str) -> str:
    """A sentence of ours in which names from pages stand between backticks."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return inline(text)
    return "".join(code(p) if n % 2 else inline(p) for n, p in enumerate(pieces) if p or n % 2)


def visible(text: str) -> str:
    """``text`` with everything that does not show, or turns other text around, as escapes.

    Line feeds and tabs stay.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def fenced(text: str, language: str = "text") -> str:
    """A code block that ends where it is meant to."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


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


def _shown(char: str) -> str:
    if char in "\n\t":
        return char
    hidden = not char.isprintable() and unicodedata.category(char) != "Zs"
    return char.encode("unicode_escape").decode() if hidden else char
