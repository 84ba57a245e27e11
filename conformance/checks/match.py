"""Which documented operation an interaction is of, and which documented response it got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from conformance.checks.routes import Route, Routes, build_routes, host_of, segments, url_path
from conformance.compare.wording import cut
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Operation, Response

_DEEPEST = 6
"""Segments that a base path may have."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An interaction that is of no documented operation: nothing was checked by it."""

    where: str
    reason: str
    host: str = ""
    """Host of the request; empty where there is none."""
    kind: str = ""
    """What all interactions with the like reason have in common, in words."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A base path that no page states, under which the answers of a host are as documented."""

    host: str
    path: str
    """Begins with a slash, does not end with one."""


@dataclass
class Matcher:
    """Finds the operation of each interaction; made once for many."""

    operations: tuple[Operation, ...]
    _routes: Routes

    def match(
        self, interaction: Interaction, prefix: str = ""
    ) -> tuple[Operation, ...] | Unmatched:
        """The operations whose method and path the request has.

        With or without a server's base path, or under ``prefix``.  Of several templates the one
        with the most literal segments, leftmost first, is meant (``/orders/open`` before
        ``/orders/{id}``); all operations documented with it are given (the same one on two
        pages), or those of the request's host where servers tell them apart.  A body without a
        request is of the one operation there is.
        """
        request = interaction.request
        if request is None:
            return _only(self.operations, interaction)
        path = url_path(request.url)
        if path is None:
            reason = f"not a URL: {cut(request.url, 80)}"
            return Unmatched(interaction.where, reason, kind="their URL is none")
        fitting = self._routes.find(_without(prefix, path))
        mine = [route for route in fitting if route.operation.method == request.method.upper()]
        if mine:
            best = max(route.literals for route in mine)
            return _of_host([r.operation for r in mine if r.literals == best], request)
        return self._unmatched(interaction, request, path, fitting)

    def find_prefixes(self, unmatched: Sequence[Interaction]) -> tuple[Prefix, ...]:
        """The base path under which most interactions of a host are documented, for each host.

        It is one only where several operations or all interactions of the host speak for it, and
        where what stands behind it begins as the documented path does.
        """
        by_host: dict[str, list[Request]] = {}
        for interaction in unmatched:
            if interaction.request is not None:
                host = host_of(interaction.request.url)
                by_host.setdefault(host, []).append(interaction.request)
        found = ((host, self._prefix(asked)) for host, asked in by_host.items())
        return tuple(Prefix(host, path) for host, path in found if path)

    def serves(self, host: str) -> bool:
        """Whether a page names ``host`` as a server of its operations."""
        return host in self._hosts

    def is_foreign(self, host: str, operation: Operation) -> bool:
        """Whether the pages name ``host`` for other operations alone: there is another API there,
        which may have an operation of the same path.
        """
        named = operation.servers and host in self._hosts
        return bool(named) and host not in map(host_of, operation.servers)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(host_of(server) for o in self.operations for server in o.servers)

    def others(self, request: Request, prefix: str = "") -> tuple[str, tuple[Operation, ...]]:
        """The request's path without its base path, and what is documented of any method.

        ``prefix`` is the base path where no page states it.
        """
        path = _without(prefix, url_path(request.url) or "/")
        documented = tuple(route.operation for route in self._routes.find(path))
        if documented:
            return documented[0].path, documented
        bases = {(url_path(s) or "").rstrip("/") for o in self.operations for s in o.servers}
        stated = (base for base in sorted(bases, key=len) if path.startswith(base + "/"))
        return path.removeprefix(max(stated, key=len, default="")), ()

    def _prefix(self, requests: Sequence[Request]) -> str:
        counts: Counter[str] = Counter()
        operations: dict[str, set[str]] = {}
        for request in requests:
            for prefix, route in self._under_prefix(request):
                counts[prefix] += 1
                operations.setdefault(prefix, set()).add(route.operation.key)
        for prefix, count in counts.most_common(1):
            if len(operations[prefix]) > 1 or count == len(requests):
                return prefix
        return ""

    def _under_prefix(self, request: Request) -> list[tuple[str, Route]]:
        """What is documented of the request's path less its first segments, and those."""
        path = url_path(request.url) or "/"
        steps = segments(path)
        found = []
        for count in range(1, min(len(steps), _DEEPEST + 1)):
            for route in self._routes.find("/" + "/".join(steps[count:])):
                literal = route.literals
                if route.operation.method == request.method.upper() and literal[0]:
                    found.append(("/" + "/".join(steps[:count]), route))
        return found

    def _unmatched(
        self, interaction: Interaction, request: Request, path: str, fitting: Sequence[Route]
    ) -> Unmatched:
        host, method = host_of(request.url), request.method.upper()
        methods = ", ".join(dict.fromkeys(route.operation.method for route in fitting))
        shown = cut(path, 200)
        if methods:
            reason = f"{shown} is documented for {methods}, not for {method}"
            kind = "their paths are documented for other methods"
        else:
            reason = f"no documented operation has the path {shown}{self._nearest(request, path)}"
            kind = "no documented operation has their paths"
        return Unmatched(interaction.where, reason, host, kind)

    def _nearest(self, request: Request, path: str) -> str:
        """What part of the path is documented, in words."""
        under = self._under_prefix(request)
        if under:
            prefix, route = under[0]
            return (
                f"; {route.operation.path} is documented, not under {cut(prefix, 80)} "
                f"(if that is its base path, give --base-path {cut(prefix, 80)})"
            )
        steps, known = segments(path), self._routes.common(path)
        if not known:
            return ""
        begin = cut("/" + "/".join(steps[:known]), 120)
        if known == len(steps):
            return "; documented paths go on after it"
        return f"; documented are paths under {begin}, none with {cut(steps[known], 60)} there"


def matcher(operations: Iterable[Operation], base_paths: Iterable[str] = ()) -> Matcher:
    """A matcher for ``operations``, whose paths may also stand under ``base_paths``."""
    known = tuple(operations)
    return Matcher(known, build_routes(known, base_paths))


def match(
    operations: Iterable[Operation], interaction: Interaction
) -> tuple[Operation, ...] | Unmatched:
    """:meth:`Matcher.match` for one interaction."""
    return matcher(operations).match(interaction)


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


def _without(prefix: str, path: str) -> str:
    return path.removeprefix(prefix) if prefix and path.startswith(prefix + "/") else path


def _of_host(operations: Sequence[Operation], request: Request) -> tuple[Operation, ...]:
    """Those whose servers have the request's host, if there are any; else all."""
    host = host_of(request.url)
    mine = tuple(o for o in operations if host in map(host_of, o.servers))
    return mine or tuple(operations)


def _only(
    known: tuple[Operation, ...], interaction: Interaction
) -> tuple[Operation, ...] | Unmatched:
    keys = {operation.key for operation in known}
    reason = f"a body without a request needs one operation to be held against, not {len(keys)}"
    if len(keys) == 1:
        if any(operation.responses for operation in known) or interaction.reply.status:
            return known
        reason = f"no response of {known[0].key} is documented to hold a body against"
    return Unmatched(interaction.where, reason, kind=reason)
