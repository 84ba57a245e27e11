"""One page checked against itself: its examples against its tables, and what its rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks import facts
from conformance.checks.aggregation import FindingAggregator
from conformance.checks.body import find_body_facts, find_repeated, find_roots
from conformance.checks.interactions import Mentions
from conformance.checks.invariants import find_all_broken
from conformance.checks.plan import Plan, find_least, plan
from conformance.checks.registry import RULES, make_gap_findings, map_judges
from conformance.checks.reply import is_json
from conformance.checks.request import find_query_facts
from conformance.checks.rule import PagePlace, PageVerdict, Rule, Verdict
from conformance.checks.rules.extraction import response_missing
from conformance.checks.samples import Sample, read_sample
from conformance.checks.walk import BodyNode
from conformance.compare.alignment import value_in_words
from conformance.compare.wording import LONGEST_PLACE, cut
from conformance.evidence.body import JsonError, repeats_names
from conformance.model.document import Document
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Example, Operation, Stated, Value
from conformance.reading import PageReading
from conformance.reading.facets.types import read_type
from conformance.schema.kinds import ITEMS, member, tokens

_UNDESCRIBED: Final = (
    "no page describes a response of it: none can be checked",
    "a status, members or an example",
    "none",
)


class LintedPage(Struct, frozen=True, kw_only=True):
    """One page, and what it gives by itself."""

    reading: PageReading
    findings: tuple[Finding, ...]
    """What the page says against itself, and what could not be read of it."""


def lint_page(document: Document, reading: PageReading) -> LintedPage:
    """The findings of the ``lint`` rules about one page; ``reading`` is what was read of it."""
    found = ((r, v) for r in RULES if r.find for v in r.find(document, reading))
    findings = (
        *find_in_examples(reading.operations),
        *find_in_queries(document, reading),
        *_drop_repeated(found),
        *make_gap_findings(reading.gaps),
    )
    return LintedPage(reading=reading, findings=findings)


def lint_operations(operations: Iterable[Operation]) -> Iterator[Finding]:
    """The findings about operations that only all pages of a folder together show."""
    return _drop_repeated(
        (response_missing, PageVerdict(PagePlace(o.key, "responses", o.span), *_UNDESCRIBED))
        for o in operations
        if not any(r.value or r.examples or r.stated for r in o.responses)
    )


def _drop_repeated(found: Iterable[tuple[Rule, PageVerdict]]) -> Iterator[Finding]:
    """One finding for each rule, operation and subject: the first."""
    known: set[str] = set()
    for rule, observed in found:
        severity = rule.severity if observed.severity is None else observed.severity
        if observed.confidence == "low":
            severity = min(severity, Severity.WARNING)
        operation, subject, span, other = observed.place
        finding = Verdict(severity, observed.message, observed.expected, observed.actual).finding(
            rule.id,
            operation,
            cut(subject, LONGEST_PLACE),
            span,
            confidence=observed.confidence,
            observed=Observed(origin=Origin.DOCUMENTED.value, where=str(other)) if other else None,
        )
        if finding.fingerprint not in known:
            known.add(finding.fingerprint)
            yield finding


class ExampleSide(Struct, frozen=True):
    """A request or a response of an operation, with the examples printed of it."""

    operation: Operation
    subject: str
    value: Value | None
    examples: tuple[Example, ...]


def find_in_examples(operations: Iterable[Operation]) -> Iterator[Finding]:
    """What the printed examples of ``operations`` say against their tables."""
    aggregator = FindingAggregator(map_judges("lint"), noun="example", by_place=False)
    samples: dict[str, Sample] = {}
    for operation in operations:
        for side in _find_sides(operation):
            _examine(side, aggregator, samples)
    for finding in aggregator.findings():
        if (observed := finding.observed) is not None:  # at the line of the value
            where = samples[observed.where].locate(observed.pointer)
            finding = replace(finding, observed=replace(observed, where=where))
        yield finding


def find_in_queries(document: Document, reading: PageReading) -> Iterator[Finding]:
    """What the queries of sample requests say against the tables.  An input that the page speaks of
    outside of its samples is documented."""
    aggregator = FindingAggregator(map_judges("lint"), noun="example", by_place=False)
    queries = [statement for statement in reading.statements if statement.kind == "query"]
    samples = frozenset((document.page, statement.span.line) for statement in queries)
    pages = ((document.page, document.lines),)
    mentions = Mentions(reading.operations, lambda: pages, samples)
    known = {operation.key: operation for operation in reading.operations}
    for statement in queries:
        operation = known.get(statement.operation)
        if operation is None:
            continue
        observed = _make_interaction(str(statement.span))
        aggregator.count_examined(operation.key, "parameters", observed)
        for fact in find_query_facts(operation, statement.word):
            if not (isinstance(fact, facts.Extra) and mentions.speak_of(fact.name, operation.key)):
                aggregator.add(fact, operation, "parameters", observed)
    yield from aggregator.findings()


def _make_interaction(where: str) -> Interaction:
    return Interaction(reply=Reply(status=0), origin=Origin.DOCUMENTED, where=where)


def _find_sides(operation: Operation) -> Iterator[ExampleSide]:
    body = operation.body
    if body is not None and body.examples:
        yield ExampleSide(operation, "requestBody", body.value, body.examples)
    for response in operation.responses:
        if response.examples:
            value = response.value if is_json(response) else None
            yield ExampleSide(operation, f"responses.{response.status}", value, response.examples)


def _examine(side: ExampleSide, aggregator: FindingAggregator, samples: dict[str, Sample]) -> None:
    compiled = None if side.value is None else plan(value_in_words(side.value))
    read = [s for example in side.examples if (s := read_sample(example, compiled))]
    compared = [_ComparedExample(side, compiled, sample) for sample in read if compiled is not None]
    shown = frozenset(subject for one in compared for subject in one.shown)
    absent = frozenset.intersection(*(one.absent for one in compared)) if compared else frozenset()
    for number, sample in enumerate(read):
        where = f"{sample.example.span}#{side.subject}#{number}"
        samples[where] = sample
        observed = _make_interaction(where)
        aggregator.count_examined(side.operation.key, side.subject, observed)
        found: list[facts.Fact] = [
            *_find_placeholders(sample, side),
            *_find_repeated(sample, side, compiled),
        ]
        if compiled is not None:
            found.extend(compared[number].differences(shown, absent))
        for fact in found:
            aggregator.add(fact, side.operation, side.subject, observed)


class _ComparedExample(Struct):
    """One example checked against its tables, with what it shows of them."""

    side: ExampleSide
    plan: Plan
    sample: Sample
    shown: set[str] = set()
    """Subjects of documented members that it has, in one item of a list at least."""
    absent: frozenset[str] = frozenset()
    """Subjects of documented members of objects it shows that it never has."""
    listed: list[facts.WrongType] = []
    """Arrays where the page's own word for the type is that of one object."""

    def __post_init__(self) -> None:
        opened: dict[str, Plan] = {}
        body = self.sample.value
        if isinstance(body, dict):  # beside the record in an envelope, too
            names = self.plan.members.keys() & body.keys()
            self.shown |= {member(self.side.subject, name) for name in names}
        for node in find_roots(self.plan, body, self.side.subject):
            if isinstance(node, BodyNode):
                self._mark(node, opened)
        documented = (member(owner, name) for owner, p in opened.items() for name in p.members)
        self.absent = frozenset(subject for subject in documented if subject not in self.shown)

    def _mark(self, root: BodyNode, opened: dict[str, Plan]) -> None:
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node.observed, dict) and node.observed:
                opened.setdefault(node.subject, node.plan)
                inside = [
                    node.member(name, *found)
                    for name, found in node.plan.members.items()
                    if name in node.observed
                ]
                waiting += inside
                self.shown |= {member.subject for member in inside}
            elif isinstance(node.observed, list) and node.plan.item is not None:
                if _is_worded_as_object(node.plan.value):
                    value = replace(node.plan.value, kind="object")
                    self.listed.append(facts.WrongType(**node.place, value=value))
                item, subject = node.plan.item, node.subject + ITEMS
                waiting += [BodyNode(item, observed, "", subject) for observed in node.observed]

    def differences(self, shown: frozenset[str], absent: frozenset[str]) -> Iterator[facts.Fact]:
        """What the walk sees, less what an example is no evidence of."""
        sure = find_least(self.side.operation.confidence, self.sample.confidence)
        subject = self.side.subject
        yield from self.listed
        renamed: set[str] = set()
        for fact in find_body_facts(self.plan, self.sample.value, subject, sure):
            if fact.present and fact.pointer in self.sample.placeholders:
                continue
            if isinstance(fact, facts.NotListed) and isinstance(fact.observed, str):
                choices = [word.strip() for word in fact.observed.split("|")]
                if len(choices) > 1 and set(choices) <= set(fact.value.enum):
                    continue  # the listed values themselves in place of one: ``"buy|sell"``
            if isinstance(fact, facts.Missing) and (fact.subject in shown or self.sample.elided):
                continue
            if isinstance(fact, facts.Renamed):
                renamed.add(fact.subject)
            yield fact
            if isinstance(fact, facts.Enveloped) and not fact.found:
                return
        if not self.sample.elided:
            yield from self._find_unshown(absent - renamed)
            if subject.startswith("responses.2"):
                invariants = self.side.operation.invariants
                yield from find_all_broken(self.plan, self.sample.value, subject, invariants)

    def _find_unshown(self, absent: frozenset[str]) -> Iterator[facts.Unshown]:
        waiting = [(self.plan, self.side.subject)]
        while waiting:
            here, subject = waiting.pop()
            for name, (found, inner) in here.members.items():
                place = member(subject, name)
                if place in absent and found.required is Stated.NOT_STATED:
                    absence = facts.describe_absent(place, found.span, found.confidence)
                    yield facts.Unshown(**absence, field=found)
                waiting.append((inner, place))
            if here.item is not None:
                waiting.append((here.item, subject + ITEMS))


