"""Contracts to serve, and a way to ask a server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import requests

from conformance.checks.runner import check
from conformance.model.contract import Contract
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Operation
from conformance.pipeline.pages import read_paths

ROOT = Path(__file__).parents[2]
EXCHANGES = ("bingx", "bitfront", "coinapi", "upbit")


@cache
def contract_of(name: str) -> Contract:
    """The contract of one of the project's exchanges, or of the page in this folder."""
    if name in EXCHANGES:
        return read_paths([ROOT / "docs_snapshot" / name]).contract
    return read_paths([Path(__file__).parent / "pages" / f"{name}.md"]).contract


def sent(url: str, request: Request, timeout: float = 10) -> Interaction:
    """``request`` sent to the server at ``url``, whatever server it was written for."""
    target = "/" + request.url.split("/", 3)[3]
    answer = requests.request(
        request.method,
        url + target,
        headers=dict(request.headers),
        data=request.body,
        timeout=timeout,
    )
    reply = Reply(
        status=answer.status_code, headers=tuple(answer.headers.items()), body=answer.content
    )
    return Interaction(request=request, reply=reply, origin=Origin.SANDBOX, where="sandbox#0")


def findings(operation: Operation, interaction: Interaction) -> tuple[Finding, ...]:
    """What the checks find in one answer; it has to be one they look at."""
    result = check([operation], [interaction])
    assert result.checked_interactions == 1
    return result.findings
