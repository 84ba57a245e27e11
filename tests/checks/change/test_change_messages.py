"""What a change is called: every branch of every message, on a page that shows it.

``messages.txt`` has the table or line of the page, how it was, how it is, and what is found.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.change.edits import compare_texts
from tests.checks.change.test_change_effects import page
from tests.checks.messages import cases, sentences

MESSAGES = Path(__file__).with_name("messages.txt")
NOT_FOUND = "### Response 404\n\n| Name | Type |\n|---|---|\n| code | String |"


def found(old: str, new: str) -> list[str]:
    return sentences(compare_texts(old, new).findings)


@pytest.mark.parametrize(("where", "old", "new", "expected"), cases(MESSAGES))
def test_message(where: str, old: str, new: str, expected: str) -> None:
    assert found(page(**{where: old}), page(**{where: new})) == [expected]


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
