"""The client from outside signs in a way of its own, and the sandbox takes it."""

from __future__ import annotations

import runpy
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.outsider import Told, _settings, table
from conformance.model.interaction import Request
from conformance.model.operation import Auth
from conformance.model.span import Span
from conformance.sandbox.requests import SANDBOX_KEYS, verify

_HOOKS = Path(__file__).parents[2] / "benchmarks" / "outsider_hooks.py"


def signed(monkeypatch: pytest.MonkeyPatch, scheme: str, url: str) -> Request:
    """A request to ``url``, signed as Schemathesis would be told to."""
    given: list[Any] = []
    known = types.ModuleType("schemathesis")
    known.auth = types.SimpleNamespace(set_from_requests=given.append)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "schemathesis", known)
    monkeypatch.setenv("OUTSIDER_SCHEME", scheme)
    monkeypatch.setenv("OUTSIDER_ACCESS_KEY", SANDBOX_KEYS.access_key)
    monkeypatch.setenv("OUTSIDER_SECRET_KEY", SANDBOX_KEYS.secret_key)
    runpy.run_path(str(_HOOKS))
    prepared = requests.Request("DELETE", url, auth=given[0]).prepare()
    return Request(method="DELETE", url=prepared.url or "", headers=tuple(prepared.headers.items()))


@pytest.mark.parametrize("scheme", ["jwt", "api-key"])
@pytest.mark.parametrize("query", ["", "?ids[]=a%20b&ids[]=%C3%BC", "?ids%5B%5D=%FF"])
def test_it_is_let_in(monkeypatch: pytest.MonkeyPatch, scheme: Any, query: str) -> None:
    told = [Auth(scheme=scheme, span=Span("page", 1, 1))]
    request = signed(monkeypatch, scheme, f"http://127.0.0.1:1/orders{query}")
    assert verify(told, request, SANDBOX_KEYS) == ""


def test_a_rule_between_inputs_is_allowed_for() -> None:
    document = {"paths": {"/a": {"get": {"x-groups": [{}]}, "post": {}}, "/b": {"get": {}}}}
    assert 'include-name = "GET /a"' in _settings(document)
    assert _settings(document).count("include-name") == 1


def test_a_run_that_found_nothing_planted_is_not_good() -> None:
    told = Told(
        exchange="x", problems=0, requests=9, server_errors=0, violations=0,
        is_planted_found=False, others=("ST103 Undocumented status code (2)",), version="4",
    )  # fmt: skip
    assert not told.is_good
    assert "| x | valid | 9 | 0 | 0 | NO | ST103 Undocumented status code (2) |" in table([told])
