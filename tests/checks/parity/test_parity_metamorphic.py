"""One change to one twin is one finding, at its line in both; moving things about is none."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.checks.parity.twins import (
    EXAMPLE,
    INPUTS,
    LANGUAGES,
    OUTPUTS,
    Page,
    Row,
    compare_pages,
    page,
    shuffled,
)

OTHER_TYPE = {"String": "Integer", "Integer": "String", "Long": "String", "Object": "Boolean"}
OTHER_TYPE |= {"Array": "Integer", "Array[String]": "Array[Integer]"}
OTHER_MARK = {"O": "", "": "O"}
TOKENS = {
    "side": ("BUY", "SELL", "BOTH"),
    ">> state": ("DONE", "WAIT"),
    "limit": ("20", "1000"),
    "ids": ("50",),
    "zone": ("UTC",),
}
RULES = {"side": "parity-enum", ">> state": "parity-enum", "ids": "parity-limit"}
RULES |= {"zone": "parity-enum", "20": "parity-default", "1000": "parity-limit"}


def edits(told: Page) -> Iterator[Any]:
    """Every single edit: its name, the rule that has to see it, the row, the page."""
    for table in ("inputs", "outputs"):
        rows: tuple[Row, ...] = getattr(told, table)
        for n, row in enumerate(rows):
            if not any(r.name.startswith(">") for r in rows[n + 1 : n + 2]):
                yield "removed", "parity-field", row, table, (*rows[:n], *rows[n + 1 :])
            for name, rule, other in _changes(row, told.language):
                yield name, rule, row, table, (*rows[:n], other, *rows[n + 1 :])


def _changes(row: Row, language: str) -> Iterator[tuple[str, str, Row]]:
    yield "type", "parity-type", replace(row, type=OTHER_TYPE[row.type])
    yield "mark", "parity-required", replace(row, mark=OTHER_MARK[row.mark])
    renamed = replace(row, name=row.name.replace("e", "ee", 1) + "s" * ("e" not in row.name))
    if len(row.name.lstrip("> ")) > 3:
        yield "name", "parity-field", renamed
    for token in TOKENS.get(row.name, ()):
        rule = RULES.get(token) or RULES[row.name]
        said = row.words[language]
        written = token if token in said else f"{int(token):,}"
        for other in (f"{token}0" if token.isdigit() else f"{token}X",):
            words = {**row.words, language: said.replace(written, other, 1)}
            yield f"{token}->{other}", rule, replace(row, words=words)
    if row.name in ("side", ">> state"):
        words = {
            **row.words,
            language: row.words[language].replace("`WAIT`", "").replace(", `BOTH`", ""),
        }
        yield "value-removed", "parity-enum", replace(row, words=words)


CASES = [
    pytest.param(language, other, name, rule, row, table, rows, id=f"{language}-{row.name}-{name}")
    for language, other in (("en", "ko"), ("ko", "en"), ("zh", "en"))
    for name, rule, row, table, rows in edits(page(language))
]


@pytest.mark.parametrize(("language", "other", "name", "rule", "row", "table", "rows"), CASES)
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_one_edit_is_one_finding(
    language: str, other: str, name: str, rule: str, row: Row, table: str, rows: Any, first: bool
) -> None:
    edited, twin = page(language, **{table: rows}), page(other)
    result = compare_pages(*((edited, twin) if first else (twin, edited)))
    seen = [(f.rule, f.subject, f.message, f.related) for f in result.findings]
    assert [told[0] for told in seen] == [rule], seen
    (finding,) = result.findings
    places = {str(finding.documented), finding.observed and finding.observed.where}
    assert f"{other}/page.md:{twin.line_of(f'| {row.name} ')}" in places
    if name != "removed":
        changed = next(new for new in rows if new not in getattr(page(language), table))
        assert f"{language}/page.md:{edited.line_of(f'| {changed.name} ')}" in places


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key)


def changed(path: tuple[Any, ...], value: Any) -> Any:
    example = copy.deepcopy(EXAMPLE)
    at: Any = example
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return example


@pytest.mark.parametrize("path", list(leaves(EXAMPLE)), ids=lambda p: ".".join(map(str, p)))
@pytest.mark.parametrize("value", ["changed", 7, None])
def test_one_example_value_is_one_finding(path: tuple[Any, ...], value: Any) -> None:
    edited = page("ko", example=changed(path, value))
    result = compare_pages(page("en"), edited)
    assert [f.rule for f in result.findings] == ["parity-example"], result.findings
    (finding,) = result.findings
    steps = [str(s) if isinstance(s, str) else "[]" for s in path]
    assert finding.subject == ("responses.200." + ".".join(steps)).replace(".[]", "[]")
    named = f'"{path[-1]}"'
    nth = 0 if path[-1] not in ("uuid", "state") else path[-2]
    assert str(finding.documented) == f"en/page.md:{page('en').line_of(named, nth)}"
    assert finding.observed is not None
    if value is not None:
        assert finding.observed.where == f"ko/page.md:{edited.line_of(named, nth)}"


@pytest.mark.parametrize("twin", ["ko", "zh"])
@pytest.mark.parametrize("seed", range(20))
def test_moving_things_about_is_no_finding(twin: str, seed: int) -> None:
    result = compare_pages(shuffled(page("en"), seed), shuffled(page(twin), seed + 100))
    assert result.findings == ()
    assert result.compared == 1


@pytest.mark.parametrize("first", LANGUAGES)
@pytest.mark.parametrize("second", LANGUAGES)
def test_twins_agree(first: str, second: str) -> None:
    told = page(first), replace(page(second), endpoint="POST /v1/orders/cancel")
    if first == second:
        return
    assert compare_pages(*told).findings == ()


def test_an_edit_among_three_is_one_finding_that_says_which_stands_alone() -> None:
    for table, rows in (("inputs", INPUTS), ("outputs", OUTPUTS)):
        for n, row in enumerate(rows):
            if row.name in ("done", "> orders"):
                continue  # members go with them: the next row's depth changes, too
            fewer = (*rows[:n], *rows[n + 1 :])
            result = compare_pages(page("en"), page("ko", **{table: fewer}), page("zh"))
            (finding,) = result.findings
            assert finding.rule == "parity-field"
            assert finding.message.endswith("; ko stands alone")
            assert any(line.startswith("zh says `") for line in finding.related)
