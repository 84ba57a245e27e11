"""How a report says what it says: counts, what evidence is worth, and a rule in words."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.checks.rule import Rule
from conformance.compare.wording import ORIGINS, OriginWords, plural
from conformance.drift.history.record import History, Memory, State
from conformance.drift.known import KnownEntry
from conformance.model.finding import Finding, Observed, Severity, Tally
from conformance.model.interaction import Origin
from conformance.patterns import regex
from conformance.report.plain import fence_text
from conformance.report.report import Report
from conformance.report.sections import Item

Counts: TypeAlias = tuple[tuple[str, int], ...]
"""Origin and number."""
_MONTHS: Final = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""In English, whatever the language of the machine."""


def describe_observation(observed: Observed) -> str:
    """What kind of evidence this is, in words; never left to the reader to guess."""
    if observed.origin == "documented" and not observed.pointer and "#" not in observed.where:
        return "said elsewhere in the docs"
    words = _find_words(observed.origin)
    return f"seen in {words.one}{f', {words.caveat}' if words.caveat else ''}"


def describe_evidence(finding: Finding) -> str:
    """How often it was observed in evidence of each kind, the weightiest first; empty where pages
    alone show it."""
    if finding.evidence:
        return "seen " + "; ".join(map(_describe_tally, finding.evidence))
    return describe_observation(finding.observed) if finding.observed else ""


def cite_evidence(finding: Finding) -> str:
    """How often it was observed, and where it was seen; empty for a finding of pages alone."""
    if finding.observed is None:
        return ""
    pointer = f" at {finding.observed.pointer}" if finding.observed.pointer else ""
    return f"{describe_evidence(finding)}: {finding.observed.where}{pointer}"


def format_day(date: dt.date) -> str:
    """``3 November 2026``; of a moment, its day in UTC."""
    if isinstance(date, dt.datetime) and date.tzinfo:
        date = date.astimezone(dt.UTC)
    return f"{date.day} {_MONTHS[date.month]} {date.year}"


def format_moment(time: dt.datetime) -> str:
    """``3 November 2026, 02:30 UTC``."""
    if time.tzinfo:
        time = time.astimezone(dt.UTC)
    return f"{format_day(time)}, {time:%H:%M} UTC"


def describe_memory(memory: Memory) -> str:
    """What is remembered of a finding, in one sentence without its full stop."""
    if memory.state is State.NEW and memory.times_seen == 1:
        return f"first seen in this run, {format_moment(memory.last_seen)}"
    often = f"in {memory.times_seen} of {plural(memory.runs, 'run')}"
    first, last = format_day(memory.first_seen), format_day(memory.last_seen)
    when = f"seen on {first}" if first == last else f"first seen {first}, last seen {last}"
    seen = f"{when}, {often}"
    gaps = [
        f"gone between {format_day(one.last)} and {format_day(after.first)}"
        for one, after in zip(memory.periods, memory.periods[1:], strict=False)
    ]
    more = [f"and {plural(len(gaps) - 3, 'more time')}"] if len(gaps) > 3 else []
    return "; ".join((seen, *gaps[-3:], *more))


def describe_acceptance(entry: KnownEntry, today: dt.date | None) -> str:
    """Until when a finding is accepted."""
    if today is None:
        return f"until {entry.expires}"
    left = entry.days_left(today)
    if left < 0:
        return f"accepted until {entry.expires}, which is past"
    return f"until {entry.expires}, {plural(left, 'day')} left" if left else "until today"


def describe_comparison(history: History) -> str:
    """Which run it is, and with what it is compared."""
    run = f"Run of {format_moment(history.run)}"
    if history.runs <= 1:
        return f"{run}, the first that is remembered."
    base = "the run before it"
    if history.since:
        base = f"what was known on {format_moment(history.since)}"
    elif history.previous:
        base = f"that of {format_moment(history.previous)}"
    return f"{run}, compared with {base}; {plural(history.runs, 'run')} remembered."


def _find_words(origin: str) -> OriginWords:
    other = f"of origin {origin!r}"
    unknown = OriginWords(f"an interaction {other}", f"interactions {other}", other)
    return ORIGINS.get(origin, unknown)


def _describe_tally(tally: Tally) -> str:
    words = _find_words(tally.origin)
    if tally.examined <= 1:
        text = f"in the one {words.bare}{_describe_dates(tally)}"
    else:
        text = f"in {tally.seen} of {tally.examined} {words.several}{_describe_dates(tally)}"
    return f"{text}, {words.caveat}" if words.caveat else text


