"""``conformance snapshot``: what is answered is judged before it takes a page's place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from conformance.cli import main
from tests.cli.snapshot.project import LOGIN, SCRIPTED, Project, html, markdown, taken
from tests.pages.site import Answer

KOREAN = (
    "이 요청은 주문을 하나 조회합니다. 주문 번호를 경로에 넣어 보내면 서버가 그 주문을 알려 줍니다."
)
ROWS = "".join(f"| field{n} | string | Number {n} |\n" for n in range(60))

NOT_THE_PAGE: dict[str, tuple[str | bytes, str | bytes, dict[str, str], str]] = {
    "a login": (html(), LOGIN, {}, "asks for a password"),
    "a page a script fills": (html(), SCRIPTED, {}, "no operation on what was answered"),
    "consent": (markdown(), "# Cookies\n\nDo you agree?\n", {}, "no operation"),
    "HTML for Markdown": (markdown(), html("uuid"), {"Content-Type": "text/html"}, "as HTML, and"),
    "Markdown for HTML": (html(), markdown("uuid"), {}, "the stored page is HTML"),
    "nearly nothing": (markdown("id", ROWS), markdown("uuid"), {}, "on the stored page"),
    "cut off": (html(), html("uuid").replace("</body></html>", ""), {}, "breaks off"),
    "another language": (
        markdown("id", f"\n{'This call gives you one order, by the id that it has. ' * 5}\n"),
        markdown("id", f"\n{KOREAN * 3}\n"),
        {},
        "another language: ko, not en",
    ),
    "no text": (
        markdown(),
        markdown("uuid").encode() + bytes(range(128, 256)) * 9,
        {},
        "any charset",
    ),
    "only the server knows the charset": (
        html("id", note="주문"),
        html("uuid", note="Größe").encode("latin-1"),
        {"Content-Type": "text/html; charset=windows-1250"},
        "only as windows-1250",
    ),
    "binary": (markdown(), b"\x89PNG\0\0\0\xff\0\0\0\0", {}, "binary, not a page of text"),
    "an image": (markdown(), b"GIF89a", {"Content-Type": "image/gif"}, "image/gif"),
    "empty": (markdown(), b" \n", {}, "the page is empty"),
    "huge": (markdown(), b"x" * 100_001, {}, "larger than 100000 bytes"),
    "a bomb": (
        markdown(),
        gzip.compress(b"x" * 50_000_000),
        {"Content-Encoding": "gzip"},
        "larger than 100000 bytes",
    ),
    "damaged": (markdown(), markdown("uuid"), {"Content-Encoding": "gzip"}, "damaged"),
}


@pytest.mark.parametrize(
    ("stored", "body", "headers", "words"), NOT_THE_PAGE.values(), ids=NOT_THE_PAGE
)
def test_what_is_not_the_page_does_not_take_its_place(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    stored: str | bytes,
    body: str | bytes,
    headers: dict[str, str],
    words: str,
) -> None:
    project.store(stored, "en/orders.html" if b"<" in str(stored).encode()[:1] else "en/orders.md")
    content = body.encode() if isinstance(body, str) else body
    project.site.pages["/orders"] = Answer(body=content, headers={**headers, "ETag": '"2"'})
    before = project.state()
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"]) == (2, "kept"), page
    assert words in page["reason"]
    assert page["hint"]
    assert project.state() == before


CHARSETS = {
    "named by the page, EUC-KR": (
        html("uuid", '<meta charset="euc-kr">', note="주문").encode("euc-kr"),
        "text/html",
        [],
    ),
    "named by both": (
        html("uuid", '<meta charset="latin-1">', note="Größe").encode("latin-1"),
        "text/html; charset=iso-8859-1",
        [],
    ),
    "named by the server alone, and found": (
        html("uuid", note="주문 번호로 주문을 조회합니다").encode("euc-kr"),
        "text/html; charset=euc-kr",
        [],
    ),
    "the server is wrong": (
        html("uuid", note="Größe").encode(),
        "text/html; charset=iso-8859-1",
        ["the server calls it iso-8859-1, which its bytes are not; they were believed"],
    ),
    "the server knows none": (
        html("uuid", note="Größe").encode(),
        "text/html; charset=none-such",
        ["the server calls it none-such, which its bytes are not; they were believed"],
    ),
}


@pytest.mark.parametrize(("body", "said", "notes"), CHARSETS.values(), ids=CHARSETS)
def test_letters_are_read_from_the_bytes(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    body: bytes,
    said: str,
    notes: list[str],
) -> None:
    project.store(html(), "en/orders.html")
    project.answers(body, Content_Type=said)
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"], page["notes"]) == (0, "changed", notes)
    assert project.page.read_bytes() == body
    assert project.is_true()


def test_no_page_of_ours_is_touched_by_asking(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captured by hand as Markdown and text: an address that answers HTML must not replace them."""
    root = Path(__file__).parents[3] / "docs_snapshot"
    project.answers(SCRIPTED)
    for name in ("upbit", "bingx", "coinapi"):
        text = (root / name / "exchange.toml").read_text()
        url = next(line for line in text.splitlines() if line.startswith("url ="))
        for page in sorted((root / name).rglob("*")):
            if page.is_file():
                target = Path("docs_snapshot") / page.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(page.read_bytes())
        manifest = Path("docs_snapshot") / name / "exchange.toml"
        manifest.write_text(text.replace(url, f'url = "{project.site.url}/orders"'))
    before = project.state()
    assert main(["snapshot"]) == 2
    told = capsys.readouterr().out
    assert told.count("not the page any more: no operation on what was answered, as HTML") == 3
    assert project.state() == before
