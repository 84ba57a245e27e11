"""Edits of a page become a patch that git takes, and nothing but the edited lines changes."""

from __future__ import annotations

import codecs
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.drift.packets.packet import Edit
from conformance.drift.packets.patch import (
    apply_changes,
    charset_of,
    plan_changes,
    render_diff,
    split_lines,
)
from conformance.parse import parse_page
from tests.examples import many

WORDS = st.text("ab |`한é\t", max_size=8)
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def edited_pages(draw: st.DrawFn) -> tuple[bytes, tuple[Edit, ...]]:
    """A page with mixed line ends, with or without a mark at its begin and a line end at its end,
    and edits that do not touch."""
    lines = draw(st.lists(st.tuples(WORDS, ENDS), min_size=1, max_size=30))
    text = "".join(word + end for word, end in lines)
    data = draw(st.sampled_from([b"", codecs.BOM_UTF8])) + text.encode()
    if draw(st.booleans()):
        data = data.rstrip(b"\r\n") or b"x"
    count = len(split_lines(data))
    starts = sorted(draw(st.sets(st.integers(1, count), max_size=6)))
    edits = []
    for start, following in zip(starts, [*starts[1:], count + 1][: len(starts)], strict=True):
        end = draw(st.integers(start - 1, min(following - 1, start + 2)))
        new = tuple(draw(st.lists(WORDS, max_size=3)))
        edits.append(Edit("page", start, end, new))
    return data, tuple(edits)


def patched(data: bytes, edits: tuple[Edit, ...], path: str = "a.md") -> tuple[bytes, bytes]:
    made = plan_changes(data, "utf-8", edits)
    return apply_changes(data, made), render_diff(path, data, made)


@given(edited_pages())
def test_lines_that_are_not_edited_stay_to_the_last_bit(
    case: tuple[bytes, tuple[Edit, ...]],
) -> None:
    data, edits = case
    new, _ = patched(data, edits)
    touched = {n for edit in edits for n in range(edit.line, edit.end_line + 1)}
    kept = [line for n, line in enumerate(split_lines(data), 1) if n not in touched]
    rest = iter(split_lines(new))
    assert all(any(line == other or other == line + b"\n" for other in rest) for line in kept)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=many(0.5), deadline=None)
@given(edited_pages(), st.sampled_from(["a.md", "en/a b.md", 'en/한 "q".md', "x\\y\t.md"]))
def test_git_applies_it(case: tuple[bytes, tuple[Edit, ...]], path: str) -> None:
    data, edits = case
    new, diff = patched(data, edits, path)
    if not diff:
        return
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(data)
        (Path(name) / "change.patch").write_bytes(diff)
        run = subprocess.run(
            ["git", "apply", "change.patch"],  # noqa: S607
            cwd=name,
            capture_output=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": name},
        )
        assert run.returncode == 0, run.stderr
        assert page.read_bytes() == new


@pytest.mark.parametrize(
    "edits",
    [
        (Edit("page", 1, 2, ("x",)), Edit("page", 2, 2, ("y",))),
        (Edit("page", 1, 1, ("x",)), Edit("page", 1, 1, ("y",))),
        (Edit("page", 9, 9, ("x",)),),
        (Edit("page", 0, 0, ("x",)),),
        (Edit("page", 1, 1, ("one\ntwo",)),),
        (Edit("page", 1, 1, ("a\ud800",)),),
    ],
)
def test_edits_that_clash_or_cannot_be_written_change_nothing(edits: tuple[Edit, ...]) -> None:
    assert plan_changes(b"a\nb\n", "utf-8", edits) == ()


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("plain\n", "utf-8"),
        ("한글 문서입니다. 주문을 조회합니다.\n", "euc_kr"),
        ("한글 문서입니다.\r\n", "utf-8"),
    ],
)
def test_the_charset_is_that_the_page_is_read_in(text: str, charset: str) -> None:
    data = text.encode(charset)
    assert charset_of(data, parse_page(data, "page")) == charset


@pytest.mark.parametrize(
    "data", [b"a\rb\rc", "| a |\n".encode("utf-16"), b"a\0b\n", b"\xff\xfe\xfa"]
)
def test_a_page_no_text_patch_can_hold_has_no_charset(data: bytes) -> None:
    assert charset_of(data, parse_page(data, "page")) == ""
