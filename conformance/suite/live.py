"""A live run as the suite sees it: one client for each exchange, every request sent once."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import Final

import pytest
from msgspec import Struct, field

from conformance.errors import ConformanceError, InputError
from conformance.live.client import LiveClient
from conformance.live.redact import SecretInAnswerError
from conformance.live.request_plans import RequestPlan
from conformance.live.safety import read_typed_policy
from conformance.live.transport import Budget, BudgetSpent
from conformance.model.finding import Finding
from conformance.pipeline import live
from conformance.pipeline.reports import LiveAnswer
from conformance.pytest_plugin import option_value, read_typed_arguments
from conformance.report import render_findings
from conformance.suite.session import ExchangeRun, OperationCase

_NOTES: Final = {
    "valid": "Requests as documented.",
    "invalid": "Requests with one fault each.",
    "unsigned": "Requests as documented that are not signed.",
}
"""Case of a cassette -> what was requested."""
_ATTEMPTS: Final = 30
_SECONDS: Final = 5.0
"""To make a failing request smaller."""
_KEPT: Final = 15
"""Interactions of a cassette: replaying takes longer with every one."""


def options_of(config: pytest.Config) -> live.LiveOptions:
    """What the command line asks for; consent is what was typed there, and nothing else."""
    return live.LiveOptions(
        sandbox=option_value(config, "sandbox"),
        faults=tuple(option_value(config, "fault")),
        policy=read_typed_policy(read_typed_arguments(config)),
        announce=partial(_announce, config),
        budget=Budget(option_value(config, "live-requests"), option_value(config, "live-seconds")),
        timeout=option_value(config, "live-timeout"),
    )


def _announce(config: pytest.Config, line: str) -> None:
    """Show ``line`` at once, although what tests print is kept back."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        (sys.__stderr__ or sys.stderr).write(f"{line}\n")
    else:
        reporter.ensure_newline()
        reporter.write_line(line, flush=True)


class LiveSession(Struct):
    """The clients of a run, and the answers they got."""

    options: live.LiveOptions
    _clients: dict[str, LiveClient] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def client(self, run: ExchangeRun) -> LiveClient:
        """The exchange's client, opened when it is first needed.  Raises UsageError: nothing may be
        sent to it."""
        name = run.exchange.name
        if name not in self._clients:
            opened = live.open_client(run.exchange, run.contract, self.options)
            self._clients[name] = self._open.enter_context(opened)
        return self._clients[name]

    def record(self, run: ExchangeRun, *, only_missing: bool) -> None:
        """Write what was answered to the exchange's cassettes.  Raises InputError: they cannot be
        written, or a secret would be in one; what can be written of other operations is."""
        client = self._clients.get(run.exchange.name)
        if client is None:
            return
        problems = []
        for address, operation in live.name_operations(run.contract.operations):
            folder = run.cassette_folder / f"{address}-{client.origin.value}"
            if not (only_missing and folder.is_dir()):
                cases = ((c, note, run.answers(operation, c)[:_KEPT]) for c, note in _NOTES.items())
                try:
                    live.record_answers(client, operation, folder, cases)
                except SecretInAnswerError as error:
                    problems.append(str(error))
        if problems:
            raise InputError("; ".join(problems))

    def close(self) -> None:
        self._open.close()


class ShrinkingEnded(BaseException):
    """A failure was shrunk as far as there is time for; Hypothesis lets it pass.  Not an
    :class:`Exception`: that would be another failure to look into."""


class RequestChecks(Struct):
    """The requests of one test: each is sent once, however often Hypothesis comes back to it.  What
    Hypothesis does to make a failure small is limited here: at an exchange every attempt is a
    request."""

    client: LiveClient
    case: OperationCase
    kind: str
    """``valid``, ``invalid`` or ``unsigned``."""
    known: dict[str, Finding] = field(default_factory=dict)
    failure: str = ""
    """The words for the smallest request that failed; empty while none did."""
    failed: tuple[Finding, ...] = ()
    not_stored: dict[str, str] = field(default_factory=dict)
    """Key of an ask -> why its answer may not be looked at."""
    _results: dict[str, live.RequestResult] = field(default_factory=dict)
    _spent: str = ""
    """Why not everything was requested."""
    _smallest: int = 0
    _failed: float = 0.0
    _attempts: int = 0

    def claim(self, plan: RequestPlan) -> None:
        """Fail on what is new in the answer; remember what is known.  When the run has had its
        requests, what was not requested yet passes.  Raises ShrinkingEnded: there is a failure, and
        no time or no way to find a smaller one."""
        self._attempts += bool(self.failure)
        late = time.monotonic() - self._failed > _SECONDS
        if self.failure and (self._attempts > _ATTEMPTS or late):
            raise ShrinkingEnded
        if plan.key in self.not_stored:
            return
        result = self._results.get(plan.key) or self._send(plan)
        if result is None:
            return
        parts = self.case.run.split(self.case.run.grave(result.findings))
        self.known |= {match.finding.fingerprint: match.finding for match in parts.known}
        counted = (*parts.new, *(match.finding for match in parts.expired))
        if counted:
            # The words for a failure, if its request is the smallest so far
            self._failed = self._failed or time.monotonic()
            if not self.failure or len(result.curl) <= self._smallest:
                self._smallest, self.failure = (
                    len(result.curl),
                    self._describe_findings(counted, result),
                )
                self.failed = counted
            pytest.fail(self.failure, pytrace=False)

    def finish(self) -> tuple[Finding, ...]:
        """Everything known that was found; a test that sent nothing, or not all, has failed."""
        if self.not_stored:
            pytest.fail("\n".join(self.not_stored.values()), pytrace=False)
        if not self._results:
            why = self._spent or "no request was made"
            pytest.fail(f"nothing was requested: {why}", pytrace=False)
        if not self._spent:
            self.exhaust()
        return tuple(self.known.values())

    def exhaust(self) -> None:
        """Note that there is nothing of this kind left to ask."""
        self.case.run.requested.add((self.case.operation.key, self.kind))

    def _send(self, plan: RequestPlan) -> live.RequestResult | None:
        try:
            signed = self.kind != "unsigned"
            result = live.check_request(self.client, self.case.operation, plan, signed=signed)
        except BudgetSpent as error:
            self._spent = str(error)
            return None
        except SecretInAnswerError as error:
            self.not_stored[plan.key] = str(error)
            return None
        except ConformanceError as error:
            self.failure = str(error)
            raise ShrinkingEnded from None
        answer = LiveAnswer(self.case.operation, self.kind, result.findings, result.interaction)
        self.case.run.live.append(answer)
        self._results[plan.key] = result
        return result

    def _describe_findings(self, findings: tuple[Finding, ...], result: live.RequestResult) -> str:
        shown = {f.fingerprint for f in findings}
        others = {
            f.fingerprint: f"{f.rule} {f.subject}"
            for each in self._results.values()
            for f in self.case.run.grave(each.findings)
            if f.fingerprint not in shown
        }
        text = render_findings(findings)
        reply = result.interaction.reply if result.interaction else None
        answered = f"answer: {reply.status} {reply.body[:500]!r}\n" if reply else ""
        more = f"in other requests: {'; '.join(others.values())}\n" if others else ""
        return f"{text}\n{result.curl}\n{answered}{more}"
