"""A rule in words: its docstring, why a finding matters to a client, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.checks.rule import Rule
from conformance.model.finding import Finding
from conformance.patterns import regex
from conformance.report.plain import fence_text

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
            lambda kind, words: f"{kind}: {words}".rstrip(" :") + ":", _indent_text
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
    return RuleDoc(summary, text, tuple(DocSample(k, w, _dedent_lines(ls)) for k, w, ls in samples))


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


def _dedent_lines(lines: Sequence[str]) -> str:
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")


def _indent_text(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


class RuleWords(NamedTuple):
    """Title and reason of one rule, as :class:`conformance.checks.rule.Rule` has them."""

    title: str
    why: str


WORDS: Final = {rule.id: RuleWords(rule.title, rule.why) for rule in RULES if rule.title}
"""Rule -> its words; :data:`OTHERWISE` for a rule that is not here."""
OTHERWISE: Final = RuleWords("{names}: page and observation differ", "A client follows the page.")


_NOTHING: Final = ("", "none", "no value", "an empty cell")
"""What the page has in place of what it should have: there are no two to choose from."""


def advice(finding: Finding) -> str:
    """What to do, in one sentence without its full stop; empty for a rule without words."""
    if finding.rule not in WORDS:
        return ""
    if finding.rule.startswith("parity-"):
        return "correct the page that is wrong, so that all languages say the same"
    if finding.observed and "#" in finding.observed.where:
        return "if the API is right, correct the page; if the page is right, have the API corrected"
    if finding.expected and finding.actual not in _NOTHING:
        return "find out which of the two is right, and correct the other"
    return "correct the page"
