"""Rules for requests, and what they were answered with."""

from __future__ import annotations

from typing import Final

from conformance.checks import facts
from conformance.checks.rule import ERROR, INFO, PAGE_OR_API, WARNING, Verdict, check, request
from conformance.compare.wording import format_list, format_name, format_value

_WORDS: Final[dict[str, str]] = {
    "missing": "without what is documented as required",
    "type": "with a value of another type than the documented one",
    "enum": "with a value that is not listed",
    "limit": "with a value beyond the documented limit",
    "group": "against the documented choice of inputs",
    "auth": "without the documented authentication",
}
_WHY: Final[dict[int, str]] = {
    401: "; the credentials may be wrong, or signing is not as documented",
    403: "; the credentials may lack a right",
    429: "; the documented rate limits were kept to",
}


@check(
    INFO,
    "An operation that answers is on no page",
    title="{operation} is answered and on no page",
    why="Clients that rely on it have no promise of what it does, nor that it stays.",
    asks=(
        "Is the operation public?",
        "Yes: it is to be documented.",
        "No: clients are to be told not to rely on it.",
    ),
)
def undocumented_operation(fact: facts.UnknownOperation) -> Verdict:
    """Recorded traffic has an operation that no page documents, and it answered.

    It counts where the host is known to be the documented API: other requests to it are
    documented, or a page names it.  The answer has to be a success in JSON: assets and pages of
    a site are none. A path that is documented for another method is worth a `warning`, since
    one of the two is wrong; a path that no page has is worth an `info`, since the pages at hand
    may be a part of all.  The first 200 of a run are reported; every interaction of no operation
    is counted as not checked.

    Bad: the page documents ``POST /orders``
        PUT /orders
        HTTP 200
    Good:
        POST /orders
        HTTP 200
    """
    if fact.methods:
        message = (
            f"{fact.method} was answered with status {fact.status}, and the path is "
            f"documented for {format_list(fact.methods)} only"
        )
        return Verdict(WARNING, message, format_list(fact.methods), fact.method)
    message = f"the operation was answered with status {fact.status}, and no page documents it"
    return Verdict(INFO, message, "a documented operation", fact.method)


@check(
    INFO,
    "An accepted request has an input that no page speaks of",
    title="{names}: sent and accepted, and on no page",
    why="Whoever sends it cannot tell whether it does anything, nor which values it takes.",
    asks=(
        "Does the parameter do anything?",
        "Yes: the page is to list it.",
        "No: it is ignored, and the page may say so.",
    ),
)
def undocumented_parameter(fact: facts.UnknownInput) -> Verdict:
    """Recorded traffic has an input that no page speaks of, and the request was accepted.

    Servers ignore what they do not know, so it is worth an `info`: it is either an input that
    works and is not documented, or one that a client sends in vain.  It counts only where the
    table of the inputs was read with high confidence, and where neither the prose of the
    operation nor a general note of any page has the name.  Nothing is said of keys, signatures
    and their moment, nor of what requests to several operations carry: that belongs to all of
    them.

    Bad: the page documents market and limit
        GET /trades?market=KRW-BTC&cursor=1
        HTTP 200
    Good:
        GET /trades?market=KRW-BTC&limit=1
        HTTP 200
    """
    near = f"; {format_name(fact.near)} is documented" if fact.near else ""
    message = f"{format_name(fact.name)} was sent, accepted, and is not documented{near}"
    return Verdict(INFO, message, "a documented input", format_value(fact.observed))


@request(
    WARNING,
    "A request that the page rules out had success",
    title="{operation} accepts a request that the page rules out",
    why="Clients come to rely on it, and break when the API begins to check.",
    asks=("Is the request valid?", *PAGE_OR_API),
)
def invalid_request_accepted(fact: facts.Accepted) -> Verdict:
    """A request that the page rules out had success.

    Only what the page says in so many words counts: something required left out, a value of
    another type, outside a list or a limit, inputs that exclude each other, a request that is
    not signed. An input that is not documented is ignored by most servers: see
    `undocumented-parameter`.

    In recorded traffic a request counts when its answer is a success by its status and by its
    body. What recorders leave out is not missing: headers, keys, and the inputs of a recording
    that keeps method and address alone.

    Bad: the page says "at most 2 ids"
        GET /orders?ids=1&ids=2&ids=3
        HTTP 200
    Good:
        GET /orders?ids=1&ids=2&ids=3
        HTTP 400
    """
    what = _WORDS.get(fact.fault, f"with a fault in it ({fact.fault})")
    detail = f": {fact.detail}" if fact.detail else ""
    message = f"a request {what} was accepted with status {fact.status}{detail}"
    return Verdict(
        WARNING, message, "a status that says that the request is wrong", str(fact.status)
    )


@request(
    ERROR,
    "A request that keeps to the page was turned down",
    title="{operation} turns down a request that keeps to the page",
    why="Whoever follows the page is refused and cannot tell why.",
    asks=("Is the request valid?", *PAGE_OR_API),
)
def valid_request_rejected(fact: facts.Rejected) -> Verdict:
    """A request that keeps to the page was turned down.

    Only requests count of which it is known how they are answered: a probe says which statuses
    are as good as a success, since nothing can be found under a name that does not exist.  A
    status that the page does not have, where it has some, is `undocumented-status` and not
    found twice.

    Of a request in recorded traffic nobody knows whether it was to succeed.  It counts where
    the answer tells: it names an input that is documented as one that may be left out and was,
    or says that there is no such operation or method.

    Bad: the page says that one of ids and names is required
        DELETE /orders?ids=0b1c7ad4-7bd5-5f0c-b2c8-2bb9cf4d0b11
        HTTP 400
    Good:
        DELETE /orders?ids=0b1c7ad4-7bd5-5f0c-b2c8-2bb9cf4d0b11
        HTTP 200
    """
    why = _WHY.get(fact.status, "") if fact.vouched else "; it says that there is no such operation"
    if fact.named and not fact.vouched:
        why = f"; the answer names {format_name(fact.named)}, which is not documented as required"
    message = f"a request as documented was rejected with status {fact.status}{why}"
    return Verdict(
        ERROR if fact.vouched else WARNING, message, "a status of success", str(fact.status)
    )


@request(
    ERROR,
    "The server failed, or gave no whole answer",
    title="{operation} answers with an error of the server",
    why="A client cannot tell whether anything was done, and whether to try again.",
    asks=("Why does the server fail on it?",),
)
def server_error(fact: facts.Failed) -> Verdict:
    """The server failed: a status of 5xx, a connection dropped, an answer cut off or never begun.

    A 5xx that the page documents for the operation is an answer like any other.

    Bad:
        HTTP 500
    Good:
        HTTP 400
    """
    answer = f"status {fact.status}" if fact.status else f"no whole answer: {fact.reason}"
    message = f"the server failed: {answer}"
    return Verdict(
        ERROR, message, "an answer to the request", str(fact.status) if fact.status else fact.reason
    )
