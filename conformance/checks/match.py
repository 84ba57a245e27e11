"""Which documented operation an interaction is of, and which documented response it got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.checks.wording import cut
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response
from conformance.observe.urls import path_matches


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An interaction that is of no documented operation: nothing was checked by it."""

    where: str
    reason: str


def match(
    operations: Iterable[Operation], interaction: Interaction
) -> tuple[Operation, ...] | Unmatched:
    """The operations whose method and path the request has, with or without a server's base path.

    Of several templates the one with the most literal segments, leftmost first, is meant
    (``/orders/open`` before ``/orders/{id}``); all operations documented with it are given:
    the same one on two pages.  A body without a request is of the one operation there is.
    """
    known = tuple(operations)
    if interaction.request is None:
        return _only(known, interaction)
    path = url_path(interaction.request.url)
    if path is None:
        return Unmatched(interaction.where, f"not a URL: {cut(interaction.request.url, 80)}")
    fitting = [(o, t) for o in known if (t := _template(o, path)) is not None]
    mine = [(o, t) for o, t in fitting if o.method == interaction.request.method.upper()]
    if mine:
        best = max(_literal(template) for _, template in mine)
        return tuple(o for o, template in mine if _literal(template) == best)
    return Unmatched(interaction.where, _reason(interaction.request.method, path, fitting))


def response_for(operation: Operation, status: int) -> tuple[Response, ...]:
    """The documented responses for ``status``: exact, ``4XX``, ``default``, in this order.

    A response whose status the page does not name stands for any successful one.  When the
    status is not known (0: only a body was kept) it may be any, the successful ones first.
    """
    wanted = (str(status), f"{status // 100}XX", "default")
    for name in wanted:
        found = tuple(r for r in operation.responses if r.status.upper() == name.upper())
        if found:
            return found
    if status == 0:
        return tuple(sorted(operation.responses, key=lambda r: not r.status.startswith("2")))
    if 200 <= status < 300:
        return tuple(r for r in operation.responses if not r.stated)[:1]
    return ()


def _only(
    known: tuple[Operation, ...], interaction: Interaction
) -> tuple[Operation, ...] | Unmatched:
    keys = {operation.key for operation in known}
    reason = f"a body without a request needs one operation to be held against, not {len(keys)}"
    if len(keys) == 1:
        if any(operation.responses for operation in known) or interaction.reply.status:
            return known
        reason = f"no response of {known[0].key} is documented to hold a body against"
    return Unmatched(interaction.where, reason)


def _template(operation: Operation, path: str) -> str | None:
    """The full template of ``operation`` that ``path`` is an instance of."""
    for base in dict.fromkeys(("", *_bases(operation))):
        template = base + "/" + operation.path.lstrip("/")
        if path_matches(template, path) is not None:
            return template
    return None


def _bases(operation: Operation) -> Iterator[str]:
    for server in operation.servers:
        yield (url_path(server) or "").rstrip("/")


def url_path(url: str) -> str | None:
    """The path of a URL; None when it cannot be read as one."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return None


def _literal(template: str) -> tuple[bool, ...]:
    return tuple("{" not in segment for segment in template.strip("/").split("/"))


def _reason(method: str, path: str, fitting: list[tuple[Operation, str]]) -> str:
    methods = ", ".join(dict.fromkeys(operation.method for operation, _ in fitting))
    if methods:
        return f"{cut(path, 200)} is documented for {methods}, not for {method.upper()}"
    return f"no documented operation has the path {cut(path, 200)}"
