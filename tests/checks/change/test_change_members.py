"""Members that come, go and move together are one change: the first speaks for all."""

from __future__ import annotations

import pytest

from tests.checks.change.edits import compare_texts

_HEAD = "# Orders\n\n`GET /v1/orders`\n\n## Response\n\n| Name | Type |\n| --- | --- |\n"
_ALL = tuple(f"| data{name} |" for name in (" | Object", ".id | String", ".side | String"))
_ALL = (*_ALL, "| data.price | String |")


def table(*rows: str) -> str:
    return _HEAD + "\n".join(rows) + "\n"


KEPT = ("| total | Long |", "| page | Long |")
EMPTY = table(*KEPT, "| data | Object |")
FULL = table(*KEPT, *_ALL)
OTHER = table(*KEPT, "| data | String |")
MOVED = table(
    *KEPT, "| data | Object |", "| data.id | String |", "| side | String |", "| price | String |"
)


@pytest.mark.parametrize(
    ("old", "new", "rule", "subject", "related"),
    [
        (
            EMPTY,
            FULL,
            "field-added",
            "responses.200.data.id",
            ("likewise `side`, `price`: all there is",),
        ),
        (
            FULL,
            EMPTY,
            "field-removed",
            "responses.200.data.id",
            ("likewise `side`, `price`: all there was",),
        ),
        (
            FULL,
            OTHER,
            "type-changed",
            "responses.200.data",
            ("with it go `id`, `side`, `price`",),
        ),
        (
            OTHER,
            FULL,
            "type-changed",
            "responses.200.data",
            ("with it come `id`, `side`, `price`",),
        ),
        (FULL, MOVED, "field-removed", "responses.200.data.side", ("likewise `price`",)),
        (MOVED, FULL, "field-removed", "responses.200.side", ("likewise `price`",)),
    ],
)
def test_what_goes_together_is_one_finding(
    old: str, new: str, rule: str, subject: str, related: tuple[str, ...]
) -> None:
    found = compare_texts(old, new).findings
    assert [(f.rule, f.subject, f.related) for f in found] == [(rule, subject, related)]


def test_what_is_gone_is_found_at_the_old_line() -> None:
    (gone,) = compare_texts(FULL, table(*KEPT, *_ALL[:2], *_ALL[3:])).findings
    (new,) = compare_texts(table(*KEPT, *_ALL[:2], *_ALL[3:]), FULL).findings
    assert gone.documented
    assert new.documented
    assert "| data.side | String |" in gone.documented.quote
    assert gone.documented.page != new.documented.page
    assert gone.observed
    assert gone.observed.where.startswith(new.documented.page)


_MARKED = _HEAD.replace(" Type |\n| --- | --- |", " Type | Required | Notes |\n|---|---|---|---|")


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (
            "| side | String | O | One of `A`, `B`. |",
            "| side | Integer | X | One of 1, 2. |",
            ["type-changed", "required-changed"],
        ),
        (
            "| size | String |  | In seconds. Default: `10`. |",
            "| size | String |  | In milliseconds. Default: `20`. |",
            ["type-changed", "limit-changed"],
        ),
    ],
)
def test_of_another_type_only_presence_is_compared(old: str, new: str, rules: list[str]) -> None:
    found = compare_texts(f"{_MARKED}{old}\n", f"{_MARKED}{new}\n").findings
    assert [f.rule for f in found] == rules
