"""Links and names that lead to sections of the same page and of other pages of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conformance.parse import parse_page
from conformance.pipeline.pages import read_paths
from conformance.reading import build_index, combine, read_document, read_documents
from conformance.reading.references import FolderIndex, PageIndex, name_key
from conformance.report.contract_text import render_contract

_OPERATION = """# Read a thing

GET /things/{id}

**Returns:** %s
"""
_ENTITY = """# Thing

Some words.

## Attributes

| Name | Type |
| --- | --- |
| label | string |

## ThingOwner

| Name | Type |
| --- | --- |
| nick | string |
"""


def read_folder(pages: Mapping[str, str]) -> str:
    """The contract of several pages as text."""
    documents = {name: parse_page(text.encode(), name) for name, text in pages.items()}
    library = build_index(read_document(document) for document in documents.values())
    return render_contract(combine(read_document(d, library) for d in documents.values()))


@pytest.mark.parametrize(
    ("link", "member", "kind"),
    [
        ("[Thing](../entities/Thing.md)", "label", "object"),
        ("[Thing](entities/thing)", "label", "object"),
        ("[Thing](/docs/entities/thing/)", "label", "object"),
        ('[Thing]({{< relref "entities/thing" >}})', "label", "object"),
        ('Array of [Owner]({{<relref "entities/Thing#ThingOwner">}})', "nick", "array of object"),
        ("[Owner](../entities/Thing.md#thingowner)", "nick", "object"),
        ("[Owner](../entities/Thing.md#schemathingowner)", "nick", "object"),
        ("a list of thing owner objects", "nick", "array of object"),
    ],
)
def test_a_page_is_found_by_link_or_name(link: str, member: str, kind: str) -> None:
    pages = {"methods/things.md": _OPERATION % link, "entities/Thing.md": _ENTITY}
    read = read_folder(pages)
    assert f"application/json {kind}  [" in read
    assert f"    {member}: string" in read


@pytest.mark.parametrize(
    "link", ["[Thing](https://other.example/entities/Thing.md)", "[Thing](missing.md#x)", "nothing"]
)
def test_a_link_that_leads_nowhere_gives_nothing(link: str) -> None:
    pages = {"methods/things.md": _OPERATION % link, "entities/Thing.md": _ENTITY}
    assert "label" not in read_folder(pages)


def test_a_flattened_folder_is_one() -> None:
    pages = {"things.md": _OPERATION % "[T](entities/thing)", "entities--Thing.md": _ENTITY}
    assert "    label: string" in read_folder(pages)


def test_a_section_of_an_operation_is_no_object() -> None:
    page = """# API

## List things

GET /things

| Parameter | Type | Required |
| --- | --- | --- |
| limit | integer | no |

## Count things

GET /things/count

