"""Everything that is refused, and the little that is not."""

from __future__ import annotations

import pytest

from conformance.model.interaction import Request
from conformance.observe.live.harmless import harmless
from conformance.observe.live.safety import Guard, Policy, Refused, changes_state
from tests.observe.live.conftest import ALLOWED, LIVE, Server, client, exchange, reply

IDS = str(harmless("random-uuid", "x"))
PAIR = str(harmless("unknown:{}", "x"))
HARMLESS = Request(method="DELETE", url=f"{LIVE}/orders?ids={IDS}")


def guard(url: str = LIVE, policy: Policy = ALLOWED) -> Guard:
    return Guard(exchange(), url, policy)


@pytest.mark.parametrize(
    ("url", "policy", "words"),
    [
        (LIVE, Policy(), "add --live"),
        (LIVE, Policy(allow_state_change=True, named=("venue",)), "add --live"),
        ("http://api.venue.example", ALLOWED, "https"),
        ("http://127.0.0.1.venue.example", ALLOWED, "https"),
        ("http://localhost.venue.example", ALLOWED, "https"),
        ("https://user:word@api.venue.example", ALLOWED, "password"),
        ("http://127.0.0.1@api.venue.example", ALLOWED, "password"),
        ("ftp://api.venue.example", ALLOWED, "no web address"),
        ("https://", ALLOWED, "no web address"),
        ("https://[::1", ALLOWED, "no web address"),
        ("http://[::1]venue.example", ALLOWED, "no web address"),
        ("https://.venue.example", ALLOWED, "no web address"),
        ("https://api.venue.example:99999", ALLOWED, "no web address"),
        ("http://localhost.", ALLOWED, "https"),
        ("http://127.1", ALLOWED, "https"),
        ("http://0.0.0.0", ALLOWED, "https"),
        ("http://[::]:80", ALLOWED, r"http://\[::\]:80"),
        ("http://127.0.0.1?.venue.example", ALLOWED, "after its path"),
        ("http://127.0.0.1#.venue.example", ALLOWED, "after its path"),
        ("https://api.venue.example?token=word", ALLOWED, "after its path"),
    ],
)
def test_servers_that_are_refused(url: str, policy: Policy, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        guard(url, policy)
    assert "word" not in str(refused.value).replace("password", "")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2"])
def test_this_machine_may_be_asked_anything(url: str) -> None:
    assert guard(url, Policy()).admit(Request(method="DELETE", url=f"{url}/everything")) is None


@pytest.mark.parametrize(
    "path", ["/orders/cancel", "/v1/cancelOrder", "/order_CANCEL", "/api/Withdraw/apply"]
)
def test_a_question_that_speaks_of_a_deed_is_one(path: str) -> None:
    with pytest.raises(Refused, match="--allow-state-change"):
        guard(policy=Policy(live=True)).admit(Request(method="GET", url=LIVE + path))
    with pytest.raises(Refused, match="not known to be harmless"):
        guard().admit(Request(method="GET", url=LIVE + path))


@pytest.mark.parametrize("path", ["/orders/cancelled", "/closed-orders", "/settings", "/address"])
def test_other_words_are_no_deeds(path: str) -> None:
    assert not changes_state("GET", path)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_question_needs_no_more_than_live(method: str) -> None:
    assert guard(policy=Policy(live=True)).admit(Request(method=method, url=f"{LIVE}/a")) is None


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(live=True), "--allow-state-change"),
        (Policy(live=True, named=("venue",)), "--allow-state-change"),
        (Policy(live=True, allow_state_change=True), "--exchange venue"),
        (Policy(live=True, allow_state_change=True, named=("other",)), "--exchange venue"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_change_needs_to_be_asked_for(policy: Policy, words: str, method: str) -> None:
    with pytest.raises(Refused, match=words):
        guard(policy=policy).admit(Request(method=method, url=HARMLESS.url))


def test_a_probe_is_admitted() -> None:
    by_query, by_path = exchange().probes
    assert guard().admit(HARMLESS) == by_query
    assert guard().admit(Request(method="DELETE", url=f"{LIVE}/orders/{PAIR}")) == by_path


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("DELETE", "/orders", b""),
        ("DELETE", "/orders?ids=6c1eac69-b9bc-4fbf-9982-e9c4641c453f", b""),
        ("DELETE", f"/orders?ids={IDS}&ids=6c1eac69-b9bc-4fbf-9982-e9c4641c453f", b""),
        ("DELETE", f"/orders?ids={IDS}&all=true", b""),
        ("DELETE", f"/orders?IDS={IDS}", b""),
        ("DELETE", f"/orders?ids={IDS}", b'{"all": true}'),
        ("DELETE", f"/orders?ids={IDS}", b"all=true"),
        ("DELETE", f"/orders?ids={IDS}", b'{"ids": {"not": "plain"}}'),
        ("DELETE", f"/orders?ids={IDS}", b"[]"),
        ("POST", f"/orders?ids={IDS}", b""),
        ("DELETE", f"/orders/../all?ids={IDS}", b""),
        ("DELETE", f"/all/orders?ids={IDS}", b""),
        ("DELETE", f"//orders?ids={IDS}", b""),
        ("DELETE", f"/orders/%2e%2e?ids={IDS}", b""),
        ("DELETE", "/orders/BTC-USD", b""),
        ("DELETE", f"/orders/{PAIR[:-1]}", b""),
        ("DELETE", f"/orders/{PAIR}/x", b""),
        ("DELETE", f"/orders/{PAIR}?ids={IDS}", b""),
    ],
)
def test_whatever_is_no_probe_is_refused(method: str, target: str, body: bytes) -> None:
    with pytest.raises(Refused, match="not known to be harmless"):
        guard().admit(Request(method=method, url=LIVE + target, body=body))


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/orders",
        "https://api.venue.example:8443/orders",
        "http://api.venue.example/orders",
        "https://api.venue.example@elsewhere.example/orders",
        "https://user@api.venue.example/orders",
        "/orders",
    ],
)
def test_nothing_goes_to_another_server(url: str) -> None:
    with pytest.raises(Refused, match=r"nothing is sent|no web address"):
        guard().admit(Request(method="GET", url=url))


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-method-override"])
def test_no_method_stands_for_another(name: str) -> None:
    request = Request(method="GET", url=f"{LIVE}/a", headers=((name, "DELETE"),))
    with pytest.raises(Refused, match="another method"):
        guard().admit(request)
    with pytest.raises(Refused, match="another method"):
        guard().admit(Request(method="GET", url=f"{LIVE}/a?_method=DELETE"))


