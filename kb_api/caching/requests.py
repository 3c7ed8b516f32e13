"""Which requests can be answered from memory, and the one form that all requests for the same answer have.

Rule: a request is put into its canonical form before the application sees it, so that an answer can only depend on the
key that it is kept under.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import Accept, LanguageAccept
from werkzeug.http import parse_accept_header

from kb_api.views.limiting import EXEMPT, FILES
from kb_api.vocabulary import Language

Environ = dict[str, Any]

QUERY_MAX_LENGTH = 1_000
"""Longer addresses are answered, but not from memory: nobody asks them twice."""
HEADER_MAX_LENGTH = 300
PARAMETERS_MAX = 50
MEMO_SIZE = 2_048
"""How many spellings of a query or a header are remembered: at most some megabytes, filled with the longest."""

METHODS = frozenset({"GET", "HEAD"})
PRIVATE = ("HTTP_AUTHORIZATION", "HTTP_COOKIE")
"""Headers that say who asks: such an answer is for one person."""
PARTIAL = ("HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
"""Headers whose meaning is the application's to judge."""
BYPASSING = (*PRIVATE, *PARTIAL)
BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
EMPTY_PARAMETER = re.compile("^&|&&|&$")
PLAIN_QUERY = re.compile("[A-Za-z0-9_.~+-]+=[A-Za-z0-9_.~+-]*(?:&[A-Za-z0-9_.~+-]+=[A-Za-z0-9_.~+-]*)*", re.ASCII)
"""A query in which nothing is encoded: to be put in order, not to be read. Most are, and reading one anew costs more
than refusing it under a load that cannot be taken."""
LANGUAGES = [str(language) for language in Language]


class Key(NamedTuple):
    """Everything that an answer depends on beside the revision, each in one spelling."""

    path: str
    query: str
    language: str
    media_type: str


def read_key(environ: Environ) -> Key | None:
    """The key of a request, or ``None`` when only the application can answer it.

    What machines ask about the process has none: it must be answered even while nobody can tell the revision. Nor have
    the explorer's files, which depend on no revision and are compressed already.
    """
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] not in METHODS or path in EXEMPT or path.startswith(FILES):
        return None
    for header in BYPASSING:
        if header in environ:
            return None
    query = canonical_query(environ.get("QUERY_STRING", ""))
    language = canonical_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    media_type = canonical_media_type(environ.get("HTTP_ACCEPT", ""))
    if query is None or language is None or media_type is None:
        return None
    return Key(path, query, language, media_type)


def canonical_environ(environ: Environ, key: Key) -> Environ:
    """The request that every request with this key is asked as: a whole answer, in the canonical spelling."""
    canonical = {**environ, "REQUEST_METHOD": "GET", "QUERY_STRING": key.query, "HTTP_ACCEPT_LANGUAGE": key.language}
    canonical["HTTP_ACCEPT"] = key.media_type
    for header in ("HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING", "RAW_URI", "REQUEST_URI"):
        canonical.pop(header, None)
    if not key.media_type:
        del canonical["HTTP_ACCEPT"]
    return canonical


@lru_cache(MEMO_SIZE)
def canonical_query(query: str) -> str | None:
    """The parameters in one order and one encoding; ``None`` for what is too long or malformed."""
    if not query:
        return ""
    if len(query) > QUERY_MAX_LENGTH or query.count("&") >= PARAMETERS_MAX:
        return None
    if PLAIN_QUERY.fullmatch(query):
        return "&".join(map("".join, sorted(part.partition("=") for part in query.split("&"))))
    if not query.isascii() or BAD_ESCAPE.search(query) or EMPTY_PARAMETER.search(query):
        return None
    try:
        parameters = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    if any("\x00" in name or "\x00" in value for name, value in parameters):
        return None
    return urlencode(sorted(parameters))


@lru_cache(MEMO_SIZE)
def canonical_language(header: str) -> str | None:
    """The language of ours that the header likes best; ``None`` for a header that nobody's browser sends."""
    if len(header) > HEADER_MAX_LENGTH:
        return None
    wishes = parse_accept_header(header, LanguageAccept)
    return wishes.best_match(LANGUAGES, default=str(Language.EN))


@lru_cache(MEMO_SIZE)
def canonical_media_type(header: str) -> str | None:
    """The wish for a media type without spaces; what it comes to is the resource's to say."""
    if len(header) > HEADER_MAX_LENGTH or not header.isascii():
        return None
    return header.replace(" ", "")


@lru_cache(MEMO_SIZE)
def choose_encoding(header: str) -> str:
    """``br``, ``gzip`` or ``identity``: the shortest of those that the client likes best."""
    if not header or len(header) > HEADER_MAX_LENGTH:
        return "identity"
    wishes = parse_accept_header(header, Accept)
    best = max(("br", "gzip", "identity"), key=lambda encoding: wishes[encoding])
    return best if wishes[best] > 0 else "identity"
