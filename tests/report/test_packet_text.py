"""Whatever a page or a server says, a packet stays the text it is meant to be."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conformance.drift.packets.packet import (
    Answer,
    Correction,
    Packet,
    PagePatch,
    Question,
    Reproduction,
)
from conformance.model.finding import Excerpt, Finding, Observed, Severity, Tally
from conformance.model.span import Span
from conformance.report.packet import render_packet, render_packet_files, render_patch, write_title
from conformance.report.plain import prose

PIECES = (
    *("`", "```", "`````", "</details>", "<img src=x onerror=alert(1)>", "]]>", "@all", "#12"),
    *("|", "\n", "\n# heading\n", "\u202e", "\x1b[31m", "\u200b", "\ud800", "[a](http://b)"),
    *("https://evil.example", "www.evil.example", "![x](y)", "> ", "- [ ] ", "word", "한", "*_"),
    *("\r", "\t", "{names}", "{operation}", "~~~", "&lt;", "\\", "owner/repo#1", "GH-1"),
)
NASTY = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    one = Finding(
        rule=draw(st.sampled_from(["type-missing", "unit-mismatch", "parity-prose", "no-such"])),
        severity=Severity.ERROR,
        operation=draw(NASTY),
        subject=draw(NASTY),
        message=draw(NASTY),
        expected=draw(NASTY),
        actual=draw(NASTY),
        documented=Span("en/a.md", 7, 8, draw(NASTY)),
        observed=Observed(
            origin="recorded", where="x#0", pointer=draw(NASTY), excerpt=Excerpt(draw(NASTY), 0, 1)
        ),
        evidence=(Tally(origin="recorded", seen=3, examined=4, first=draw(NASTY)),),
    )
    diff = f"@@ -1,1 +1,1 @@\n-{draw(NASTY)}\n+{draw(NASTY)}\n".encode("utf-8", "replace")
    patch = PagePatch("en/a.md", "docs/en/a.md", diff, "utf-8")
    return Packet(
        findings=(one,),
        reasons=(draw(NASTY),),
        correction=Correction(texts=(draw(NASTY),), patches=(patch,), fingerprints=("0" * 12,)),
        questions=(
            Question(text=draw(NASTY), answers=(Answer(text=draw(NASTY), patches=(patch,)),)),
        ),
        reproduction=Reproduction(command=draw(NASTY), note=draw(NASTY)),
    )


@given(packets())
def test_nothing_breaks_out(packet: Packet) -> None:
    text = render_packet(packet)
    text.encode()
    assert text.isprintable() or all(c.isprintable() or c in "\n\t" for c in text)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    headings = [t for t in tokens if t.type == "heading_open"]
    assert [h.tag for h in headings].count("h1") == 1
    raw = [t.content.strip() for t in tokens if t.type == "html_block"]
    fold = r"<details><summary>(Patch a|The same as a diff)</summary>|</details>"
    assert all(re.fullmatch(fold, block) for block in raw)
    inner = [c for t in tokens if t.type == "inline" for c in t.children or []]
    assert not any(c.type in ("link_open", "image") for c in inner)
    html = {c.content for c in inner if c.type == "html_inline"}
    assert html <= {"<!-- -->"}


@given(packets())
def test_nobody_is_mentioned_and_no_issue_is_meant(packet: Packet) -> None:
    """Outside of code, a sign is never right before a name."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render_packet(packet))
    texts = [c.content for t in tokens if t.type == "inline" for c in t.children or []
             if c.type == "text"]  # fmt: skip
    assert not any(re.search(r"@\w|#\d", text) for text in texts)


@given(packets())
def test_files_have_plain_names_and_patches_are_bytes(packet: Packet) -> None:
    files = render_packet_files([packet])
    assert all(re.fullmatch(r"[A-Za-z0-9.-]{1,120}", name) for name in files)
    assert all(isinstance(c, bytes) == name.endswith(".patch") for name, c in files.items())
    assert render_patch(packet) in files.values()


@given(packets())
def test_a_title_is_one_line_of_a_readable_length(packet: Packet) -> None:
    assert len(write_title(packet)) <= 160


@given(NASTY)
def test_prose_keeps_every_letter(text: str) -> None:
    assert prose(text).count("word") >= text.count("word")