def _describe_dates(tally: Tally) -> str:
    first, last = _read_date(tally.first), _read_date(tally.last)
    if first is None or last is None:
        return ""
    if first == last:
        return f" of {format_day(first)}" if tally.examined <= 1 else f" on {format_day(first)}"
    return f" since {format_day(first)}, last on {format_day(last)}"


def _read_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def summarize_findings(findings: Iterable[Finding], causes: int = 0) -> str:
    """``2 findings (1 error, 1 warning)``, or ``no findings``; of fewer ``causes``, so many."""
    counts = Counter(finding.severity for finding in findings)
    if not counts:
        return "no findings"
    parts = [_describe_severities(each, counts[each]) for each in sorted(counts, reverse=True)]
    of = f" of {plural(causes, 'cause')}" if 0 < causes < counts.total() else ""
    return f"{plural(counts.total(), 'finding')} ({', '.join(parts)}){of}"


def summarize_outcome(report: Report, causes: int = 0) -> str:
    """The verdict; where nothing was checked, nothing is said of findings there are none of."""
    if report.findings:
        return summarize_findings(report.findings, causes)
    if report.is_empty:
        return "nothing was checked"
    return "no findings in what was checked" if report.unchecked else "no findings"


def describe_coverage(report: Report) -> str:
    """What the verdict rests on, in one sentence."""
    if report.is_empty:
        return "Nothing was checked."
    coverage = report.coverage
    parts = [
        plural(coverage.pages, "page"),
        plural(report.operations, "operation"),
        f"{plural(coverage.rows, 'table row')} ({coverage.rows_unread} unread)",
    ]
    left = report.unchecked
    operations = plural(left.operations_without_contract, "operation")
    forms = (
        (left.unmatched, "interaction", "{} of no documented operation"),
        (left.without_contract, "interaction", f"{{}} of {operations} without a response contract"),
        (left.undocumented_status, "answer", "the body of {} of undocumented status"),
        (left.free_form_objects, "object", "the members of {} of which no page lists any"),
    )
    text = "; ".join(form.format(plural(number, noun)) for number, noun, form in forms if number)
    unchecked = f" Not checked: {text}." if text else ""
    return f"Checked {', '.join(parts)}{_describe_basis(report)}.{unchecked}"


def describe_cause(item: Item) -> str:
    """Of how many findings and operations a cause is, and why they are one."""
    operations = len({finding.operation for finding in item.findings if finding.operation})
    where = f" of {plural(operations, 'operation')}" if operations > 1 else ""
    return f"{plural(len(item.findings), 'finding')}{where}: {'; '.join(item.reasons)}"


def name_finding(found: Finding | KnownEntry) -> str:
    """``type-mismatch GET /v1/orders responses.200.price``: rule, operation and subject."""
    return " ".join(filter(None, (found.rule, found.operation, found.subject)))


def count_others(item: Item) -> str:
    """`` (and 3 more of the same cause)``; empty for a finding alone."""
    return f" (and {len(item.others)} more of the same cause)" if item.others else ""


def join_counts(numbers: Sequence[tuple[str, int]]) -> str:
    """``2 new, 1 fixed``, without what there is none of."""
    return ", ".join(f"{number} {word}" for word, number in numbers if number)


def divide_by_origin(counts: Counts) -> tuple[Counts, Counts]:
    """What the API answered, and what shows nothing about it."""
    of_api = {origin.value for origin in Origin if origin.is_of_api}
    return (
        tuple(one for one in counts if one[0] in of_api),
        tuple(one for one in counts if one[0] not in of_api and one[1]),
    )


def list_counts(counts: Counts) -> str:
    """``3 live, 2 recorded``."""
    return ", ".join(f"{number} {origin}" for origin, number in counts)


def _describe_basis(report: Report) -> str:
    if not report.evidence:
        return ""
    of_api, apart = divide_by_origin(report.evidence)
    number = plural(sum(count for _, count in of_api), "interaction")
    more = f"; set apart{_describe_counts(apart)}" if apart else ""
    return f"; {number}{_describe_counts(of_api)}{more}"


def _describe_counts(counts: Counts) -> str:
    parts = [f"{count} {_find_words(origin).counted}" for origin, count in counts if count]
    return f": {', '.join(parts)}" if parts else ""


def _describe_severities(severity: Severity, count: int) -> str:
    """``info`` has no plural."""
    return f"{count} info" if severity is Severity.INFO else plural(count, severity.label)


_SAMPLE = regex(r"(?P<kind>Bad|Good):(?P<words>[^\n]*)")


class DocSample(Struct, frozen=True):
    """A ``Bad:`` or ``Good:`` part: the words beside it, and what stands below."""

    kind: str
    words: str
    text: str


