"""Paths in every notation that documentation uses."""

from __future__ import annotations

import pytest

from conformance.reading.endpoints.paths import read_paths

_WRITTEN = {
    "/a/{id}": ["/a/{id}"],
    "/a/:id/b": ["/a/{id}/b"],
    "/a/:id-of-account/b": ["/a/{id-of-account}/b"],
    "/a/<ORDER_ID>": ["/a/{ORDER_ID}"],
    "/a/<int:id>": ["/a/{id}"],
    "/a/[id]": ["/a/{id}"],
    "/a/${id}/b": ["/a/{id}/b"],
    "/a/$id/b": ["/a/{id}/b"],
    "/a/{{ id }}": ["/a/{id}"],
    "/a/\\{id\\}": ["/a/{id}"],
    "/a/{guild.id#DOCS/object}": ["/a/{guild.id}"],
    "/a/{id:[0-9]+}": ["/a/{id}"],
    "/a/{+path}": ["/a/{path}"],
    "/a{?limit,page}": ["/a"],
    "/a/%7Bid%7D/b": ["/a/{id}/b"],
    "/a/(id or name)/json": ["/a/{id}/json"],
    "/a/(image name)": ["/a/{image_name}"],
    "/a/:ref:format": ["/a/{ref}{format}"],
    "/a/{id}:cancel": ["/a/{id}:cancel"],
    "/a?limit=1#top": ["/a"],
    "/a(/:b)": ["/a", "/a/{b}"],
    "/a[/{b}]": ["/a", "/a/{b}"],
    "/a(/:b)(/:c)": ["/a", "/a/{c}", "/a/{b}", "/a/{b}/{c}"],
    "/a/(x|y)/b": ["/a/x/b", "/a/y/b"],
    "a/b": ["/a/b"],
    "/orders.": ["/orders"],
    "//a": [],
    "/a/{b": [],
    "": [],
    "/a(/:b)(/:c)(/:d)(/:e)": [],
}


@pytest.mark.parametrize("written", _WRITTEN)
def test_read_paths(written: str) -> None:
    assert list(read_paths(written)) == _WRITTEN[written]
