"""Which documented operation an interaction is of, and which documented response it got.

Documented paths are a tree of segments: what is found costs no more than its own path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from conformance.compare.wording import cut
from conformance.evidence.urls import path_matches, query_pairs, split_plain
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Operation, Response

_DEEPEST = 6
"""Segments that a base path may have."""


class TemplateRoute(Struct, frozen=True):
    """An operation, reached by one template."""

    number: int
    operation: Operation
    template: str
    """With the base path it was reached under."""

    @property
    def literals(self) -> tuple[bool, ...]:
        """For each segment whether it is literal, so that the most literal template is largest."""
        return tuple("{" not in segment for segment in segments(self.template))


class _RouteNode(Struct):
    literals: dict[str, _RouteNode] = {}
    patterns: dict[str, _RouteNode] = {}
    ends: list[TemplateRoute] = []

    def find_below(self, segment: str) -> Sequence[_RouteNode]:
        """The nodes that one segment of a path leads to."""
        found = self.literals.get(unquote(segment) if "%" in segment else segment)
        if not self.patterns:
            return () if found is None else (found,)
        nodes = [] if found is None else [found]
        for pattern, node in self.patterns.items():
            if segment if _is_whole(pattern) else path_matches(pattern, segment) is not None:
                nodes.append(node)
        return nodes


@lru_cache(maxsize=10_000)
def _is_whole(pattern: str) -> bool:
    """Whether a segment of a template is one value and nothing else."""
    return pattern.startswith("{") and pattern.find("}") == len(pattern) - 1


class Routes(Struct):
    """Every documented path, with and without the base paths of its servers."""

    _root: _RouteNode = field(default_factory=_RouteNode)

    def find(self, path: str) -> tuple[TemplateRoute, ...]:
        """All operations whose path is ``path``, whatever their method, in page order."""
        level: Sequence[_RouteNode] = (self._root,)
        for segment in segments(path):
            if len(level) == 1:  # as it most often is
                level = level[0].find_below(segment)
            else:
                level = tuple(chain.from_iterable(node.find_below(segment) for node in level))
        if len(level) == 1 and len(level[0].ends) == 1:  # sorting one takes longer than finding it
            return tuple(level[0].ends)
        ends: dict[int, TemplateRoute] = {}
        for route in sorted((r for node in level for r in node.ends), key=lambda r: r.number):
            ends.setdefault(route.number, route)
        return tuple(ends.values())

    def count_common(self, path: str) -> int:
        """How many segments of ``path``, from the left, some documented path begins with that does
        not begin with a value."""
        steps = segments(path)
        level = [node for node in (self._root.literals.get(unquote(steps[0])),) if node]
        for count, segment in enumerate(steps[1:], 1):
            if not level:
                return count - 1
            level = [inner for node in level for inner in node.find_below(segment)]
        return len(steps) if level else len(steps) - 1

    def add(self, route: TemplateRoute) -> None:
        node = self._root
        for segment in segments(route.template):
            known = node.patterns if "{" in segment else node.literals
            name = segment if "{" in segment else unquote(segment)
            node = known.setdefault(name, _RouteNode())
        node.ends.append(route)


def segments(path: str) -> list[str]:
    """The segments of a path; one trailing slash is ignored."""
    return path.removesuffix("/").removeprefix("/").split("/")


def url_path(url: str) -> str | None:
    """The path of a URL; None when it cannot be read as one."""
    if plain := split_plain(url):
        return plain[1]
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Host and port of a URL, lower case; empty when it has none or cannot be read."""
    if plain := split_plain(url):
        return plain[0]
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def path_values(operation: Operation, url: str) -> dict[str, str]:
    """What stands for each placeholder of the operation's path, under any of its servers."""
    path = url_path(url) or "/"
    for server in ("", *operation.servers):
        base = (url_path(server) or "").rstrip("/")
        found = path_matches(f"{base}/{operation.path.lstrip('/')}", path)
        if found is not None:
            return {name: unquote(text) for name, text in found.items()}
    return {}


class Unmatched(Struct, frozen=True):
    """An interaction that is of no documented operation: nothing was checked by it."""

    where: str
    reason: str
    host: str = ""
    """Host of the request; empty where there is none."""
    kind: str = ""
    """What all interactions with the like reason have in common, in words."""


