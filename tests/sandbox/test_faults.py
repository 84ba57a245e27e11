"""Each fault is found by the checks, by the rule it says and where it was planted."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import requests

from conformance.errors import UsageError
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Interaction, Origin, Request
from conformance.pipeline.pages import read_paths
from conformance.sandbox import running_sandbox
from conformance.sandbox.answering import Sandbox, SandboxAnswer
from conformance.sandbox.faults import KINDS, SandboxContext, fault_sites, read_fault
from conformance.sandbox.ledger import Book, book_of
from conformance.sandbox.replies import Replies, success_of
from tests.sandbox.served import EXCHANGES, ROOT, contract_of, findings

PAGES = (*EXCHANGES, "orders")


def _plantable(name: str, fault: str) -> bool:
    return bool(
        fault_sites(read_fault(fault), SandboxContext(contract_of(name).operations, Replies()))
    )


PLANTABLE = [
    (name, kind.name)
    for kind in KINDS
    if kind.edits
    for name in PAGES
    if _plantable(name, kind.name)
]


def _answers(name: str, *faults: str) -> list[tuple[SandboxAnswer, list[tuple[str, str]]]]:
    """The answer of each operation, and the rule and subject of what is found in it."""
    contract = contract_of(name)
    told = []
    for operation in contract.operations:
        success = success_of(operation)
        assert success is not None
        request = Replies().specimen(operation, success).request
        assert request is not None
        read = [read_fault(fault) for fault in faults]
        answer = Sandbox(contract, read, _book(request), scheme="none").answer(request)
        seen = Interaction(
            request=request, reply=answer.reply, origin=Origin.SANDBOX, where="sandbox#0"
        )
        told.append((answer, [(f.rule, f.subject) for f in findings(operation, seen)]))
    return told


def _book(request: Request) -> Book | None:
    """A book in which the first of the orders asked for is open and the others are unknown."""
    asked = [text for name, text in query_pairs(request.url) if name == "uuids[]"]
    return book_of([{"uuid": asked[0], "market": "M"}]) if asked else None


@pytest.mark.parametrize(("name", "fault"), PLANTABLE)
def test_each_fault_is_found_by_its_rule_alone(name: str, fault: str) -> None:
    rule = read_fault(fault).kind.rule
    answers = _answers(name, fault)
    assert any(answer.planted for answer, _ in answers)
    for answer, found in answers:
        subjects = [planted.partition(":")[2] for planted in answer.planted]
        assert found == [(rule, subject) for subject in subjects]


def test_there_is_a_page_for_every_fault() -> None:
    assert {fault for _, fault in PLANTABLE} == {kind.name for kind in KINDS if kind.edits}


@pytest.mark.parametrize("subject", ["success.count", "responses.200.success.count"])
def test_a_fault_is_planted_where_it_is_asked_for(subject: str) -> None:
    answer, found = _answers("orders", f"null:{subject}")[0]
    assert answer.planted == ["null:responses.200.success.count"]
    assert found == [("undocumented-null", "responses.200.success.count")]


def test_several_faults_in_one_answer() -> None:
    answer, found = _answers("orders", "status:503", "null:success.count", "extra-member:failed")[0]
    assert answer.reply.status == 503
    assert len(answer.planted) == 3
    assert found == [("undocumented-status", "responses.503")]


def test_a_fault_that_has_no_place_in_an_answer_is_not_said_to_be_there() -> None:
    fault = read_fault("null:success.orders[].uuid")
    sandbox = Sandbox(contract_of("orders"), [fault], scheme="none")
    told = contract_of("orders").operations[0]
    request = Replies().specimen(told, told.responses[0]).request
    assert request is not None
    assert sandbox.answer(request).planted == []  # nothing was open, nothing was cancelled


def test_a_fault_in_a_refusal_is_planted_when_it_is_named() -> None:
    with running_sandbox(
        contract_of("orders"), ["null:responses.400.message"], scheme="none"
    ) as url:
        answer = requests.delete(f"{url}/v1/orders", timeout=10)
    assert answer.status_code == 400
    assert answer.json()["message"] is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("nil", "no fault 'nil'"),
        ("html:success", "takes no subject"),
        ("status:99", "takes a status"),
        ("status:many", "takes a status"),
        ("slow:-1", "takes seconds"),
        ("slow:nan", "takes seconds"),
        ("null:nothing", "no documented answer has 'nothing'"),
        ("wrong-unit:success.count", "nothing is documented there"),
    ],
)
def test_faults_that_cannot_be(fault: str, said: str) -> None:
    with pytest.raises(UsageError, match=said), running_sandbox(contract_of("orders"), [fault]):
        pass


@pytest.mark.parametrize(
    ("name", "fault"), [("bitfront", "accept-invalid"), ("upbit", "enum-value")]
)
def test_what_an_exchange_documents_nothing_of_cannot_be_planted(name: str, fault: str) -> None:
    nothing = pytest.raises(UsageError, match="nothing is documented there that it would break")
    with nothing as refused, running_sandbox(contract_of(name), [fault]):
        pass
    assert refused.value.hint == "this kind of fault has no place in what is documented"


SECONDS_IN_THE_EXAMPLE = """\
## GET /v1/clock

