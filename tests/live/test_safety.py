"""Everything that is refused, and the little that is not."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.live.request_plans import harmless
from conformance.live.safety import Guard, Policy, Refused
from conformance.model.interaction import Request
from conformance.pages.access import Probe
from tests.live.conftest import (
    ALLOWED,
    DOCUMENTED,
    LIVE,
    Server,
    client,
    exchange,
    reply,
)

IDS = str(harmless("random-uuid", "x"))
PAIR = str(harmless("unknown:{}", "x"))
HARMLESS = Request(method="DELETE", url=f"{LIVE}/orders?ids={IDS}")


def guard(url: str = LIVE, policy: Policy = ALLOWED) -> Guard:
    return Guard(exchange(), url, policy, DOCUMENTED)


def admitted(request: Request, **given: Any) -> Probe | None:
    """The probe by which ``request`` is admitted, signed."""
    return guard(**given).admit(request, signed=True).probe


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
def test_a_sandbox_of_this_run_may_be_asked_anything(url: str) -> None:
    free = Guard(exchange(), url, Policy(), sandbox=True)
    request = Request(method="DELETE", url=f"{url}/everything")
    assert free.admit(request, signed=True).request == request


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:2"])
def test_another_server_on_this_machine_is_an_exchange(url: str) -> None:
    with pytest.raises(Refused, match="add --live"):
        guard(url, Policy())
    with pytest.raises(Refused, match="no person has confirmed"):
        guard(url)
    host = url.removeprefix("http://")
    known = Policy(live=True, hosts=(host,))
    with pytest.raises(Refused, match="--allow-state-change"):
        admitted(Request(method="DELETE", url=f"{url}/orders"), url=url, policy=known)


@pytest.mark.parametrize("url", ["https://api.venue.example", "http://api.venue.example"])
def test_only_a_server_on_this_machine_is_a_sandbox(url: str) -> None:
    with pytest.raises(Refused):
        Guard(exchange(), url, Policy(), sandbox=True)


@pytest.mark.parametrize(
    ("host", "url", "confirmed"),
    [
        ("api.a.example", "https://api.a.example", True),
        ("api.a.example", "https://API.a.example/v1", True),
        ("api.a.example:443", "https://api.a.example", True),
        ("api.a.example:8443", "https://api.a.example:8443", True),
        ("api.a.example", "https://api.a.example:8443", False),
        ("api.a.example:8443", "https://api.a.example", False),
        ("a.example", "https://api.a.example", False),
        ("api.a.example", "https://api.a.example.b.example", False),
        ("*", "https://api.a.example", False),
        ("", "https://api.a.example", False),
    ],
)
def test_a_host_is_confirmed_as_it_is_written(host: str, url: str, confirmed: bool) -> None:
    policy = Policy(live=True, hosts=(host,))
    if confirmed:
        assert Guard(exchange(), url, policy).base_url == url
    else:
        with pytest.raises(Refused, match="no person has confirmed"):
            Guard(exchange(), url, policy)


def test_a_host_is_not_confirmed_for_two_exchanges_at_once() -> None:
    both = Policy(live=True, named=("venue", "other"), hosts=("api.a.example",))
    with pytest.raises(Refused, match="no person has confirmed"):
        guard("https://api.a.example", both)
    assert guard(policy=both).base_url == LIVE  # the manifest's own


def test_a_server_that_a_page_names_is_not_confirmed_by_it() -> None:
    named = exchange(servers=("https://api.evil.example",))
    with pytest.raises(Refused, match=r"no person has confirmed https://api\.evil"):
        Guard(named, "https://api.evil.example", ALLOWED)


def test_a_read_needs_no_more_than_live() -> None:
    policy = Policy(live=True)
    listed = Request(method="GET", url=f"{LIVE}/orders?pair=A-B")
    public = Request(method="GET", url=f"{LIVE}/public/depth?pair=A-B")
    for signed in (True, False):
        assert guard(policy=policy).admit(listed, signed=signed).signed is signed
    assert not guard(policy=policy).admit(public, signed=False).signed
    with pytest.raises(Refused, match="would be signed, and is not listed"):
        guard(policy=policy).admit(public, signed=True)


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
        admitted(Request(method=method, url=HARMLESS.url), policy=policy)


@pytest.mark.parametrize("policy", [Policy(live=True), Policy(live=True, allow_state_change=True)])
def test_a_check_needs_every_consent_itself(policy: Policy) -> None:
    probe, question = exchange().probes[0], Request(method="GET", url=f"{LIVE}/orders/all")
    assert guard().admit_check(question, probe).request == question
    with pytest.raises(Refused, match="the check of DELETE /orders"):
        guard(policy=policy).admit_check(question, probe)
    for deed in ("/order/cancelAll", "/orders?command=x", "/trade/all", "/orders?of=sell"):
        with pytest.raises(Refused, match="speaks of a change"):
            guard().admit_check(replace(question, url=LIVE + deed), probe)
    for more in ({"method": "DELETE"}, {"body": b"{}"}, {"headers": (("X-A", "b"),)}):
        with pytest.raises(Refused, match="more than a question"):
            guard().admit_check(replace(question, **more), probe)


@pytest.mark.parametrize("path", ["/%70ublic/depth", "/public/./depth", "/public/depth x"])
def test_what_would_be_sent_otherwise_is_not_judged_as_it_stands(path: str) -> None:
    with pytest.raises(Refused, match="is not sent as it stands"):
        guard().admit(Request(method="GET", url=LIVE + path), signed=False)


def test_a_probe_is_admitted() -> None:
    by_query, by_path = exchange().probes
    assert admitted(HARMLESS) == by_query
    assert admitted(Request(method="DELETE", url=f"{LIVE}/orders/{PAIR}")) == by_path


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
        ("DELETE", f"/orders?ids={{{IDS}}}", b""),
        ("DELETE", f"/orders?ids=urn:uuid:{IDS}", b""),
        ("DELETE", f"/orders?ids={IDS.upper()}", b""),
        ("DELETE", f"/orders?ids={IDS.replace('-', '')}", b""),
        ("DELETE", "/orders", f'{{"ids": "BTC", "ids": "{IDS}"}}'.encode()),
        ("DELETE", "/orders", b"\xef\xbb\xbf" + f'{{"ids": "{IDS}"}}'.encode()),
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
    with pytest.raises(Refused, match=r"not known to be harmless|not sent as it|several ways"):
        admitted(Request(method=method, url=LIVE + target, body=body))


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
        admitted(Request(method="GET", url=url))


def test_the_path_of_the_server_stands_before_that_of_a_probe() -> None:
    behind = f"{LIVE}/api/v3/"
    known = Request(method="DELETE", url=f"{LIVE}/api/v3/orders?ids={IDS}")
    assert admitted(known, url=behind) is not None
    with pytest.raises(Refused):
        admitted(HARMLESS, url=behind)


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