def _is_worded_as_object(value: Value) -> bool:
    """Whether only samples make an array of ``value``: its words are those of one object."""
    if value.kind != "array" or read_type(value.type_text).kind != "object":
        return False
    rows = [value.span, *(f.span for f in value.items.fields)] if value.items else [value.span]
    return not any(ITEMS in row.quote for row in rows)


def _find_placeholders(sample: Sample, side: ExampleSide) -> Iterator[facts.Placeholder]:
    """One for an example without real values, else one for each value that is none."""
    span = sample.example.span
    if sample.is_blank:
        yield facts.Placeholder(subject=side.subject, span=span, observed=sample.value, whole=True)
        return
    for pointer, observed in sample.placeholders.items():
        subject = side.subject
        for name in tokens(pointer):
            subject = subject + ITEMS if name.isdigit() else member(subject, name)
        yield facts.Placeholder(
            subject=subject, pointer=pointer, span=span, observed=observed, whole=False
        )


def _find_repeated(
    sample: Sample, side: ExampleSide, plan: Plan | None
) -> Iterator[facts.Repeated]:
    """Nothing of what only a lenient reader takes for JSON: that is reported elsewhere."""
    try:
        if repeats_names(sample.json, sample.value):
            span = sample.example.span
            yield from find_repeated(sample.json, plan, side.subject, span, sample.confidence)
    except JsonError:
        return