### Response

| Field | Type | Description |
|---|---|---|
| openedAt | long | When it opened, in milliseconds since the Unix epoch. |
| closedAt | long | When it closed, in milliseconds since the Unix epoch. |

```json
{"openedAt": 1525080718, "closedAt": 1525080718000}
```
"""


def test_what_an_example_of_the_page_shows_is_no_fault(tmp_path: Path) -> None:
    page = tmp_path / "clock.md"
    page.write_text(SECONDS_IN_THE_EXAMPLE, encoding="utf-8")
    context = SandboxContext(read_paths([page]).contract.operations, Replies())
    sites = fault_sites(read_fault("wrong-unit"), context)
    assert [site.subject for site in sites] == ["responses.200.closedAt"]


def test_an_answer_that_no_request_leads_to_is_sent_when_a_fault_names_it() -> None:
    fault = "null:responses.490.message"
    with running_sandbox(contract_of("coinapi"), [fault]) as url:
        answer = requests.post(f"{url}/v1/orders/cancel/all", json={"exchange_id": "X"}, timeout=10)
    assert answer.status_code == 490
    assert answer.json()["message"] is None


def test_valid_requests_can_be_refused_and_invalid_ones_accepted() -> None:
    contract = contract_of("orders")
    with running_sandbox(contract, ["reject-valid"], scheme="none") as url:
        assert requests.get(f"{url}/v1/orders/open", timeout=10).status_code == 400
    with running_sandbox(contract, ["accept-invalid"], scheme="jwt") as url:
        assert requests.get(f"{url}/v1/orders/open?limit=many", timeout=10).status_code == 200


@pytest.mark.parametrize(("fault", "status"), [("server-error", 500), ("server-error:503", 503)])
def test_servers_fail(fault: str, status: int) -> None:
    with running_sandbox(contract_of("orders"), [fault], scheme="none") as url:
        assert requests.get(f"{url}/v1/orders/open", timeout=10).status_code == status


def test_too_many_requests_until_the_time_is_over() -> None:
    with running_sandbox(contract_of("orders"), ["rate-limit:0.3"], scheme="none") as url:
        first = requests.get(f"{url}/v1/orders/open", timeout=10)
        assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
        time.sleep(0.4)
        assert requests.get(f"{url}/v1/orders/open", timeout=10).status_code == 200


def test_slow_answers_come_in_time() -> None:
    with running_sandbox(contract_of("orders"), ["slow:0.3"], scheme="none") as url:
        began = time.monotonic()
        with pytest.raises(requests.Timeout):
            requests.get(f"{url}/v1/orders/open", timeout=0.1)
        assert requests.get(f"{url}/v1/orders/open", timeout=10).status_code == 200
        assert time.monotonic() - began >= 0.3


@pytest.mark.timeout(40)
def test_stopping_does_not_wait_for_what_is_slow() -> None:
    with (
        running_sandbox(contract_of("orders"), ["slow:60"], scheme="none") as url,
        pytest.raises(requests.Timeout),
    ):
        requests.get(f"{url}/v1/orders/open", timeout=0.1)


@pytest.mark.parametrize("fault", ["drop", "cut-off"])
def test_connections_end_before_the_answer_does(fault: str) -> None:
    with (
        running_sandbox(contract_of("orders"), [fault], scheme="none") as url,
        pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)),
    ):
        requests.get(f"{url}/v1/orders/open", timeout=10)


def test_the_page_on_the_sandbox_tells_every_fault() -> None:
    page = (ROOT / "docs/sandbox.md").read_text("utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| `")]
    assert [re.split(r"[`\[]", row)[1] for row in rows] == [kind.name for kind in KINDS]
    for kind, row in zip(KINDS, rows, strict=True):
        assert kind.does in row
        assert kind.rule in row
