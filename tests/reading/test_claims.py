"""Every row as a claim of its own: about what stands where the row was put."""

from __future__ import annotations

from conformance.model.operation import Stated
from conformance.parse import parse_page
from conformance.reading import read_document

_PAGE = """# GET /v1/book

## Response

| Name | Type |
| --- | --- |
| bids | array |
| price | string |
| asks | array |
| price | integer |
| price | number |

```json
{"data": {"bids": [{"price": "1"}], "asks": [{"price": 1}]}}
```
"""


def test_rows_of_one_name_are_about_the_places_the_sample_has() -> None:
    claims = read_document(parse_page(_PAGE.encode(), "p.md")).claims
    assert [(c.span.line, c.subject, c.kind) for c in claims] == [
        (7, "responses.200.data.bids", "array"),
        (8, "responses.200.data.bids[].price", "string"),
        (9, "responses.200.data.asks", "array"),
        (10, "responses.200.data.asks[].price", "integer"),
        (11, "responses.200.data.asks[].price", "number"),
    ]


_SHOUTED = """# GET /v1/loans

## Response

| Name | Type |
| --- | --- |
| LOANPARTS_START | object |
| partId | string |
| LOANPARTS_END | |

```json
{"loanParts": {"partId": "1"}}
```
"""


def test_a_row_in_capitals_is_about_the_member_that_the_sample_writes_otherwise() -> None:
    claims = read_document(parse_page(_SHOUTED.encode(), "p.md")).claims
    assert [(c.span.line, c.subject) for c in claims] == [
        (7, "responses.200.loanParts"),
        (8, "responses.200.loanParts.partId"),
    ]


_OPEN = """# GET /v1/wallets

## Response

| Name | Type |
| --- | --- |
| » total | string |
| » wallets | object |
| »» **additionalProperties** | object |
| »»» amount | string |
"""


def test_a_row_for_members_of_any_name_opens_the_object_it_is_in() -> None:
    (operation,) = read_document(parse_page(_OPEN.encode(), "p.md")).operations
    (response,) = operation.responses
    assert response.value is not None
    total, wallets = response.value.fields
    assert (response.value.closed, total.name) == (Stated.NOT_STATED, "total")
    assert (wallets.name, wallets.value.closed, wallets.value.fields) == ("wallets", Stated.NO, ())


_TWICE = """# GET /v1/balances

## Response

```json
[[{"coin": "A"}]]
```

| Name | Type |
| --- | --- |
| » _None_ | object |
| »» coin | string |
"""


def test_a_list_that_only_the_sample_puts_around_the_items_may_be_missing() -> None:
    (operation,) = read_document(parse_page(_TWICE.encode(), "p.md")).operations
    outer = operation.responses[0].value
    assert outer is not None
    assert outer.items is not None
    assert (outer.kind, outer.stated_kind) == ("array", None)
    assert (outer.items.kind, outer.items.stated_kind) == ("array", "object")


_ONE_OF_ALL = """# Huts

`GET /v1/huts`

`GET /v1/huts/{name}`

Response:

| Name | Type |
| --- | --- |
| beds | integer |

```json
[{"beds": 3}]
```
"""


def test_a_list_that_is_shown_of_a_collection_may_be_one_record_of_its_member() -> None:
    operations = read_document(parse_page(_ONE_OF_ALL.encode(), "p.md")).operations
    values = {o.path: o.responses[0].value for o in operations}
    kinds = {path: (v.kind, v.stated_kind) for path, v in values.items() if v}
    assert kinds == {"/v1/huts": ("array", None), "/v1/huts/{name}": ("array", "object")}
