"""The repository's ``docs/*.md`` as web pages.

Rule: raw HTML in a guide is shown as text; a guide's addresses are those of the repository, so that both work.
"""

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb_api.folders import find_folder

NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*\Z")
"""What a guide may be called: no dots, so that no name leaves the folder."""

PICTURES = (".png", ".svg")
"""What a guide may show."""

ORDER = (
    "getting-started",
    "getting-started/frontend",
    "getting-started/chatbot",
    "getting-started/data-team",
    "getting-started/editor",
    "getting-started/operator",
    "explorer",
    "model",
    "conventions",
    "problems",
    "judging",
    "adding",
    "search",
    "answers",
    "language-models",
    "clients",
)
"""The order in which guides are read; others follow by name."""


@dataclass(frozen=True)
class Guide:
    """One page."""

    name: str
    file: Path

    @property
    def title(self) -> str:
        return read_title(self.file)


def find_guide(name: str, suffixes: tuple[str, ...] = (".md",)) -> Guide | None:
    """The guide (or the picture) of a name, or ``None``."""
    stem, dot, ending = name.rpartition(".") if suffixes != (".md",) else (name, ".", "md")
    if f"{dot}{ending}" not in suffixes or not NAME.match(stem):
        return None
    file = find_folder("docs") / f"{stem}.{ending}"
    return Guide(stem, file) if file.is_file() else None


def list_guides() -> list[Guide]:
    """Every guide at the top of the folder and for those who start, in reading order."""
    folder = find_folder("docs")
    files = [*folder.glob("*.md"), *folder.glob("getting-started/*.md")]
    named = [Guide(file.relative_to(folder).with_suffix("").as_posix(), file) for file in files]
    found = [guide for guide in named if NAME.match(guide.name)]
    return sorted(found, key=lambda guide: (_rank(guide.name), guide.name))


def render_guide(guide: Guide) -> tuple[str, str]:
    """Title and body as HTML."""
    text = guide.file.read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = markdown.parse(text)
    _anchor_headings(tokens)
    for token in tokens:
        _point_links(token, guide)
        _open_tables(token)
    return guide.title, markdown.renderer.render(tokens, markdown.options, {})


@cache
def read_title(file: Path) -> str:
    """The first heading."""
    first = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return first[1].strip() if first else file.stem


def make_anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _anchor_headings(tokens: list[Token]) -> None:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", make_anchor(inline.content))


def _point_links(token: Token, guide: Guide) -> None:
    """``conventions.md#lists`` → ``/docs/conventions#lists``; a picture likewise. What is not served loses its link."""
    for child in token.children or []:
        for attribute in ("href", "src"):
            address = child.attrGet(attribute)
            if isinstance(address, str) and not re.match(r"[a-z]+:|/|#", address):
                _point(child, attribute, address, guide)


def _point(child: Token, attribute: str, address: str, guide: Guide) -> None:
    path, hash_mark, anchor = address.partition("#")
    target = posixpath.normpath(posixpath.join("/docs", posixpath.dirname(guide.name), path))
    name = target.removeprefix("/docs/")
    if target.startswith("/docs/") and find_guide(name.removesuffix(".md")):
        child.attrSet(attribute, f"/docs/{name.removesuffix('.md')}{hash_mark}{anchor}")
    elif target.startswith("/docs/") and find_guide(name, PICTURES):
        child.attrSet(attribute, target)
    else:
        child.attrs.pop(attribute)


def _open_tables(token: Token) -> None:
    """A wide table or a long line can be scrolled with the keyboard."""
    if token.type in {"fence", "code_block", "table_open"}:
        token.attrSet("tabindex", "0")
