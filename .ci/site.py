"""Hooks of mkdocs: files of the root become pages, links out of docs/ lead to the repository."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
_LINK: Final = re.compile(r"\[([^\]\n]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the files of the root, their links seen from docs/."""
    for page, name in PAGES.items():
        text = (ROOT / name).read_text("utf-8")
        text = _LINK.sub(lambda link: _link(link, "", config), text)
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: MkDocsConfig, **_: object) -> str:
    """Turn links that leave docs/ to the repository, or to words where its address is unknown."""
    if page.file.src_uri in PAGES:
        return markdown
    folder = posixpath.join("docs", posixpath.dirname(page.file.src_uri))
    return _LINK.sub(lambda link: _link(link, folder, config), markdown)


def _link(link: re.Match[str], folder: str, config: MkDocsConfig) -> str:
    words, target, anchor = link.groups()
    path = posixpath.normpath(posixpath.join(folder, target))
    pages = {name: page for page, name in PAGES.items()}
    if path in pages or (path.startswith("docs/") and not folder):
        inside = pages.get(path) or path.removeprefix("docs/")
        up = posixpath.relpath(".", folder.removeprefix("docs").strip("/") or ".")
        return f"[{words}]({posixpath.normpath(posixpath.join(up, inside))}{anchor or ''})"
    if path.startswith("docs/") or path == "docs":
        return link[0]
    return f"[{words}]({config.repo_url}/blob/main/{path})" if config.repo_url else words