class Prefix(Struct, frozen=True):
    """A base path that no page states, under which the answers of a host are as documented."""

    host: str
    path: str
    """Begins with a slash, does not end with one."""


class Matcher(Struct, dict=True):
    """Finds the operation of each interaction; made once for many."""

    operations: tuple[Operation, ...]
    _routes: Routes

    def match(
        self, interaction: Interaction, prefix: str = ""
    ) -> tuple[Operation, ...] | Unmatched:
        """The operations of ``interaction``, or why there are none."""
        return self.find(interaction, prefix) or self.explain(interaction)

    def find(self, interaction: Interaction, prefix: str = "") -> tuple[Operation, ...]:
        """The operations whose method and path the request has.  With or without a server's base
        path, or under ``prefix``.  Of several templates the one with the most literal segments,
        leftmost first, is meant (``/orders/open`` before ``/orders/{id}``); all operations
        documented with it are given (the same one on two pages), or those of the request's host
        where servers tell them apart.  A body without a request is of the one operation there
        is."""
        request = interaction.request
        if request is None:
            return () if _explain_no_match(self.operations, interaction) else self.operations
        path = url_path(request.url)
        if path is None:
            return ()
        routes, method = self._routes.find(without(prefix, path)), request.method.upper()
        mine = [route for route in routes if route.operation.method == method]
        if len(mine) == 1:
            return (mine[0].operation,)
        if mine:
            best, host = max(route.literals for route in mine), host_of(request.url)
            mine = [route for route in mine if route.literals == best]
            mine = _narrow_by_query(mine, request)
            mine = [r for r in mine if host in map(host_of, r.operation.servers)] or mine
        return tuple(route.operation for route in mine)

    def only(self, path: str, method: str) -> Operation | None:
        """The one operation of ``path`` and ``method``; None where there are several, or none."""
        found = [r.operation for r in self._routes.find(path) if r.operation.method == method]
        return found[0] if len(found) == 1 else None

    def kind(self, interaction: Interaction) -> str:
        """What all interactions with the like reason not to be found have in common, in words."""
        if interaction.request is None:
            return _explain_no_match(self.operations, interaction)
        path = url_path(interaction.request.url)
        if path is None:
            return "their URL is none"
        known = "their paths are documented for other methods"
        return known if self._routes.find(path) else "no documented operation has their paths"

    def explain(self, interaction: Interaction) -> Unmatched:
        """Why ``interaction`` is of no operation, with what comes near."""
        request, kind = interaction.request, self.kind(interaction)
        if request is None:
            return Unmatched(interaction.where, kind, kind=kind)
        path = url_path(request.url)
        if path is None:
            return Unmatched(interaction.where, f"not a URL: {cut(request.url)}", kind=kind)
        fitting = self._routes.find(path)
        shown = cut(path, 200)
        if fitting:
            methods = ", ".join(dict.fromkeys(route.operation.method for route in fitting))
            reason = f"{shown} is documented for {methods}, not for {request.method.upper()}"
        else:
            nearest = self._describe_nearest(request, path)
            reason = f"no documented operation has the path {shown}{nearest}"
        return Unmatched(interaction.where, reason, host_of(request.url), kind)

    def prefixes(self, request: Request) -> dict[str, tuple[bool, frozenset[str]]]:
        """Base paths that no page states, under which the request would be documented.  Each with
        the operations that speak for it, none where what stands behind it is all values, and
        whether one of them does so alone: what begins with a value may be anything."""
        found: dict[str, tuple[bool, frozenset[str]]] = {}
        for prefix, route in self._find_under_prefix(request):
            alone, known = found.get(prefix, (False, frozenset()))
            key = [route.operation.key] if any(route.literals) else []
            found[prefix] = (alone or route.literals[0], known | frozenset(key))
        return found

    def serves(self, host: str) -> bool:
        return host in self._hosts

    def is_foreign(self, host: str, operation: Operation) -> bool:
        """Whether the pages name ``host`` for other operations alone: there is another API there,
        which may have an operation of the same path."""
        named = operation.servers and host in self._hosts
        return bool(named) and host not in map(host_of, operation.servers)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(host_of(server) for o in self.operations for server in o.servers)

    def others(self, path: str) -> tuple[str, tuple[Operation, ...]]:
        """A request's path without its base path, and what is documented of any method."""
        documented = tuple(route.operation for route in self._routes.find(path))
        if documented:
            return documented[0].path, documented
        bases = {(url_path(s) or "").rstrip("/") for o in self.operations for s in o.servers}
        stated = (base for base in sorted(bases, key=len) if path.startswith(base + "/"))
        return path.removeprefix(max(stated, key=len, default="")), ()

    def _find_under_prefix(self, request: Request) -> Iterator[tuple[str, TemplateRoute]]:
        """What is documented of the request's path less its first segments, and those."""
        steps, method = segments(url_path(request.url) or "/"), request.method.upper()
        for count in range(1, min(len(steps), _DEEPEST + 1)):
            for route in self._routes.find("/" + "/".join(steps[count:])):
                if route.operation.method == method:
                    yield "/" + "/".join(steps[:count]), route

    def _describe_nearest(self, request: Request, path: str) -> str:
        """What part of the path is documented, in words."""
        for prefix, route in self._find_under_prefix(request):
            if any(route.literals):
                base = cut(prefix)
                return (
                    f"; {route.operation.path} is documented, not under {base} "
                    f"(if that is its base path, give --base-path {base})"
                )
        steps, known = segments(path), self._routes.count_common(path)
        if not known:
            return ""
        begin = cut("/" + "/".join(steps[:known]))
        if known == len(steps):
            return "; documented paths go on after it"
        return f"; documented are paths under {begin}, none with {cut(steps[known])} there"


