"""The web pages: the explorer, its files, the API reference, and the repository's guides.

Rule: a page gets its content from the public API in the browser; nothing here asks the database. Every page carries
a policy that allows no inline code, no inline style and no request to anywhere else.
"""

import gzip
import re
from functools import cache
from hashlib import blake2b
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath

import brotli
from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb_api.explorer import EXPLORER, PAGES, PLURALS_WITH_PAGES, TEXTS
from kb_api.explorer.guides import PICTURES, Guide, find_guide, list_guides, render_guide
from kb_api.vocabulary import Language

blueprint = Blueprint("explorer", __name__)

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
"""What the explorer's folder may serve. Anything else in it (templates, licences) is not an address."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
"""Content-Security-Policy of the explorer: no text can become HTML or code, whatever the content says."""

REFERENCE_POLICY = {name: value for name, value in POLICY.items() if name != "require-trusted-types-for"}
"""The API reference is a library that renders Markdown as HTML (after sanitising it), which trusted types forbid."""

PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
COMPRESSED = {".css", ".js", ".svg", ".txt"}
BROTLI_QUALITY = 9
"""A third of a second for the longest file, once a process; 11 takes ten times as long for 3 % less."""
IMPORT = re.compile(r'^import .* from "(\.[^"]+)";$', re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"
"""The address of a file names the content of the whole folder, so that it never changes."""


def show_explorer(page: str, slug: str | None = None) -> Response:
    """The one page behind every address of the explorer: its script looks at the address and asks the API."""
    language = choose_page_language()
    names = {name: escape(texts[language]) for name, texts in TEXTS.items()}
    return _page(fill_template("index.html", lang=language, preloads=preloads(page), **names), POLICY)


for _path, _shown_by in PAGES.items():
    _endpoint = f"show{_path.replace('/', '_')}"
    blueprint.add_url_rule(_path, endpoint=_endpoint, view_func=show_explorer, defaults={"page": _shown_by})
for _plural, _shown_by in PLURALS_WITH_PAGES.items():
    _endpoint = f"show_{_plural}_one"
    blueprint.add_url_rule(
        f"/{_plural}/<slug>", endpoint=_endpoint, view_func=show_explorer, defaults={"page": _shown_by}
    )


@blueprint.route("/explorer/<version>/<path:name>", endpoint="get_file")
def get_file(version: str, name: str) -> AnyResponse:
    """A file of the explorer. An old version is sent to the one that stands, so that open pages survive a release."""
    file = files().get(name)
    if file is None:
        abort(404)
    if version != assets_version():
        return redirect(url_for("explorer.get_file", version=assets_version(), name=name))
    encoding = choose_encoding() if file.suffix in COMPRESSED else "identity"
    response = Response(read_file(name, encoding), content_type=MEDIA_TYPES[file.suffix])
    response.headers["Cache-Control"] = FOREVER
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.set_etag(f"{version}-{blake2b(name.encode(), digest_size=4).hexdigest()}-{encoding}")
    return response.make_conditional(request)


@blueprint.route("/docs", endpoint="show_reference")
def show_reference() -> Response:
    """The API reference, from the description that this service gives of itself."""
    return _page(fill_template("reference.html", guides=_guide_links(None)), REFERENCE_POLICY)


@blueprint.route("/docs/<path:name>", endpoint="show_guide")
def show_guide(name: str) -> AnyResponse:
    """A page of the repository's documentation; ``/docs/problems`` is where the types of problems are explained."""
    if name.endswith(".md"):
        return redirect(url_for("explorer.show_guide", name=name.removesuffix(".md")))
    picture = find_guide(name, PICTURES)
    if picture is not None:
        response = Response(picture.file.read_bytes(), content_type=MEDIA_TYPES[picture.file.suffix])
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.add_etag()
        return response.make_conditional(request)
    guide = find_guide(name)
    if guide is None:
        abort(404)
    title, body = render_guide(guide)
    page = fill_template("guide.html", title=escape(title), body=body, guides=_guide_links(guide))
    return _page(page, POLICY)


def choose_page_language() -> str:
    """``?lang=``, else the browser's wish; the script in the page judges by the same order."""
    wish = request.args.get("lang", "")[:2].lower()
    known = [str(language) for language in Language]
    return wish if wish in known else request.accept_languages.best_match(known) or str(Language.EN)


def fill_template(template: str, **values: str) -> str:
    """A template of the explorer's folder with its ``{{names}}`` filled in, each of them safe HTML already."""
    text = read_template(template).replace("{{assets}}", f"/explorer/{assets_version()}")
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


@cache
def preloads(page: str) -> str:
    """Links that fetch every module of a page at once, instead of one after the other as they import each other."""
    wanted = sorted(find_modules("main.js") | find_modules(f"pages/{page}.js"))
    base = f"/explorer/{assets_version()}"
    return "\n".join(f'<link rel="modulepreload" href="{base}/{name}">' for name in wanted)


def find_modules(name: str) -> set[str]:
    """The module, and all that it imports before it runs."""
    found, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            text = files()[module].read_text(encoding="utf-8")
            waiting += [normpath(join(dirname(module), imported)) for imported in IMPORT.findall(text)]
    return found


@cache
def files() -> dict[str, Path]:
    """Name below the folder → file, for everything that may be served."""
    found = sorted(file for file in EXPLORER.rglob("*") if file.suffix in MEDIA_TYPES and file.is_file())
    return {file.relative_to(EXPLORER).as_posix(): file for file in found}


def choose_encoding() -> str:
    """The shortest encoding that the browser reads."""
    return request.accept_encodings.best_match(["br", "gzip"]) or "identity"


@cache
def read_file(name: str, encoding: str) -> bytes:
    """A file as it goes out; compressed once a process."""
    body = files()[name].read_bytes()
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
        return compressed
    return gzip.compress(body, compresslevel=9, mtime=0) if encoding == "gzip" else body


@cache
def assets_version() -> str:
    """A short hash of everything that the folder serves."""
    digest = blake2b(digest_size=6)
    for name, file in files().items():
        digest.update(name.encode() + file.read_bytes())
    return digest.hexdigest()


@cache
def read_template(name: str) -> str:
    return (EXPLORER / name).read_text(encoding="utf-8")


def _guide_links(current: Guide | None) -> str:
    rows = [
        f'<li><a href="/docs/{escape(guide.name)}"{_marked(guide == current)}>{escape(guide.title)}</a></li>'
        for guide in list_guides()
    ]
    reference = f'<li><a href="/docs"{_marked(current is None)}>API reference</a></li>'
    return "\n".join([reference, *rows])


def _marked(is_current: bool) -> str:
    return ' aria-current="page"' if is_current else ""


def _page(text: str, policy: dict[str, str]) -> Response:
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers.update(PAGE_HEADERS)
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response.add_etag()
    response.make_conditional(request)
    return response
