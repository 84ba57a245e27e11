"""Every word of a page is in its document, whatever the markup around it does."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from conformance.parse import parse_page
from tests.parse.dumping import dump_document

_MARKDOWN = """
| || |---|---| --- - * + 1. # ## > >> ``` ~~~ ` `` ** _ ~~ [ ] ( ) <br> <b> </b> <ul> <li> </ul>
<table> <tr> <td> </td> </tr> </table> <details> <summary> </summary> </details> <div> </div> <p>
</p> <Tabs> <TabItem> </TabItem> </Tabs> <Note> </Note> ::: :::note === <pre> </pre> <h2> </h2> <
{ } {% %} {%\xa0tab\xa0%} {%\xa0endtab\xa0%} !!!\xa0tip ===\xa0"Tab" \\ &amp; <!-- {/*
"""
_HTML = """
<p> </p> <div> </div> <span> </span> <b> </b> <code> </code> <pre> </pre> <br> <ul> <li> </li> </ul>
<ol> </ol> <dl> <dt> <dd> </dl> <table> <thead> <tr> <th> </th> <td> </td> </tr> </table> <caption>
<td\xa0rowspan=2> <td\xa0colspan=9> <h1> </h1> <h3> </h3> <details> <summary> </summary> </details>
<blockquote> </blockquote> <div\xa0role=tabpanel> <section> </section> <aside> </aside> <a> </a>
<x-y> </x-y> < > &lt;
"""
_BREAKS = st.sampled_from([" ", " ", "\n", "\n\n", "\n    ", "\n  "])


def _pages(markup: str) -> st.SearchStrategy[str]:
    pieces = [piece.replace("\xa0", " ") for piece in re.split("[ \n]", markup) if piece]
    word = st.just("word")
    part = st.tuples(st.one_of(st.sampled_from(pieces), word), _BREAKS).map("".join)
    return st.lists(part, max_size=40).map("".join).map(_number)


def _number(page: str) -> str:
    numbers = iter(range(len(page)))
    return re.sub("word", lambda _: f"w{next(numbers)}w", page)


def _words(text: str) -> set[str]:
    return set(re.findall(r"w\d+w", text))


@given(_pages(_MARKDOWN))
@example("<ul> <!-- w0w </ul> ")
def test_markdown(page: str) -> None:
    document = parse_page(("# Title\n\n" + page).encode(), "page")
    assert _words(dump_document(document)) == _words(page)


@given(_pages(_HTML))
def test_html(page: str) -> None:
    document = parse_page(("<!doctype html><body>\n" + page).encode(), "page")
    assert _words(dump_document(document)) == _words(page)