def test_the_path_of_the_server_stands_before_that_of_a_probe() -> None:
    behind = Guard(exchange(), f"{LIVE}/api/v3/", ALLOWED)
    known = Request(method="DELETE", url=f"{LIVE}/api/v3/orders?ids={IDS}")
    assert behind.admit(known) is not None
    with pytest.raises(Refused):
        behind.admit(HARMLESS)


def test_a_refused_request_is_not_sent(server: Server) -> None:
    server.answers = [reply()]
    with client(server, live=True) as asking, pytest.raises(Refused):
        asking.send(Request(method="DELETE", url=f"{LIVE}/orders"))
    assert server.asked == []


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://elsewhere.example/orders", "another host"),
        ("//elsewhere.example/orders", "another host"),
        ("http://api.venue.example/orders", "away from https"),
        ("", "does not say where"),
    ],
)
def test_a_redirect_that_leads_away_is_refused(server: Server, location: str, words: str) -> None:
    server.answers = [reply(307, b"", {"Location": location} if location else {})]
    with client(server, live=True) as asking, pytest.raises(Refused, match=words):
        asking.send(Request(method="GET", url=f"{LIVE}/orders"))
    assert len(server.asked) == 1


def test_a_redirect_on_the_same_host_is_an_answer(server: Server) -> None:
    server.answers = [reply(301, b"", {"Location": "/elsewhere"})]
    with client(server, live=True) as asking:
        assert asking.send(Request(method="GET", url=f"{LIVE}/orders")).reply.status == 301
    assert len(server.asked) == 1
