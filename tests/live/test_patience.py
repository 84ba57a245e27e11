"""How often a server is asked, and how long it is waited for."""

from __future__ import annotations

import datetime as dt
import email.utils
import time

import pytest

from conformance.live.client import LiveClient
from conformance.live.transport import Budget, BudgetSpent
from conformance.pages.exchange import ConfiguredRateLimit
from tests.live.conftest import Server, client, delete, exchange, get, reply


def naps(asking: LiveClient) -> list[float]:
    """The seconds that ``asking`` waits from now on, in which nothing waits."""
    taken: list[float] = []
    asking._throttle.clock = lambda: sum(taken)
    asking._throttle.sleep = taken.append
    return taken


def test_a_safe_request_is_tried_again(server: Server) -> None:
    server.answers = [reply(502), reply(503), reply(200, b"[]")]
    with client(server) as asking:
        assert asking.send(get(server)).reply.body == b"[]"
    assert len(server.asked) == 3


def test_a_safe_request_is_not_tried_for_ever(server: Server) -> None:
    server.answers = [reply(502)]
    with client(server) as asking:
        assert asking.send(get(server)).reply.status == 502
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_patience_is_asked_for_by_every_busy_server(server: Server, status: int) -> None:
    server.answers = [reply(status, b"{}", {"Retry-After": "1"})]
    with client(server) as asking:
        waited = naps(asking)
        asking.send(get(server))
    assert len(server.asked) == 3
    assert waited == [1, 1]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_another_request_is_sent_once(server: Server, status: int) -> None:
    server.answers = [reply(status, b"{}", {"Retry-After": "1"})]
    with client(server) as asking:
        assert asking.send(delete(server)).reply.status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("told", ["1", "date", "soon", ""])
def test_patience_that_is_asked_for_is_had(server: Server, told: str) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100)
    said = email.utils.format_datetime(until, usegmt=True) if told == "date" else told
    server.answers = [reply(429, b"{}", {"Retry-After": said} if said else {}), reply(200)]
    with client(server) as asking:
        waited = naps(asking)
        assert asking.send(get(server)).reply.status == 200
    (nap,) = waited
    assert 10 < nap <= 100 if told == "date" else nap == 1


def test_patience_is_kept_to_by_the_requests_that_follow(server: Server) -> None:
    server.answers = [reply(429, b"{}", {"Retry-After": "1"}), reply(200)]
    with client(server) as asking:
        waited = naps(asking)
        asking.send(delete(server))
        assert waited == []
        asking.send(delete(server))
    assert waited == [1]


def test_more_patience_than_there_is_time_ends_the_run(server: Server) -> None:
    server.answers = [reply(429, b"{}", {"Retry-After": "86400"})]
    with client(server) as asking, pytest.raises(BudgetSpent, match="8640"):
        asking.send(get(server))


def test_the_budget_of_requests_is_kept(server: Server) -> None:
    server.answers = [reply()]
    with client(server, budget=Budget(requests=2)) as asking:
        for _ in range(2):
            asking.send(get(server))
        with pytest.raises(BudgetSpent, match="all 2 requests"):
            asking.send(get(server))
    assert len(server.asked) == 2


def test_documented_rate_limits_are_kept(server: Server) -> None:
    server.answers = [reply()]
    limited = exchange(rate_limits=(ConfiguredRateLimit(count=2, seconds=0.5),))
    began = time.monotonic()
    with client(server, exchange=limited) as asking:
        for _ in range(5):
            asking.send(get(server))
    assert time.monotonic() - began >= 1.0


def test_limits_of_a_group_bind_only_the_group(server: Server) -> None:
    server.answers = [reply()]
    slow = ConfiguredRateLimit(count=1, seconds=60, operations=("DELETE /orders",))
    with client(server, exchange=exchange(rate_limits=(slow,))) as asking:
        for _ in range(3):
            asking.send(get(server))
        asking.send(delete(server))
    limited = exchange(rate_limits=(slow,))
    with client(server, exchange=limited, budget=Budget(9, 0.1, lambda: 0.0)) as asking:
        asking.send(delete(server))
        with pytest.raises(BudgetSpent, match="rate limit"):
            asking.send(delete(server))
