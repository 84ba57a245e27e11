"""What real pages say and generated contracts seldom do is read back as it was, in every style."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.model.contract import Contract, compare_contracts
from conformance.model.operation import (
    Auth,
    Body,
    Example,
    Field,
    Limits,
    Response,
    Stated,
    Value,
)
from conformance.parse import parse_page
from conformance.reading import read_document
from tests.builders import field, obj, operation, parameter, response, span, value
from tests.suite.rendering.render import render_page
from tests.suite.rendering.sayable import sayable
from tests.suite.rendering.style import SUFFIXES, Style

STYLES = (
    Style(),
    Style(markup="html"),
    Style(placeholder=":{}"),
    Style(placeholder="<{}>"),
    Style(nesting="sections"),
    Style(default_column=True),
    Style(inverted=True),
    Style(one_table=True, markup="html"),
)


def shown(text: str, parsed: Value) -> Response:
    example = Example(text=text, span=span(), parsed=True, value={})
    return response(parsed, examples=(example,))


def of(kind: str) -> Field:
    """A member of one name that holds something else each time."""
    return field("data", "object", fields=(field(kind, "string"),))


CASES = {
    "a mark beside a condition": operation(
        response(
            obj(
                field("price", "string", required=Stated.YES, condition="If the order is filled"),
                field("side", "string", required=Stated.NO, condition="If the order is filled"),
            )
        )
    ),
    "a name that is a part of a segment": operation(
        path="/book/level2_{size}",
        parameters=(parameter("size", location="path", required=Stated.YES),),
    ),
    "two objects of one name": operation(
        response(obj(of("id"))),
        method="POST",
        body=Body(media_type="application/json", value=obj(of("code"))),
    ),
    "an empty default": operation(response(obj(field("cursor", "string", default=("",))))),
    "a bound in exponents": operation(
        response(obj(field("margin", "number", limits=Limits(minimum=1.667e-05))))
    ),
    "an example without members": operation(shown("{}", value("object"))),
    "an example that speaks of signatures": operation(
        replace(
            response(obj(field("flag", "string"))),
            examples=(
                Example(text='{"flag": "hmac"}', span=span(), parsed=True, value={"flag": "hmac"}),
            ),
        ),
        auth=(Auth(scheme="api-key", span=span()),),
    ),
}


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
@pytest.mark.parametrize("name", CASES)
def test_comes_back(name: str, style: Style) -> None:
    told = sayable(CASES[name])
    page = render_page(told, style)
    read = read_document(parse_page(page.encode(), f"page.{SUFFIXES[style.markup]}"))
    contracts = (Contract(operations=(told,)), Contract(operations=read.operations))
    assert compare_contracts(*contracts) == (), page


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_lost_but_wording(name: str) -> None:
    """What is rendered is all of it."""
    contracts = (Contract(operations=(CASES[name],)), Contract(operations=(sayable(CASES[name]),)))
    assert compare_contracts(*contracts) == ()