class RuleDoc(Struct, frozen=True):
    """A docstring taken apart."""

    summary: str
    """Its first sentence."""
    text: str
    """All its prose, paragraphs apart by blank lines."""
    samples: tuple[DocSample, ...]

    @property
    def plain(self) -> str:
        """For the terminal."""
        return self._render_parts(
            lambda kind, words: f"{kind}: {words}".rstrip(" :") + ":",
            lambda text: textwrap.indent(text, "    "),
        )

    @property
    def markdown(self) -> str:
        """For a page; code spans are written with one backtick."""
        return self._render_parts(
            lambda kind, words: f"**{kind}**{words and f': {words}'}", fence_text
        )

    def _render_parts(self, head: Callable[[str, str], str], shown: Callable[[str], str]) -> str:
        parts = [self.text.replace("``", "`")]
        for sample in self.samples:
            parts.append(head(sample.kind, sample.words).replace("``", "`"))
            parts += [shown(sample.text)] if sample.text else []
        return "\n\n".join(parts)


def read_doc(doc: str) -> RuleDoc:
    """Take a rule's docstring apart: prose, then samples, each with indented lines below."""
    prose: list[str] = []
    samples: list[tuple[str, str, list[str]]] = []
    for line in doc.strip().split("\n"):
        if hit := _SAMPLE.fullmatch(line):
            samples.append((hit["kind"], hit["words"].strip(), []))
        else:
            (samples[-1][2] if samples else prose).append(line)
    text = "\n".join(prose).strip()
    summary = text.split("\n\n")[0].replace("\n", " ")
    shown = ((kind, words, textwrap.dedent("\n".join(below))) for kind, words, below in samples)
    return RuleDoc(summary, text, tuple(DocSample(k, w, s.strip("\n")) for k, w, s in shown))


def explain_rule(rule: Rule) -> str:
    """The rule for a terminal: what it finds, and an example of each side."""
    head = f"{rule.id}: {rule.summary}\n{rule.severity.label}; {', '.join(rule.families)}\n\n"
    return head + read_doc(rule.doc).plain + "\n"


def list_rules(rules: Sequence[Rule]) -> str:
    """All rules for a terminal, one a line."""
    wide = max(len(rule.id) for rule in rules)
    shown = ((f"{r.id:<{wide}}  {r.severity.label:<7}", ",".join(r.families), r) for r in rules)
    return "".join(f"{head}  {families:<10}  {r.summary}\n" for head, families, r in shown)


def render_rule_page(rule: Rule) -> str:
    families = ", ".join(rule.families)
    head = f"# {rule.id}\n\n{rule.summary}.\n\n*{rule.severity.label}* · {families}\n\n"
    return head + read_doc(rule.doc).markdown + "\n"


def render_rule_index(rules: Sequence[Rule]) -> str:
    written = "Written by `conformance rules --write docs/rules` from the rules themselves."
    lines = ["# Rules", "", written]
    for family in dict.fromkeys(family for rule in rules for family in rule.families):
        lines += ["", f"## {family}", "", "| rule | severity | what it finds |", "|---|---|---|"]
        lines += [
            f"| [{rule.id}]({rule.id}.md) | {rule.severity.label} | {rule.summary} |"
            for rule in rules
            if family in rule.families
        ]
    return "\n".join(lines) + "\n"


class RuleWords(NamedTuple):
    """Title and reason of one rule, as :class:`conformance.checks.rule.Rule` has them."""

    title: str
    why: str
    advice: str = ""


WORDS: Final = {
    rule.id: RuleWords(rule.title, rule.why, rule.advice) for rule in RULES if rule.title
}
"""Rule -> its words; :data:`OTHERWISE` for a rule that is not here."""
OTHERWISE: Final = RuleWords("{names}: page and observation differ", "A client follows the page.")


_NOTHING: Final = ("", "none", "no value", "an empty cell")
"""What the page has in place of what it should have: there are no two to choose from."""


def explain_why(finding: Finding) -> str:
    """Why the rule of a finding matters, in one sentence or two."""
    return WORDS[finding.rule].why if finding.rule in WORDS else ""


def advise(finding: Finding) -> str:
    """What to do, in one sentence without its full stop; empty for a rule without words."""
    if finding.rule not in WORDS or WORDS[finding.rule].advice:
        return WORDS.get(finding.rule, OTHERWISE).advice
    if finding.rule.startswith("parity-"):
        return "correct the page that is wrong, so that all languages say the same"
    if finding.observed and "#" in finding.observed.where:
        return "if the API is right, correct the page; if the page is right, have the API corrected"
    if finding.expected and finding.actual not in _NOTHING:
        return "find out which of the two is right, and correct the other"
    return "correct the page"
