"""What is asked where nothing can be proposed: one question for each rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.drift.packets.packet import Question, ask
from conformance.model.finding import Finding

_PAGE_OR_API: Final = (
    "The page: it is to say what was observed.",
    "What was observed: the API is to keep to the page.",
)
_TWICE: Final = ("The first is right.", "The other one is right.")

QUESTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "not-json": ("Is the answer JSON?", _PAGE_OR_API),
    "undocumented-status": (
        "When does the API answer with status {actual}, and with what body?",
        ("The page gets a section for it.", "It was an accident: no change."),
    ),
    "undocumented-envelope": (
        "Does the API wrap the record as it was observed?",
        ("Yes: the page is to list the members around it.", "No: the record is the whole answer."),
    ),
    "missing-field": ("Is it always there?", _PAGE_OR_API),
    "near-miss-name": ("Which of the two names is right?", _TWICE),
    "undocumented-field": ("Is it part of the answer?", ("Yes: it gets a row.", "No.")),
    "type-mismatch": ("Which type does the API send?", _PAGE_OR_API),
    "undocumented-null": (
        "Can the value be null?",
        ("Yes: the row is to say so, and when.", "No: the API is not to send it."),
    ),
    "unknown-enum-value": ("Which values are there?", _PAGE_OR_API),
    "format-mismatch": ("How is the value written?", _PAGE_OR_API),
    "unit-mismatch": ("In which unit does the API send it?", _PAGE_OR_API),
    "limit-exceeded": ("What is the limit?", _PAGE_OR_API),
    "invariant-broken": ("Does the relation always hold?", _PAGE_OR_API),
    "example-undocumented-field": (
        "Is it part of the answer?",
        ("Yes: it gets a row.", "No: it is taken out of the example."),
    ),
    "example-missing-field": (
        "Is it part of the answer?",
        ("Yes: the example is to show it.", "Sometimes: the table is to say so.", "No longer."),
    ),
    "example-type-mismatch": ("Which type is right?", ("The table's.", "The example's.")),
    "example-unknown-enum-value": (
        "Which values are there?",
        ("The example's, too: it is added to the table.", "The table's: the example is wrong."),
    ),
    "example-unit-mismatch": ("Which unit is right?", ("The table's.", "The example's.")),
    "example-limit-exceeded": ("What is the limit?", ("The table's.", "The example's.")),
    "example-invariant-broken": (
        "Does the relation always hold?",
        ("Yes: the example is to show it.", "No: the page is not to promise it."),
    ),
    "example-is-placeholder": ("What does a real value look like?", ()),
    "required-conflict": ("Is it required?", ("Yes.", "No.", "Under a condition, which is …")),
    "method-conflict": ("Which method is right?", _TWICE),
    "path-conflict": ("Which path is right?", _TWICE),
    "status-code-unregistered": (
        "Does the API really answer with status {actual}?",
        (
            "Yes: the page is to say that it is the exchange's own, and how a client tells it from "
            "the codes that are registered.",
            "No: it is to name the registered code.",
        ),
    ),
    "success-documented-as-error": (
        "What does the API answer when the request succeeds?",
        (
            "Other members: the page is to list them and show an example.",
            "The same members: the example is to show a success, not a rejection.",
            "Nothing (an empty body): the page is to say so.",
        ),
    ),
    "operation-conflict": ("Which of the two is right?", _TWICE),
    "table-garbled": (
        "What does this table list?",
        (
            "Members of an answer: it gets a heading that says so, and their names.",
            "Inputs: it moves to where the request is documented.",
            "Nothing that clients need.",
        ),
    ),
    "row-unread": ("What does the row say?", ()),
    "header-unknown": ("What does the column hold?", ()),
    "type-unknown": ("Which type is meant?", ()),
    "type-conflict": ("Which type is right?", _TWICE),
    "placeholder-undocumented": ("Which identifier goes into the path?", ()),
    "response-missing": (
        "What does it answer?",
        ("Nothing (an empty body): the page is to say so.", "A body: the page is to describe it."),
    ),
    "limit-conflict": ("Which limits are right?", ()),
    "page-without-operation": ("Is an operation meant to be documented here?", ()),
    "parity-operation": ("Which of the pages is right?", ()),
    "undocumented-operation": (
        "Is the operation public?",
        (
            "Yes: it is to be documented.",
            "No: clients are to be told not to rely on it.",
        ),
    ),
    "undocumented-parameter": (
        "Does the parameter do anything?",
        ("Yes: the page is to list it.", "No: it is ignored, and the page may say so."),
    ),
    "invalid-request-accepted": ("Is the request valid?", _PAGE_OR_API),
    "valid-request-rejected": ("Is the request valid?", _PAGE_OR_API),
    "server-error": ("Why does the server fail on it?", ()),
}
_ANY: Final = ("What is the page to say here?", ())


def question(finding: Finding) -> Question:
    """What has to be known to mend what the finding is about."""
    asks, answers = QUESTIONS.get(finding.rule, _ANY)
    return ask(asks.replace("{actual}", finding.actual), *((says, ()) for says in answers))
