"""An object spelled out once and used again reads as if it had been spelled out each time."""

from __future__ import annotations

from itertools import chain

import pytest

from conformance.parse import parse_page
from conformance.reading import PageReading, expansion, read_document
from conformance.reading.expansion import Expansion, Expansions

OBJECTS = {
    "shared by two members": {"top": "left right", "left": "leaf", "right": "leaf", "leaf": ""},
    "within itself": {"top": "tree", "tree": "tree"},
    "within one another": {"top": "a b", "a": "b", "b": "a"},
    "back to the top": {"top": "a b", "a": "b top", "b": "a top"},
    "met on the way to a circle": {"top": "c a", "a": "b c", "b": "a c", "c": "b"},
    "a circle below a chain": {"top": "k", "k": "l", "l": "m a", "m": "a", "a": "b", "b": "a m"},
    "high up and far below": {"top": "t k", "k": "l", "l": "m", "m": "t", "t": "t"},
    "more each time": {
        "top": "k",
        "k": "l",
        "l": "a b c d",
        "a": "z",
        "b": "a z",
        "c": "a b",
        "d": "a b c",
        "z": "",
    },
    "all with all": dict.fromkeys(("top", "a", "b", "c", "d"), "top a b c d"),
}


def _page(objects: dict[str, str]) -> bytes:
    """Two operations that return ``top``; each object has one plain member and links to others."""
    lines = list(
        chain.from_iterable(
            (
                f"## GET /{path}",
                "### Response",
                "| Name | Type |",
                "|---|---|",
                "| top | [Top](#top) |",
                "",
            )
            for path in ("one", "two")
        )
    )
    for name, members in objects.items():
        lines += [
            f"## {name.title()}",
            "",
            "| Name | Type |",
            "|---|---|",
            f"| {name}_id | string |",
        ]
        lines += [f"| {member} | [{member.title()}](#{member}) |" for member in members.split()]
        lines += [""]
    return "\n".join(lines).encode()


def _read(page: bytes) -> PageReading:
    return read_document(parse_page(page, "page.md"))


@pytest.mark.parametrize("most", [2000, 5])
@pytest.mark.parametrize("objects", OBJECTS.values(), ids=OBJECTS.keys())
def test_reuse_changes_nothing(
    objects: dict[str, str], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "MAX_REPEATED", most)
    page = _page(objects)
    reused = _read(page)

    def never(_: Expansions, __: Expansion) -> None:
        return None

    monkeypatch.setattr(Expansions, "find", never)
    assert len(reused.operations) == 2
    assert reused == _read(page)


def test_an_object_is_spelled_out_once() -> None:
    first, second = (
        o.responses[0].value for o in _read(_page(OBJECTS["within itself"])).operations
    )
    assert first is not None
    assert second is not None
    assert first.fields[0].value.fields
    assert first.fields[0].value.fields[0] is second.fields[0].value.fields[0]
