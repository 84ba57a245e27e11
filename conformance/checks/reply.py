"""All facts about one response to one documented operation, less what its own examples show.

Where a page's table and its example disagree, the page disagrees with itself: ``lint`` reports
that, once.  A body that agrees with the example is documented: it is no drift of the API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks import facts
from conformance.checks.body import find_body_facts, find_repeated, measure_common_names
from conformance.checks.interactions import find_called_json, is_named_by_data
from conformance.checks.invariants import RecordScope, find_all_broken, find_broken
from conformance.checks.match import response_for
from conformance.checks.plan import Plan, Prefilter, find_least, has_free_object, plan
from conformance.checks.samples import OwnExamples, read_sample
from conformance.evidence.body import JsonError, load_json, repeats_names, require_few_values
from conformance.evidence.parts import PlainExchange
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Confidence, Json, Operation, Response
from conformance.reading.examples import reports_failure
from conformance.reading.topics import ERRORS

_BODILESS: Final = (204, 205, 304)
"""RFC 9110: responses of these statuses have no content."""
_FAULTS: Final = (facts.WrongType, facts.NotListed, facts.BadFormat, facts.WrongUnit)
_REMEMBERED: Final = 10_000
"""Places of faults kept in mind; beyond that every broken relation is reported."""
_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"<", "HTML or XML"),
    (b"\x1f\x8b", "gzip data"),
)
Scope: TypeAlias = tuple[str, str]
"""An operation, and what it calls one of its responses."""


def without_examples(operation: Operation) -> Operation:
    """``operation`` as its tables alone have it, so that no example excuses what they rule out."""
    responses = tuple(replace(response, examples=()) for response in operation.responses)
    return replace(operation, responses=responses)


class Ready(Struct, frozen=True):
    """A documented response with all that is needed to hold bodies against it."""

    response: Response
    subject: str
    plan: Plan | None
    """None when the page says nothing of the body, or it is not JSON."""
    prefilter: Prefilter | None

    @property
    def says_much(self) -> bool:
        """Whether the page says more of the body than that it is an object, or shows one."""
        plan = self.plan
        if self.response.examples:
            return True
        if plan is None:
            return False
        shaped = plan.names_members or plan.item is not None or bool(plan.positions)
        return shaped or plan.value.kind not in (None, "object", "array")


def compile_response(response: Response) -> Ready:
    """Compile a documented response once, for many bodies."""
    compiled = plan(response.value) if response.value is not None and is_json(response) else None
    subject = f"responses.{response.status}"
    return Ready(response, subject, compiled, Prefilter(compiled) if compiled else None)


def is_json(response: Response) -> bool:
    """Whether the page documents a JSON body, by its media type or by what it says of it."""
    value = response.value
    shaped = value is not None and bool(value.kind in ("object", "array") or value.fields)
    return "json" in response.media_type.lower() or shaped


class Examiner(Struct):
    """Holds the responses to one operation against its documentation."""

    operation: Operation
    _ready: dict[int, Ready] = field(default_factory=dict)
    _contracts: dict[int, list[Ready]] = field(default_factory=dict)
    _plain: dict[int, tuple[Scope, list[Prefilter]]] = field(default_factory=dict)
    _examples: dict[int, OwnExamples] = field(default_factory=dict)

    def examine(self, interaction: Interaction, sure: Confidence = "high") -> Iterator[facts.Fact]:
        """The facts about the response of ``interaction``, lazily.  ``sure`` is how sure it is that
        it answers this operation."""
        candidates = self.contracts(interaction.reply.status)
        if not candidates:
            # Where no answer is documented, a success is not checked, and no other one.
            if self.operation.responses or not 200 <= interaction.reply.status < 300:
                status, documented = interaction.reply.status, self.operation.responses
                sure = find_least(sure, self.operation.confidence)
                place = f"responses.{status}", self.operation.span, sure
                yield facts.OtherStatus(
                    **facts.describe_absent(*place),
                    status=status,
                    documented=documented,
                    stated=any(response.stated for response in documented),
                )
            return
        if not interaction.reply.is_kept or all(one.plan is None for one in candidates):
            return
        for fact in self._check_content(candidates, interaction):
            lesser = find_least(sure, fact.confidence)
            yield fact if lesser == fact.confidence else replace(fact, confidence=lesser)

    def find_accepting_scope(self, exchange: PlainExchange) -> Scope | None:
        """The operation and what it calls the response, where there is nothing at all to say of
        it: its body is one of those documented.  None also where that takes a closer look."""
        plain = self._plain.get(exchange.status)
        if plain is None:
            plain = self._plain[exchange.status] = self._find_plain_contracts(exchange.status)
        scope, prefilters = plain
        media_type = exchange.media_type()
        if not prefilters or (media_type and "json" not in media_type):
            return None
        require_few_values(exchange.body)
        body = load_json(exchange.body)
        for prefilter in prefilters:
            if prefilter.accepts(body):
                return None if repeats_names(exchange.body, body) else scope
        return None

    def _find_plain_contracts(self, status: int) -> tuple[Scope, list[Prefilter]]:
        """The documented responses for ``status``, where all that can be wrong is the body."""
        possible = 100 <= status <= 999 and not self.operation.invariants
        found = self.contracts(status) if possible else []
        free = any(one.plan is not None and has_free_object(one.plan) for one in found)
        if free or not any(one.says_much for one in found):
            return ("", ""), []  # free objects are counted
        prefilters = [one.prefilter for one in found if one.prefilter is not None]
        return (self.operation.key, found[0].subject), prefilters

    def subject(self, interaction: Interaction) -> str:
        """What the documentation calls the response: findings are counted under it."""
        contracts = self.contracts(interaction.reply.status)
        return contracts[0].subject if contracts else f"responses.{interaction.reply.status}"

    def contracts(self, status: int) -> list[Ready]:
        """The documented responses for ``status``, compiled."""
        if status not in self._contracts:
            responses = response_for(self.operation, status)
            self._contracts[status] = list(map(self._compile_once, responses))
        return self._contracts[status]

    def _compile_once(self, response: Response) -> Ready:
        if id(response) not in self._ready:
            self._ready[id(response)] = compile_response(response)
        return self._ready[id(response)]

    def _check_content(
        self, candidates: list[Ready], interaction: Interaction
    ) -> Iterator[facts.Fact]:
        reply = interaction.reply
        # Of several responses of one status the one of the reply's media type, else the first.
        same = (c for c in candidates if c.response.media_type.lower() == reply.media_type)
        meant = next((c for c in (*same, *candidates) if c.plan is not None), candidates[0])
        head = interaction.request is not None and interaction.request.method.upper() == "HEAD"
        if (head or reply.status in _BODILESS) and not reply.body:
            return
        called = find_called_json(interaction)
        try:
            body = load_json(called or reply.body)
        except JsonError as error:
            yield facts.Unreadable(
                subject=meant.subject,
                span=meant.response.span,
                observed=reply.body[:200].decode(errors="replace"),
                present=bool(reply.body),
                reason=error.reason,
                line=error.line,
                column=error.column,
                looks_like=_describe_likeness(reply.body, error),
            )
            return
        if reply.status == 0:
            # No status says what it is: the most documented members do.
            names = body if isinstance(body, dict) else {}
            meant = max(
                candidates, key=lambda c: sum(n in names for n in c.plan.members) if c.plan else 0
            )
        announced = reply.media_type if called is None else ""
        if announced and "json" not in announced:
            absence = facts.describe_absent(meant.subject, meant.response.span)
            documented = meant.response.media_type
            yield facts.OtherMediaType(**absence, documented=documented, announced=announced)
        text = called or reply.body
        if repeats_names(text, body):
            yield from find_repeated(text, meant.plan, meant.subject, meant.response.span)
        yield from self._check_value(candidates, meant, body, interaction)

    def _check_value(
        self, candidates: list[Ready], meant: Ready, body: Json, interaction: Interaction
    ) -> Iterator[facts.Fact]:
        """What no example of the page shows as well: of that, the page contradicts itself."""
        # The failures that the page shows without a status: many APIs answer them with 200.
        success = 200 <= interaction.reply.status < 300
        documented = self.operation.responses if success else ()
        failures = [self._compile_once(r) for r in documented if r.status == ERRORS]
        accepting = _find_accepting(candidates, body)
        alike = [c for c in failures if c.plan and measure_common_names(c.plan, body)]
        if accepting is None and _find_accepting(alike, body):
            return
        found: Iterator[facts.Fact]
        if accepting is not None:
            record = RecordScope(body, "", accepting.subject, interaction.request)
            found = (f for i in self.operation.invariants for f in find_broken(i, record))
            chosen = accepting
        else:
            failed = failures if reports_failure(body) else ()
            whole = (c for c in failed if c.plan and measure_common_names(c.plan, body) == 1)
            chosen = next(whole, None) or _choose_kind(candidates, meant, body)
            found = self._find_differences(chosen, body, interaction)
        for fact in found:
            if self._is_named_by_data(interaction.request, fact):
                continue
            if chosen.plan is None or not self._own_examples(chosen, chosen.plan).show(fact):
                yield fact

    def _is_named_by_data(self, request: Request | None, fact: facts.Fact) -> bool:
        """Whether an undocumented member has its name from what was asked for, or stands around."""
        if isinstance(fact, facts.Renamed):
            absent: tuple[str, ...] = (fact.field.name,) if fact.field.shown else ()
        else:
            absent = fact.absent if isinstance(fact, facts.Extra) else ()
        if not isinstance(fact, facts.Extra | facts.Renamed) or not absent:
            return False
        around = fact.pointer.split("/")[1:-1]
        return is_named_by_data(fact.name, absent, around, request, self.operation.path)

    def _find_differences(
        self, meant: Ready, body: Json, interaction: Interaction
    ) -> Iterator[facts.Fact]:
        if meant.plan is None:
            return
        shown = self._own_examples(meant, meant.plan)
        sure = find_least(self.operation.confidence, "medium" if shown.contradicts else "high")
        faulty: set[str] = set()
        for fact in find_body_facts(meant.plan, body, meant.subject, sure, tuple(shown.wraps)):
            if isinstance(fact, _FAULTS) and len(faulty) < _REMEMBERED:
                faulty.add(fact.pointer)
            listed = isinstance(fact, facts.Enveloped) and fact.pattern == "/*"
            if listed and isinstance(body, list) and not meant.response.examples:
                fact = replace(fact, is_open=True)
            yield fact
        # Of relations, those of a value that is wrong in itself are no cause of their own.
        invariants, request = self.operation.invariants, interaction.request
        for broken in find_all_broken(meant.plan, body, meant.subject, invariants, request):
            if faulty.isdisjoint((broken.pointer, broken.other)):
                yield broken

    def _own_examples(self, meant: Ready, plan: Plan) -> OwnExamples:
        """Held against the tables when a body first differs from them."""
        response = meant.response
        if id(response) not in self._examples:
            found = OwnExamples(plan, meant.subject, self.operation.invariants)
            for sample in (read_sample(example, plan) for example in response.examples):
                if sample is not None:
                    found.add(sample)
            self._examples[id(response)] = found
        return self._examples[id(response)]


def _find_accepting(candidates: list[Ready], body: Json) -> Ready | None:
    """The first of several responses that has nothing against ``body``."""
    return next((c for c in candidates if c.prefilter and c.prefilter.accepts(body)), None)


def _choose_kind(candidates: list[Ready], meant: Ready, body: Json) -> Ready:
    """Of several bodies that one status and media type stand for, as requests of several kinds get,
    the one that ``body`` has most names of; of none where it has no name of any."""
    of = (meant.response.status, meant.response.media_type)
    alike = [
        (one, measure_common_names(one.plan, body))
        for one in candidates
        if one.plan is not None and (one.response.status, one.response.media_type) == of
    ]
    if len(alike) < 2:
        return meant
    best, shared = max(alike, key=lambda pair: pair[1])
    return best if shared else replace(meant, plan=None)


def _describe_likeness(body: bytes, error: JsonError) -> str:
    text = body.strip()
    if not text:
        return "empty"
    beginning = text[:20].lower()
    for mark, words in _BEGINNINGS:
        if beginning.startswith(mark):
            return words
    cut_short = text[:1] in b'{["' and error.position >= len(text.decode(errors="replace"))
    return "cut short" if cut_short else ""
