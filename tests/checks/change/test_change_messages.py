"""What a change is called: every branch of every message, on a page that shows it.

``messages.txt`` has the table or line of the page, how it was, how it is, and what is found.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.checks.change.runner import compare_states
from conformance.compare.matching import Side, build_side_page
from conformance.parse import parse_page
from conformance.reading import read_document
from tests.checks.change.edits import compare_texts
from tests.checks.change.test_change_effects import page
from tests.checks.messages import cases, sentences
from tests.checks.parity.twins import Named, compare

MESSAGES = Path(__file__).with_name("messages.txt")
NOT_FOUND = "### Response 404\n\n| Name | Type |\n|---|---|\n| code | String |"


def found(old: str, new: str) -> list[str]:
    return sentences(compare_texts(old, new).findings)


@pytest.mark.parametrize(("where", "old", "new", "expected"), cases(MESSAGES))
def test_message(where: str, old: str, new: str, expected: str) -> None:
    assert found(page(**{where: old}), page(**{where: new})) == [expected]


@pytest.mark.parametrize(
    ("new", "confidence"), [("SIDE", "high"), ("sidex", "high"), ("party", "medium")]
)
def test_how_sure_it_is_that_a_name_changed(new: str, confidence: str) -> None:
    row = "| {} | String | | The side of it. |"
    (finding,) = compare_texts(page(asked=row.format("side")), page(asked=row.format(new))).findings
    assert finding.confidence == confidence


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("### Response", "### Response 201", []),
        ("### Response 200", "### Response 201", ["`200` is no longer", "`201` is new"]),
    ],
)
def test_an_answer_whose_status_one_page_does_not_state(
    old: str, new: str, expected: list[str]
) -> None:
    texts = (NOT_FOUND.replace("### Response 404", heading) for heading in (old, new))
    messages = found(*(f"# Orders\n\n`GET /v1/orders`\n\n{text}" for text in texts))
    assert [words for words in expected if any(words in one for one in messages)] == expected
    assert bool(messages) == bool(expected)


def test_a_part_of_the_path_has_another_name() -> None:
    old, new = (
        page(endpoint=f"GET /v1/orders/{{{name}}}", asked=f"| {name} | String | O | x |")
        for name in ("id", "uid")
    )
    assert found(old, new) == [
        "info field-removed: the name changed from `id` to `uid` (they are described alike);"
        " compatible: the name stands for a part of the path and is never sent"
    ]


def test_inputs_that_go_elsewhere() -> None:
    assert found(page(endpoint="GET /v1/orders"), page(endpoint="POST /v1/orders")) == [
        "error operation-removed: method or path changed from GET /v1/orders to POST /v1/orders;"
        " breaking: a request as before may find nothing",
        "error field-removed: `pair` moved from query to body;"
        " breaking: a request that has it may be refused",
    ]


def test_an_answer_comes_and_goes() -> None:
    without, with_it = page(), page(rate=NOT_FOUND)
    assert found(without, with_it) == [
        "info field-added: `404` is new among the answers;"
        " compatible: a client that does not know it may pass over it"
    ]
    (finding,) = compare_texts(without, with_it).findings
    assert finding.related == ("and its members `code`",)
    assert found(with_it, without) == [
        "error field-removed: `404` is no longer among the answers;"
        " breaking: a client that relies on it finds nothing"
    ]


def test_an_operation_comes_and_goes() -> None:
    other = (
        "\n# Time\n\n`GET /clock`\n\n## Response\n\n| Name | Type |\n|---|---|\n| now | Long |\n"
    )
    assert found(page(), page() + other) == [
        "info operation-added: the operation is new; compatible: no client depends on it"
    ]
    assert found(page() + other, page()) == [
        "error operation-removed: the operation is no longer documented;"
        " breaking: a request as before may find nothing"
    ]


ENVELOPE = """# Orders

`GET /v1/orders`

## Response

| Name | Type | Description |
| --- | --- | --- |
| code | Integer | The code. |
{0}
### data

| Name | Type | Description |
| --- | --- | --- |
| ids | Array | The orders. |
| at | Long | When it was. |

```json
{{"code": 0, "data": {{"ids": [1], "at": 5}}}}
```
"""


def test_an_object_that_only_an_example_shows_is_documented_no_longer() -> None:
    row = "| data | [data](#data) | See below. |\n"
    assert found(ENVELOPE.format(row), ENVELOPE.format("")) == [
        "error field-removed: `data` is no longer documented;"
        " breaking: a client that relies on it finds nothing"
    ]
    assert found(ENVELOPE.format(""), ENVELOPE.format(row)) == [
        "info field-added: `data` is new;"
        " compatible: a client that does not know it may pass over it"
    ]
    pages = (Named("en", ENVELOPE.format(row)), Named("ko", ENVELOPE.format("")))
    assert sentences(compare(*pages).findings) == [
        "warning parity-field: en documents `data`, ko does not; ko stands alone"
    ]


def test_a_change_on_two_pages_of_an_exchange_is_one_finding() -> None:
    def state(label: str, kind: str) -> Side:
        text = page(asked=f"| side | {kind} | O | The side. |")
        pages = []
        for place in ("a.md", "b.md"):
            document = parse_page(text.encode(), f"{label}/{place}")
            pages.append(build_side_page(place, document, read_document(document)))
        return Side(label=label, pages=tuple(pages))

    (finding,) = compare_states(state("old", "String"), state("new", "Integer")).findings
    assert str(finding.documented) == "new/a.md:12"
    assert finding.related == ("likewise at new/b.md:12, before at old/b.md:12",)
