"""What a rule is: one kind of fact judged, or a page searched for what it says against itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypedDict, Unpack, get_args

from msgspec import Struct

from conformance.checks.facts import Fact
from conformance.compare.difference import Difference, SideStatement
from conformance.compare.wording import LONGEST_PLACE, cut
from conformance.model.document import Document
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Origin
from conformance.model.operation import Confidence
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading import PageReading

Family: TypeAlias = Literal["lint", "parity", "check", "request", "change"]
Facet: TypeAlias = Literal[
    "names", "type", "unit", "values", "marks", "limits", "format", "place", "examples", "words"
]
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_SECTION: Final = regex(r"\n+((?:Bad|Good):[^\n]*)(?:\n+|\Z)")
PAGE_OR_API: Final = (
    "The page: it is to say what was observed.",
    "What was observed: the API is to keep to the page.",
)
TWICE: Final = ("The first is right.", "The other one is right.")
TABLE_OR_EXAMPLE: Final = ("The table's.", "The example's.")


class Verdict(Struct, frozen=True):
    """What a rule makes of one fact."""

    severity: Severity
    message: str
    """One sentence, without the page's or the file's name."""
    expected: str = ""
    actual: str = ""
    related: tuple[str, ...] = ()
    """Consequences of the same cause, one sentence each."""

    def finding(
        self, rule: str, operation: str, subject: str, documented: Span, **more: Any
    ) -> Finding:
        """The finding of it; ``more`` are members of :class:`Finding`."""
        return Finding(
            rule=rule,
            severity=self.severity,
            operation=operation,
            subject=subject,
            message=self.message,
            expected=self.expected,
            actual=self.actual,
            documented=documented,
            **{"related": self.related, **more},
        )


class PagePlace(NamedTuple):
    """Where a page says something."""

    operation: str
    """``METHOD /path``; empty when the page as a whole is meant."""
    subject: str
    span: Span
    other: Span | None = None
    """The line that says otherwise, when it is another one."""


class PageVerdict(Struct, frozen=True):
    """What a rule finds on one page, against something else it says or against what is known."""

    place: PagePlace
    message: str
    expected: str
    actual: str
    severity: Severity | None = None
    """None for that of the rule."""
    confidence: Confidence = "high"


class RuleTexts(TypedDict, total=False):
    """What is stated of a rule beside its verdicts, as :class:`Rule` has it."""

    title: str
    why: str
    advice: str
    asks: tuple[str, ...]
    facet: Facet


Find: TypeAlias = Callable[[Document, PageReading], Iterator[PageVerdict]]


class Rule(Struct, frozen=True):
    """A named check."""

    id: str
    """Kebab-case, never used again for anything else."""
    doc: str
    """Its page: what it means, ``Bad:`` and ``Good:`` examples."""
    module: str
    families: tuple[Family, ...]
    severity: Severity
    """What it is worth when nothing speaks for more or less."""
    facts: tuple[type[Fact], ...]
    summary: str
    """One line, as a heading would say it."""
    judge: Callable[[Any], Verdict]
    find: Find | None = None
    """What it finds on a page, where it looks at pages itself."""
    title: str = ""
    """What a finding is called, with ``{names}``, ``{subject}``, ``{operation}``, ``{expected}``,
    ``{actual}`` and the end of it, ``{observed}``."""
    why: str = ""
    advice: str = ""
    """What to do, where the sides of the disagreement do not say it."""
    asks: tuple[str, ...] = ()
    """What the keepers of the page are asked where nothing can be proposed, then what they may
    answer; ``{actual}`` is filled in."""
    facet: Facet | None = None
    """What side of a statement it disputes: two findings about one line have one cause only when
    they dispute the same."""

    def __reduce__(self) -> tuple[Callable[[str], Rule], tuple[str]]:
        """Pickled by its name: another process has it, too."""
        return _find_named, (self.id,)


def _find_named(name: str) -> Rule:
    from conformance.checks.registry import rule as registered  # it imports all rules

    return registered(name)


def rule(
    families: tuple[Family, ...], severity: Severity, summary: str, **texts: Unpack[RuleTexts]
) -> Callable[[Callable[[Any], Verdict]], Rule]:
    """Make a rule of the function that judges: its name is the rule's id, its docstring the page of
    the rule, the type of its parameter the facts that it judges."""

    def make_rule(judge: Callable[[Any], Verdict]) -> Rule:
        (parameter,) = inspect.signature(judge, eval_str=True).parameters.values()
        kinds = get_args(parameter.annotation) or (parameter.annotation,)
        facts = tuple(kind for kind in kinds if issubclass(kind, Fact))
        return Rule(*_describe_function(judge), families, severity, facts, summary, judge, **texts)

    return make_rule


def _describe_function(function: Callable[..., Any]) -> tuple[str, str, str]:
    """Id, page and module of the rule that a function is."""
    page = lay_out_page(function.__doc__ or "")
    return function.__name__.replace("_", "-"), page, function.__module__


def lay_out_page(doc: str) -> str:
    """The page of a rule, of its docstring: blank lines around what is bad and what is good."""
    return _SECTION.sub(r"\n\n\1\n\n", inspect.cleandoc(doc)).rstrip("\n")


lint = partial(rule, ("lint",))
check = partial(rule, ("check",))
request = partial(rule, ("request",))
change = partial(rule, ("change",))


def page_rule(
    severity: Severity, summary: str, **texts: Unpack[RuleTexts]
) -> Callable[[Find], Rule]:
    """Make a ``lint`` rule of the function that looks at a page."""

    def make_rule(find: Find) -> Rule:
        page = _describe_function(find)
        return Rule(*page, ("lint",), severity, (), summary, _reject_fact, find, **texts)

    return make_rule


def _reject_fact(fact: object) -> Verdict:
    raise TypeError(f"this rule looks at pages, and at no {fact!r}")


def make_difference_finding(
    rule: str, verdict: Verdict, operation: str, found: Difference, other: SideStatement
) -> Finding:
    """The finding about a difference, with what the other side states as the observed."""
    origin, where = Origin.DOCUMENTED.value, str(other.span)
    more = {
        "confidence": found.confidence,
        "observed": Observed(origin=origin, where=where, value=other.span.quote),
        "related": found.consequences,
    }
    return verdict.finding(rule, operation, cut(found.subject, LONGEST_PLACE), found.span, **more)
