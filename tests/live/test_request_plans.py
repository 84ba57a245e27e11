"""What a probe makes is what it admits, and nothing else is asked of an exchange."""

from __future__ import annotations

import re
import shlex
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.checks.request import find_request_problems
from conformance.errors import UsageError
from conformance.live.recording import curl_line
from conformance.live.request_plans import (
    RequestPlan,
    _is_plain,
    harmless,
    invalid_plans,
    is_harmless,
    valid_plans,
)
from conformance.live.safety import Guard, Policy
from conformance.model.interaction import Request
from conformance.model.operation import Operation
from conformance.pages.access import AuthDetails, Environment, Probe
from conformance.pages.exchange import Exchange, load_exchange
from conformance.pipeline.live import draw_examples
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import languages
from tests.builders import NO, YES, operation, parameter, value
from tests.live.conftest import LIVE, exchange

SNAPSHOT = Path(__file__).parents[2] / "docs_snapshot"
OWN = sorted(path.parent.name for path in SNAPSHOT.glob("*/exchange.toml"))
WORDS = ["random-uuid", "unknown:{}", "unknown:A-{}.B", "literal:ABC-XYZ", "now-ms", "now-s"]
JSON = st.text() | st.integers() | st.lists(st.text(), max_size=3)


@pytest.mark.parametrize("word", WORDS)
@given(value=JSON)
def test_whatever_is_drawn_becomes_harmless(word: str, value: Any) -> None:
    made = harmless(word, value)
    items = made if isinstance(made, list) else [made]
    assert isinstance(made, list) == isinstance(value, list)
    assert len(items) == (len(value) if isinstance(value, list) else 1)
    assert all(is_harmless(word, str(item)) for item in items)
    assert word.startswith("now") or harmless(word, value) == made


@pytest.mark.parametrize("word", WORDS)
@given(text=st.text() | st.uuids(version=4).map(str) | st.uuids(version=5).map(str))
def test_nothing_else_is(word: str, text: str) -> None:
    assert not is_harmless(word, text) or text == "ABC-XYZ"


def test_now_is_now() -> None:
    assert abs(int(str(harmless("now-s", "x"))) - time.time()) < 2
    assert not is_harmless("now-ms", "1000000000000")


def consents(name: str) -> Policy:
    host = urlsplit(LIVE).netloc
    return Policy(live=True, allow_state_change=True, named=(name,), hosts=(host,))


def own(name: str) -> tuple[Exchange, Operation]:
    known = load_exchange(SNAPSHOT / name)
    language = languages(known)[0]
    (only,) = read_exchange(known, language).contract.operations
    return known, only


@pytest.mark.parametrize("name", OWN)
def test_what_our_probes_make_is_valid_and_admitted(name: str) -> None:
    known, documented = own(name)
    located = replace(documented, servers=(LIVE,))
    guard = Guard(known, LIVE, consents(name), (documented,))
    asks = draw_examples(valid_plans(located, known.probes, guarded=True), 20)
    assert asks
    for ask in asks:
        request = ask.request()
        assert guard.admit(request, signed=True).probe in known.probes
        assert find_request_problems(documented, request) == ()
        assert ask.vouched


@pytest.mark.parametrize("name", OWN)
def test_what_is_asked_wrongly_of_an_exchange_is_admitted_too(name: str) -> None:
    known, documented = own(name)
    located = replace(documented, servers=(LIVE,))
    guard = Guard(known, LIVE, consents(name), (documented,))
    for strategy in invalid_plans(located, known.probes, guarded=True):
        for ask in draw_examples(strategy, 5):
            assert guard.admit(ask.request(), signed=True).probe
            problems = find_request_problems(documented, ask.request())
            assert [(p.kind, p.subject) for p in problems] == [(ask.fault, ask.subject)]


@pytest.mark.parametrize("name", OWN)
def test_every_fault_may_be_sent_to_this_machine(name: str) -> None:
    known, documented = own(name)
    for strategy in invalid_plans(documented, known.probes, guarded=False):
        for ask in draw_examples(strategy, 5):
            problems = find_request_problems(documented, ask.request())
            assert (ask.fault, ask.subject) in [(p.kind, p.subject) for p in problems]
            assert ask.fault != "unknown"


def test_without_a_probe_an_exchange_is_asked_nothing_that_changes_state() -> None:
    change, question = operation(method="DELETE", path="/a"), operation(path="/a")
    assert valid_plans(change, (), guarded=True).is_empty
    assert invalid_plans(change, (), guarded=True) == ()
    assert not valid_plans(change, (), guarded=False).is_empty
    assert valid_plans(question, (), guarded=True).is_empty
    assert not valid_plans(question, (), guarded=True, is_read=True).is_empty


def test_of_an_exchange_no_fault_but_long_lists_is_asked() -> None:
    known = operation(
        path="/a",
        parameters=(
            parameter("limit", "integer", required=YES, limits={"minimum": 1, "maximum": 9}),
            parameter("kind", enum=("one", "two")),
            parameter("name", limits={"max_length": 3}),
            parameter("ids", "array", items=value("string"), limits={"max_items": 2}),
        ),
    )
    to_this_machine = invalid_plans(known, (), guarded=False)
    assert len(to_this_machine) > 3
    (only,) = invalid_plans(known, (), guarded=True, is_read=True)
    asks = draw_examples(only, 5)
    assert {(ask.fault, ask.subject) for ask in asks} == {("limit", "parameters.ids")}
    assert all(request_of.url.count("ids=") == 3 for request_of in (a.request() for a in asks))


