"""Documented paths as a tree of segments: what is found costs no more than its own path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote, urlsplit

from conformance.evidence.urls import PLAIN_URL, path_matches
from conformance.model.operation import Operation


@dataclass(frozen=True, slots=True)
class TemplateRoute:
    """An operation, reached by one template."""

    number: int
    """Place of the operation among all."""
    operation: Operation
    template: str
    """With the base path it was reached under."""

    @property
    def literals(self) -> tuple[bool, ...]:
        """For each segment whether it is literal, so that the most literal template is largest."""
        return tuple("{" not in segment for segment in segments(self.template))


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    patterns: dict[str, _Node] = field(default_factory=dict)
    ends: list[TemplateRoute] = field(default_factory=list)

    def below(self, segment: str) -> list[_Node]:
        """The nodes that one segment of a path leads to."""
        found = self.literals.get(unquote(segment) if "%" in segment else segment)
        nodes = [] if found is None else [found]
        for pattern, node in self.patterns.items():
            if segment if _is_whole(pattern) else path_matches(pattern, segment) is not None:
                nodes.append(node)
        return nodes


@lru_cache(maxsize=10_000)
def _is_whole(pattern: str) -> bool:
    """Whether a segment of a template is one value and nothing else."""
    return pattern.startswith("{") and pattern.find("}") == len(pattern) - 1


@dataclass(slots=True)
class Routes:
    """Every documented path, with and without the base paths of its servers."""

    _root: _Node = field(default_factory=_Node)

    def find(self, path: str) -> tuple[TemplateRoute, ...]:
        """All operations whose path is ``path``, whatever their method, in page order."""
        level = [self._root]
        for segment in segments(path):
            below = [node.below(segment) for node in level]
            level = below[0] if len(below) == 1 else list(chain.from_iterable(below))
        ends: dict[int, TemplateRoute] = {}
        for route in sorted((r for node in level for r in node.ends), key=lambda r: r.number):
            ends.setdefault(route.number, route)
        return tuple(ends.values())

    def common(self, path: str) -> int:
        """How many segments of ``path``, from the left, some documented path begins with."""
        level, count = [self._root], 0
        for segment in segments(path):
            level = [inner for node in level for inner in node.below(segment)]
            if not level:
                break
            count += 1
        return count

    def add(self, route: TemplateRoute) -> None:
        """Make ``route`` one that is found."""
        node = self._root
        for segment in segments(route.template):
            known = node.patterns if "{" in segment else node.literals
            name = segment if "{" in segment else unquote(segment)
            node = known.setdefault(name, _Node())
        node.ends.append(route)


def build_routes(operations: Sequence[Operation], base_paths: Iterable[str] = ()) -> Routes:
    """The routes of ``operations``: as documented, under their servers' base paths, and under
    ``base_paths``.
    """
    routes, given = Routes(), tuple(base_paths)
    for number, operation in enumerate(operations):
        servers = ((url_path(server) or "").rstrip("/") for server in operation.servers)
        for base in dict.fromkeys(("", *servers, *given)):
            template = base.rstrip("/") + "/" + operation.path.lstrip("/")
            routes.add(TemplateRoute(number, operation, template))
    return routes


def segments(path: str) -> list[str]:
    """The segments of a path; one trailing slash is ignored."""
    return path.removesuffix("/").removeprefix("/").split("/")


def url_path(url: str) -> str | None:
    """The path of a URL; None when it cannot be read as one."""
    if plain := PLAIN_URL.fullmatch(url):
        return plain["path"] or "/"
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Host and port of a URL, lower case; empty when it has none or cannot be read."""
    if plain := PLAIN_URL.fullmatch(url):
        return plain["host"].lower()
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