Returns what [list things](#list-things) counts.
"""
    assert "    limit" not in read_folder({"api.md": page})


def test_rows_of_another_page_point_to_sections_of_their_own_page() -> None:
    entity = _ENTITY.replace(
        "| label | string |", "| label | string |\n| owner | [owner](#thingowner) |"
    )
    pages = {"a.md": _OPERATION % "[T](b.md)", "b.md": entity}
    assert "      nick: string" in read_folder(pages)


class _Counted(dict[str, PageIndex]):
    """Pages that count how often all of them are gone through."""

    passes = 0

    def __iter__(self) -> Iterator[str]:
        type(self).passes += 1
        return super().__iter__()


def test_links_are_looked_up_and_not_searched() -> None:
    folder = FolderIndex(pages=_Counted({f"docs/p{n}.md": PageIndex() for n in range(300)}))
    for number in range(300):
        assert folder.lookup("docs/p0.md", f"p{number}.md#x") is not None
    assert _Counted.passes <= 2


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("User Object", "user"),
        ("user-object", "user"),
        ("responses.AccountKind", "responsesaccountkind"),
        ("Object", "object"),
    ],
)
def test_a_name_is_the_same_however_it_is_spelled(said: str, key: str) -> None:
    assert name_key(said) == key


def test_a_page_of_objects_that_others_point_to_documents_no_operation() -> None:
    request = (
        "## Thing request\n\n| Field | Type | Required |\n|---|---|---|\n| label | string | yes |\n"
    )
    operation = "# Things\n\nPOST /things\n\nTakes a [thing request](objects.md#thing-request).\n"
    assert "GET /objects" in read_folder({"objects.md": request})
    text = read_folder({"things.md": operation, "objects.md": request})
    assert "GET /objects" not in text
    assert "label: string, required  [objects.md:5]" in text


_COMMON = """# Rules

## Common parameters

| Parameter | Type | Required |
| --- | --- | --- |
| key | string | Yes |
| id | string | No |

## Response format

| Field | Type | Meaning |
| --- | --- | --- |
| code | integer | 0 is fine |
| data | object | What the call answers with |
"""
_CALL = """# Get a lamp

`GET /lamps`

| Parameter | Type | Required |
| --- | --- | --- |
| ID | integer | Yes |

Response:

| Field | Type | Meaning |
| --- | --- | --- |
| watt | integer | Power |
"""


def test_what_a_page_documents_for_all_reaches_the_pages_beside_it() -> None:
    read = read_folder({"a/rules.md": _COMMON, "a/lamps.md": _CALL})
    assert "query key: string, required (medium" in read
    assert "    data: object (medium confidence)  [a/rules.md:15]\n      watt: integer" in read
    assert "query id" not in read
    assert "/rules" not in read.split("[")[0]


def test_what_a_page_documents_for_all_stays_in_its_folder() -> None:
    pages = {"a/rules.md": _COMMON, "b/lamps.md": _CALL}
    assert "key" not in read_folder(pages)


_FOR_ALL = "# Common parameters\n\n| Name | Type |\n|---|---|\n| {name} | string |\n"
_ONE_CALL = "# Read a {name}\n\nGET /{name}s\n"


@pytest.mark.parametrize(
    ("pages", "inputs"),
    [
        (
            {"all.md": _FOR_ALL.format(name="token"), "crate.md": _ONE_CALL.format(name="crate")},
            ["token"],
        ),
        (
            {
                "all.md": _FOR_ALL.format(name="token"),
                "more.md": _FOR_ALL.format(name="secret"),
                "crate.md": _ONE_CALL.format(name="crate"),
            },
            [],
        ),
        (
            {
                "all.md": _FOR_ALL.format(name="token"),
                "a/b/crate.md": _ONE_CALL.format(name="crate"),
            },
            ["token"],
        ),
        (
            {
                "all.md": _FOR_ALL.format(name="token"),
                "a/all.md": _FOR_ALL.format(name="secret"),
                "a/crate.md": _ONE_CALL.format(name="crate"),
            },
            ["secret"],
        ),
    ],
)
def test_inputs_of_all_requests_stand_on_one_page(
    tmp_path: Path, pages: dict[str, str], inputs: list[str]
) -> None:
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (operation,) = read_paths([tmp_path]).contract.operations
    assert [parameter.name for parameter in operation.parameters] == inputs


def test_what_is_the_same_as_of_a_call_on_another_page_is_taken_over() -> None:
    """Inputs and answers, by a link to its section; what an operation documents stays."""
    lent = "# Piers\n\n## Add a pier\n\nPOST /piers\n\nBody:\n\n| Name | Type |\n|---|---|\n"
    lent += "| depth | number |\n\nResponse:\n\n| Name | Type |\n|---|---|\n| id | string |\n"
    same = "is the same as for [Add a pier](piers.md#add-a-pier).\n"
    own = "Response:\n\n| Name | Type |\n|---|---|\n| draft | string |\n"
    plan = f"## Plan\n\nPOST /plans\n\nThe request body {same}\nThe response {same}"
    draft = f"\n## Draft\n\nPOST /drafts\n\nThe response {same}\n{own}"
    pages = {"piers.md": lent, "plans.md": f"# Plans\n\n{plan}{draft}"}
    _, planned, drafted = read_folder(pages).split("POST /")[1:]
    assert "depth: number" in planned
    assert "id: string" in planned
    assert "draft: string" in drafted
    assert "id: string" not in drafted


def test_a_text_with_members_may_still_be_one(tmp_path: Path) -> None:
    page = "# Read a note\n\nGET /note\n\nResponse:\n\n| Name | Type |\n|---|---|\n"
    (tmp_path / "note.md").write_text(f"{page}| terms | String |\n| > depth | String |\n", "utf-8")
    (operation,) = read_paths([tmp_path]).contract.operations
    body = operation.responses[0].value
    assert body is not None
    (terms,) = body.fields
    assert (terms.value.kind, terms.value.stated_kind) == ("object", "string")


_MOMENT = "# Get\n\nGET /{0}\n\n## Response\n\n| Name | Type |\n|---|---|\n| made_at | integer |\n"


@pytest.mark.parametrize(
    ("pages", "units"),
    [
        ({"api/intro.md": "# All\n\nAll times are in microseconds.\n"}, {"api/a": "us", "b": ""}),
        ({"api/a.md": "All timestamps are in seconds.\n\n" + _MOMENT.format("a")}, {"api/a": "s"}),
        (
            {
                "api/one.md": "# All\n\nAll times are in seconds.\n",
                "api/two.md": "# All\n\nAll times are in milliseconds.\n",
            },
            {"api/a": ""},
        ),
    ],
)
def test_a_unit_of_all_moments_reaches_its_folder(
    pages: dict[str, str], units: dict[str, str]
) -> None:
    sources = {f"{name}.md": _MOMENT.format(name[-1]) for name in units} | pages
    documents = [parse_page(text.encode(), page) for page, text in sources.items()]
    found = {
        operation.page.removesuffix(".md"): operation.responses[0].value
        for reading in read_documents(documents)
        for operation in reading.operations
    }
    assert {
        page: value and (value.fields[0].value.unit or "") for page, value in found.items()
    } == units


_ANSWERS = """# General

What works returns the following response:
{ "ok": true, "payload": {WHAT_WAS_ASKED_FOR} }

Error response:

```json
{"ok": false, "error": "no such hut"}
```
"""
_HUT = """# Hut

`GET /v1/hut`

Response:

| Name | Type |
| --- | --- |
| beds | integer |
| name | string |
"""


def test_what_a_page_shows_of_all_answers_is_around_the_records_of_others() -> None:
    folder = {"d/general.md": _ANSWERS, "d/hut.md": _HUT}
    shown = read_folder(folder)
    assert "payload: object" in shown
    assert "error: string" in shown
    documents = [parse_page(text.encode(), page) for page, text in folder.items()]
    (operation,) = combine(read_documents(documents)).operations
    success = next(r.value for r in operation.responses if r.status[0] == "2")
    assert success is not None
    (ok, payload) = success.fields
    assert (ok.name, payload.value.stated_kind) == ("ok", "array")
    assert {field.name for field in payload.value.fields} == {"beds", "name"}


def test_a_page_with_fields_of_its_own_shows_no_answer_of_others() -> None:
    folder = {"d/general.md": _ANSWERS + _HUT.replace("`GET /v1/hut`", ""), "d/hut.md": _HUT}
    assert "payload" not in read_folder(folder).partition("GET /v1/hut")[2]