def matcher(operations: Iterable[Operation], base_paths: Iterable[str] = ()) -> Matcher:
    """A matcher for ``operations``: as documented, under the base paths of their servers, and under
    ``base_paths``."""
    known, routes, given = tuple(operations), Routes(), tuple(base_paths)
    for number, operation in enumerate(known):
        servers = ((url_path(server) or "").rstrip("/") for server in operation.servers)
        for base in dict.fromkeys(("", *servers, *given)):
            template = base.rstrip("/") + "/" + operation.path.lstrip("/")
            routes.add(TemplateRoute(number, operation, template))
    return Matcher(known, routes)


def match(
    operations: Iterable[Operation], interaction: Interaction
) -> tuple[Operation, ...] | Unmatched:
    """:meth:`Matcher.match` for one interaction."""
    return matcher(operations).match(interaction)


def response_for(operation: Operation, status: int) -> tuple[Response, ...]:
    """The documented responses for ``status``: exact, ``4XX``, ``default``, in this order.  A
    response whose status the page does not name stands for any successful one.  When the status is
    not known (0: only a body was kept) it may be any, the successful ones first."""
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


def without(prefix: str, path: str) -> str:
    return path.removeprefix(prefix) if prefix and path.startswith(prefix + "/") else path


def _narrow_by_query(routes: list[TemplateRoute], request: Request) -> list[TemplateRoute]:
    """Those whose documented address has what the request gives in its query, as ``?list=true``
    has; without such inputs those whose address has none."""
    if len(routes) < 2:
        return routes
    given = frozenset(query_pairs(request.url))
    fixed = [  # the inputs that a documented address shows with their only value
        frozenset(
            (one.name, str(one.value.enum[0]))
            for one in route.operation.parameters
            if one.location == "query" and len(one.value.enum) == 1
            if one.span == route.operation.span
        )
        for route in routes
    ]
    met = [r for r, pairs in zip(routes, fixed, strict=True) if pairs and pairs <= given]
    return met or [r for r, pairs in zip(routes, fixed, strict=True) if not pairs] or routes


def _explain_no_match(known: tuple[Operation, ...], interaction: Interaction) -> str:
    """Why a body without a request cannot be checked against what is known; empty where it can."""
    keys = {operation.key for operation in known}
    if not keys:
        return "no operation is documented to hold a body against"
    if len(keys) != 1:
        need = f"needs one operation to be held against, not {len(keys)}"
        return f"a body without a request {need}: --operation names it"
    if any(operation.responses for operation in known) or interaction.reply.status:
        return ""
    return f"no response of {known[0].key} is documented to hold a body against"