def test_values_that_happen_to_speak_of_a_change_are_not_drawn() -> None:
    words = ("sell", "a;b", "é", "%63ancel", "plain")
    known = operation(path="/a/{name}", parameters=(parameter("name", "string", "path"),))
    strategy = valid_plans(known, (), guarded=True, is_read=True)
    assert draw_examples(strategy, 20)
    for word in words:
        ask = RequestPlan(replace(known, servers=(LIVE,)), {("path", "name"): word}, {})
        assert _is_plain(ask) is (word == "plain")


def test_inputs_a_probe_does_not_name_are_not_sent() -> None:
    known = operation(
        method="DELETE",
        path="/a",
        parameters=(parameter("id", required=YES), parameter("all", required=NO)),
    )
    probe = Probe(operation="DELETE /a", reason="x", inputs=(("id", "random-uuid"),))
    for ask in draw_examples(valid_plans(known, (probe,), guarded=True), 10):
        assert re.fullmatch(r".*/a\?id=[0-9a-f-]{36}", ask.request().url)


def test_a_probe_that_leaves_out_what_is_required_is_told() -> None:
    known = operation(method="DELETE", path="/a", parameters=(parameter("id", required=YES),))
    with pytest.raises(UsageError, match="leaves out id"):
        valid_plans(known, (Probe(operation="DELETE /a", reason="x"),), guarded=True)


def test_the_same_draw_is_the_same_ask_whenever_it_is_sent() -> None:
    known = operation(method="DELETE", path="/a", parameters=(parameter("at", "integer"),))
    probe = Probe(operation="DELETE /a", reason="x", inputs=(("at", "now-ms"),))
    first, *_ = draw_examples(valid_plans(known, (probe,), guarded=True), 2)
    key, url = first.key, first.request().url
    time.sleep(0.01)
    assert (first.key, first.request().url != url) == (key, True)


@pytest.mark.parametrize("guarded", [True, False])
def test_what_may_change_something_is_one_ask_for_one_request(guarded: bool) -> None:
    known = operation(method="DELETE", path="/a", parameters=(parameter("pair"), parameter("id")))
    words = (("pair", "literal:A-B"), ("id", "now-ms"))
    probe = Probe(operation="DELETE /a", reason="x", inputs=words)
    asks = draw_examples(valid_plans(known, (probe,), guarded=guarded), 30)
    assert guarded is (len({ask.key for ask in asks}) == 1)


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("none", 'curl -X GET "${SERVER}/a?q=\\$x\\`y"'),
        ("api-key", 'curl -X GET "${SERVER}/a?q=\\$x\\`y" -H "X-Key: ${KEY}"'),
        ("bearer", 'curl -X GET "${SERVER}/a?q=\\$x\\`y" -H "Authorization: Bearer ${KEY}"'),
        ("jwt", 'curl -X GET "${SERVER}/a?q=\\$x\\`y" -H "Authorization: Bearer ${token}"'),
        ("hmac", 'curl -X GET "${SERVER}/a?q=\\$x\\`y&${signature}" -H "X-Key: ${KEY}"'),
    ],
)
def test_curl_has_variables_for_secrets(auth: Any, expected: str) -> None:
    known = exchange(
        auth=auth,
        auth_details=AuthDetails(key_header="X-Key"),
        environment=Environment(access_key="KEY", server_url="SERVER"),
    )
    line = curl_line(known, Request(method="GET", url=f"{LIVE}/a?q=$x`y"))
    assert line.splitlines()[-1] == expected
    assert all(row.startswith("# ") for row in line.splitlines()[:-1])


@pytest.mark.parametrize("auth", ["api-key", "hmac"])
def test_a_header_no_page_names_is_not_made_up(auth: Any) -> None:
    known = exchange(
        auth=auth,
        auth_details=AuthDetails(),
        environment=Environment(access_key="KEY", server_url="SERVER"),
    )
    line = curl_line(known, Request(method="GET", url=f"{LIVE}/a"))
    assert "-H" not in line.splitlines()[-1]
    assert "# ${KEY} goes into a header that the pages do not name" in line.splitlines()


def test_no_name_that_a_page_or_manifest_gives_is_a_command_of_the_shell() -> None:
    named = AuthDetails(key_header="X-`id`-$HOME")
    known = exchange(auth="api-key", auth_details=named, environment=Environment(server_url="U"))
    request = Request(method="GET;id", url=f"{LIVE}/a", headers=(("X-'`id`", "$(id)"),))
    words = shlex.split(curl_line(known, request))
    assert words[:3] == ["curl", "-X", "GET;id"]
    assert words[4:6] == ["-H", "X-'`id`: $(id)"]
    assert '"X-\\`id\\`-\\$HOME: ' in curl_line(known, request)


def test_of_a_strategy_that_gives_nothing_nothing_is_drawn() -> None:
    """Where the server's own path speaks of a change, every request to it does."""
    known = operation(path="/depth", public=YES)
    located = replace(known, servers=("https://api.venue.example/order/cancel",))
    asks = valid_plans(located, (), guarded=True, is_read=True)
    assert draw_examples(asks, 3) == []
