"""What a sandbox answers is what the page says, for valid and for invalid requests."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from msgspec.structs import replace

from conformance.checks.request import find_request_problems
from conformance.model.contract import Contract
from conformance.model.interaction import Interaction, Origin, Request
from conformance.model.operation import Body, Operation, Stated
from conformance.sandbox import running_sandbox
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.replies import Replies, generate, success_of, suits
from conformance.strategies.requests import InvalidRequest, draw_interactions, draw_invalid_requests
from tests.builders import field, obj, operation, parameter, response, value
from tests.contracts import operations, outcome, values
from tests.examples import many
from tests.sandbox.served import EXCHANGES, contract_of, findings, sent


@pytest.fixture(params=EXCHANGES)
def exchange(request: pytest.FixtureRequest) -> Contract:
    """Each of the project's exchanges in turn."""
    return contract_of(request.param)


def _served(told: Operation, request: Request, **options: object) -> Interaction:
    """The answer of a sandbox for one operation, without a server."""
    sandbox = Sandbox(Contract(operations=(told,)), scheme="none", **options)  # type: ignore[arg-type]
    reply = sandbox.answer(request).reply
    return Interaction(request=request, reply=reply, origin=Origin.SANDBOX, where="sandbox#0")


def test_every_documented_operation_answers_as_documented(exchange: Contract) -> None:
    with running_sandbox(exchange, scheme="none") as url:
        for told in exchange.operations:
            response_ = success_of(told)
            assert response_ is not None
            request = Replies().specimen(told, response_).request
            assert request is not None
            answer = sent(url, request)
            assert str(answer.reply.status) == response_.status
            assert not findings(told, answer)


def test_refusals_have_a_documented_status_and_body(exchange: Contract) -> None:
    with running_sandbox(exchange, scheme="none") as url:
        for told in exchange.operations:
            errors = [r.status for r in told.responses if r.status.startswith("4")]
            request = Request(method=told.method, url=f"http://x{told.path}", body=b"{")
            answer = sent(url, request)
            assert 400 <= answer.reply.status < 500
            assert not errors or str(answer.reply.status) in errors
            assert not errors or not findings(told, answer)


@given(operations().flatmap(lambda told: draw_interactions(told).map(lambda i: (told, i))))
@settings(max_examples=many(2), deadline=None)
def test_valid_requests_succeed_with_conforming_bodies(case: tuple[Operation, Interaction]) -> None:
    told, interaction = case
    request = interaction.request
    assert request is not None
    assume(not find_request_problems(told, request))
    answer = _served(told, request)
    assert 200 <= answer.reply.status < 300
    assert not findings(told, answer)


@given(operations().flatmap(lambda told: draw_invalid_requests(told).map(lambda i: (told, i))))
@settings(max_examples=many(2), deadline=None)
def test_invalid_requests_are_refused(case: tuple[Operation, InvalidRequest]) -> None:
    told, invalid = case
    assume(invalid.kind != "unknown")
    answer = _served(told, invalid.request)
    assert 400 <= answer.reply.status < 500, invalid


@given(values())
@settings(max_examples=many(3), deadline=None)
def test_made_values_are_as_documented(documented: object) -> None:
    assert suits(documented, generate(documented, "7/x"))  # type: ignore[arg-type]


def test_the_same_seed_makes_the_same_answers() -> None:
    told = contract_of("orders").operations[2]
    request = Request(method="GET", url="http://x/v1/orders/open")
    first, again, other = (_served(told, request, seed=seed).reply.body for seed in (1, 1, 2))
    assert first == again != other


def test_printed_examples_are_used_where_they_keep_to_the_page() -> None:
    told = contract_of("bitfront").operations[0]
    request = Request(method="DELETE", url="http://x/v1/trade/openOrders/BTC.USD")
    body = json.loads(_served(told, request).reply.body)
    assert (body["statusCode"], body["statusMessage"]) == (1000, "SUCCESS")
    assert len(str(body["responseTime"])) == 13  # printed in seconds, documented in milliseconds


def test_what_is_not_documented_is_not_found() -> None:
    told = contract_of("orders").operations[2]
    assert _served(told, Request(method="GET", url="http://x/v2/nothing")).reply.status == 404
    answer = _served(told, Request(method="PUT", url="http://x/v1/orders/open"))
    assert answer.reply.status == 405
    assert ("Allow", "GET") in answer.reply.headers


def test_servers_with_a_base_path_are_served_with_and_without_it() -> None:
    told = operation(response(obj(field("id", "string"))), servers=("https://api.example/base",))
    for path in ("/x", "/base/x"):
        assert _served(told, Request(method="GET", url=f"http://x{path}")).reply.status == 200


def test_errors_say_why_where_the_page_has_a_place_for_it() -> None:
    error = obj(field("code", "integer"), field("message", "string"))
    told = operation(
        response(obj()),
        response(error, "4XX"),
        parameters=(parameter("n", "integer", required=Stated.YES),),
    )
    answer = _served(told, Request(method="GET", url="http://x/x"))
    assert answer.reply.status == 400
    assert "n" in json.loads(answer.reply.body)["message"]


@pytest.mark.parametrize(
    ("documented", "status"),
    [((), 400), (("400",), 400), (("422", "403"), 403), (("4XX",), 400), (("default",), 400)],
)
def test_the_nearest_documented_error_is_answered(documented: tuple[str, ...], status: int) -> None:
    others = (response(obj(), name) for name in documented)
    told = operation(response(obj()), *others, parameters=(parameter("n", "integer"),))
    assert _served(told, Request(method="GET", url="http://x/x?n=many")).reply.status == status


def test_inputs_nobody_documented_are_let_by_unless_there_are_no_others() -> None:
    open_, closed = (
        replace(contract_of("coinapi").operations[0], body=_closed(closed)) for closed in (0, 1)
    )
    request = Request(
        method="POST",
        url="http://x/v1/orders/cancel/all?signature=1",
        body=b'{"exchange_id": "A", "surprise": 1}',
    )
    assert _served(open_, request).reply.status == 200
    assert _served(closed, request).reply.status == 400


def _closed(closed: int) -> Body:
    body = contract_of("coinapi").operations[0].body
    assert body is not None
    stated = Stated.YES if closed else Stated.NOT_STATED
    return replace(body, value=replace(body.value, closed=stated))


def _bodiless() -> Iterator[Operation]:
    yield operation(response(None, "204"))
    yield operation(response(None, "200"))
    yield operation(response(value("string"), "200", media_type="text/plain"))
    yield operation()


@pytest.mark.parametrize("told", list(_bodiless()))
def test_answers_without_a_documented_body(told: Operation) -> None:
    answer = _served(told, Request(method="GET", url="http://x/x"))
    assert 200 <= answer.reply.status < 300
    assert (answer.reply.status == 204) == (not answer.reply.body)


def test_media_types_that_cannot_be_sent_are_not() -> None:
    told = operation(response(obj(), media_type="text/x\r\nSet-Cookie: a=b"))
    answer = _served(told, Request(method="GET", url="http://x/x"))
    assert answer.reply.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize("required", [Stated.YES, Stated.NOT_STATED])
def test_invariants_hold_for_any_request(required: Stated) -> None:
    told = outcome(required)
    success = success_of(told)
    assert success is not None
    request = Replies().specimen(told, success).request
    assert request is not None
    assert not findings(told, _served(told, request))
