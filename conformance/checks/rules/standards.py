"""Rules for what a page states against what is registered, links to, or was captured with."""

from __future__ import annotations

from conformance.checks.lint.facts import (
    Artefact,
    DeadLink,
    ForeignHeader,
    NearMediaType,
    RejectedSuccess,
    UnregisteredStatus,
)
from conformance.checks.rule import ERROR, WARNING, Verdict, lint
from conformance.compare.wording import LONGEST_NAME, cut, listed, many, shown


@lint("media-type-unknown", WARNING, "A media type is one letter away from a registered one")
def media_type_unknown(fact: NearMediaType) -> Verdict:
    """A media type is registered nowhere and one letter away from one that is.

    Media types of vendors and with suffixes of their own are left alone.

    Bad:

        Content-Type: appliction/json

    Good:

        Content-Type: application/json
    """
    # A client that copies it is refused, or refuses the answer.
    return Verdict(
        WARNING,
        f"{fact.written} is no registered media type; {fact.registered} is",
        expected=fact.registered,
        actual=fact.written,
    )


@lint("status-code-unregistered", WARNING, "A documented status code is not registered")
def status_code_unregistered(fact: UnregisteredStatus) -> Verdict:
    """A documented status code is not in IANA's registry.

    Clients must treat it as the x00 of its class (RFC 9110, section 15), proxies and libraries
    may do otherwise.

    Bad:

        ### Response 490

    Good:

        ### Response 503
    """
    # Says what clients make of it.
    return Verdict(
        WARNING,
        f"{fact.status} is no registered status code; clients take it for {fact.status[0]}00",
        expected="a registered status code",
        actual=fact.status,
    )


@lint("success-documented-as-error", ERROR, "A success is documented with the body of an error")
def success_documented_as_error(fact: RejectedSuccess) -> Verdict:
    """A success has exactly the members of an error response, and its examples are rejections.

    Bad:

        ### 200

        {"type": "REJECT", "reason": "NOT_FOUND"}

        ### 400

        {"type": "REJECT", "reason": "NOT_FOUND"}

    Good:

        ### 200

        {"id": 7, "state": "cancelled"}

        ### 400

        {"type": "REJECT", "reason": "NOT_FOUND"}
    """
    # What a success looks like is documented nowhere.
    return Verdict(
        ERROR,
        f"{fact.status} is documented with the members of {fact.error}, and its example "
        f"is a rejection ({shown(fact.sign, 40)})",
        expected="what a success looks like",
        actual=f"the body of {fact.error}",
    )


@lint("header-language", WARNING, "Header words are in another language than the page")
def header_language(fact: ForeignHeader) -> Verdict:
    """The header words of a table are in another language than the page and the rows below them.

    English header words are at home on pages of any language.

    Bad: on a page in English

        | 필드 | 타입   |
        | ---- | ------ |
        | id   | string |

    Good:

        | Field | Type   |
        | ----- | ------ |
        | id    | string |
    """
    # Quotes the words.
    words = listed(cut(word, 40) for word in fact.words)
    return Verdict(
        WARNING,
        f"the page is in {_NAMES[fact.page_language]}, the header words {words} are in "
        f"{_NAMES[fact.language]}",
        expected=_NAMES[fact.page_language],
        actual=_NAMES[fact.language],
    )


_NAMES = {"en": "English", "ko": "Korean", "zh": "Chinese", "ja": "Japanese"}


@lint("capture-artefact", WARNING, "Text of the site the page was captured from stands on the page")
def capture_artefact(fact: Artefact) -> Verdict:
    """Text on the page is no documentation but debris of the site it was captured from.

    Navigation, footers ("Updated 3 months ago"), signs of loading, forms for feedback, the line
    numbers of a code editor, and text whose encoding was mistaken.

    Bad:

        Returns the order. Copyright Â© 2024

        Loading...

    Good:

        Returns the order.
    """
    # Says where else.
    lines = listed((str(line) for line in fact.lines), 6)
    where = f" ({many(len(fact.lines), 'place')}: lines {lines})" if len(fact.lines) > 1 else ""
    return Verdict(
        WARNING,
        f"{cut(fact.wording, 60)!r} is debris of capture ({fact.what}){where}",
        expected="documentation",
        actual=cut(fact.wording, 60),
    )


@lint("link-target-missing", WARNING, "A link leads to a section that the page does not have")
def link_target_missing(fact: DeadLink) -> Verdict:
    """A link leads to a section of the same page that the page does not have.

    Bad:

        See [the statuses](#order-status).

    Good:

        See [the statuses](#order-status).

        ## Order status
    """
    # Quotes the words of the link.
    target = cut(fact.target, LONGEST_NAME)
    wording = f" ({cut(fact.text, 40)!r})" if fact.text.strip() else ""
    return Verdict(
        WARNING,
        f"the link to {target}{wording} leads nowhere",
        expected=f"a section {target}",
        actual="no such section",
    )
