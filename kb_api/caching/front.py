"""The cache as WSGI middleware: look at the clock, look for the answer, else ask the application and keep what it says.

Rule: when anything is unclear (a private request, an answer that may not be kept) the application answers as if there
were no cache; only when the database does not answer is the last known answer given, and marked.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, NamedTuple

from kb_api.caching.answers import NOT_IN_304, Answer, Headers, is_storable, read_answer
from kb_api.caching.requests import Environ, Key, canonical_environ, choose_encoding, read_key
from kb_api.caching.revisions import RevisionWatch
from kb_api.caching.store import AnswerStore
from kb_api.errors import StorageError
from kb_api.views.reading import STANDING_REVISION

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

WHOLE_MAX_BYTES = 8_000_000
"""A longer answer goes out as it comes, and is neither compressed nor kept."""
STALE = [("KB-Stale", "true"), ("Warning", '110 kb-api "Response is Stale"')]
"""How an answer says that nobody could ask whether it still stands."""
OUTCOME = "kb_api.cache"
"""Where the outcome stands in the environment, for whoever counts: ``hit``, ``miss``, ``stale`` or ``bypass``."""


class CachedApplication:
    """An application with a cache in front of it."""

    def __init__(self, application: Application, make_watch: Callable[[], RevisionWatch], store: AnswerStore) -> None:
        """``make_watch`` is called when the first answer is looked for, and until it succeeds."""
        self.application, self.store = application, store
        self._make_watch = make_watch
        self._watch: RevisionWatch | None = None
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = read_key(environ)
        revision = None if key is None else self.current_revision()
        if key is None or revision is None:
            return self._answer_without_clock(key, environ, start_response)
        environ[STANDING_REVISION] = revision
        found = self._find(revision, key, environ, start_response)
        if found is not None:
            return found
        environ[OUTCOME] = "miss"
        return self._answer_miss(key, environ, start_response)

    def find_at_hand(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes] | None:
        """The answer that is kept as this client wants it, when one glance tells that it stands; else ``None``, and
        nothing has begun."""
        revision = None if self._watch is None else self._watch.glance()
        if revision is None:
            return None
        return self._find(revision, key, environ, start_response, only_made=True)

    def knows(self, key: Key) -> bool:
        """Whether there is an answer that may still stand."""
        return self._watch is not None and self.store.find_last(key) is not None

    def find_standing(
        self, revision: int | None, key: Key, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes] | None:
        """The answer that is kept for this revision; when nobody can tell which stands, what was last known."""
        if revision is None:
            return self._find_last_known(key, environ, start_response)
        return self._find(revision, key, environ, start_response, only_made=True)

    def current_revision(self) -> int | None:
        """The revision that stands now; ``None`` when the database cannot tell."""
        try:
            if self._watch is None:
                with self._lock:
                    self._watch = self._watch or self._make_watch()
            return self._watch.current()
        except StorageError:
            return None

    def _find(
        self, revision: int, key: Key, environ: Environ, start_response: StartResponse, *, only_made: bool = False
    ) -> Iterable[bytes] | None:
        """With ``only_made`` nothing is compressed for it."""
        answer = self.store.find(revision, key)
        if answer is None or (only_made and not answer.is_made(_read_encoding(environ))):
            return None
        environ[OUTCOME] = "hit"
        return _send(answer, environ, start_response)

    def _answer_without_clock(
        self, key: Key | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Ask the application; but while the database is away, what was last known is better than nothing."""
        found = None if key is None else self._find_last_known(key, environ, start_response)
        if found is not None:
            return found
        environ[OUTCOME] = "bypass"
        return self.application(environ, start_response)

    def _find_last_known(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes] | None:
        last_known = self.store.find_last(key)
        if last_known is None:
            return None
        environ[OUTCOME] = "stale"

        def start_stale(status: str, headers: Headers) -> Any:
            return start_response(status, [*headers, *STALE])

        return _send(last_known, environ, start_stale)

    def _answer_miss(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application, and keep what everybody may have."""
        response = self._ask(key, environ)
        answer = response.read_answer()
        if answer is None:
            return self._pass_on(response, key, environ, start_response)
        self.store.add(key, answer)
        return _send(answer, environ, start_response)

    def _pass_on(
        self, response: "_Response", key: Key, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What the application said; but when the database went while it was asked, what was last known."""
        if response.status.startswith("503") and self.current_revision() is None and self.store.find_last(key):
            _close(response.chunks)
            return self._answer_without_clock(key, environ, start_response)
        return response.pass_on(environ, start_response)

    def _ask(self, key: Key, environ: Environ) -> "_Response":
        head: list[Any] = []

        def keep_head(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], None]:
            head[:] = status, headers
            return _refuse_write

        chunks = self.application(canonical_environ(environ, key), keep_head)
        status, headers = head
        return _Response(status, headers, chunks)


class _Response(NamedTuple):
    """What the application said, its body not yet read."""

    status: str
    headers: Headers
    chunks: Iterable[bytes]

    def read_answer(self) -> Answer | None:
        """The whole answer when everybody may have it, else ``None`` and the body is still to be read."""
        said = {name.lower(): value for name, value in self.headers}
        length = said.get("content-length", "")
        if not is_storable(self.status, said) or not length.isdigit() or int(length) > WHOLE_MAX_BYTES:
            return None
        try:
            return read_answer(said, self.headers, b"".join(self.chunks))
        finally:
            _close(self.chunks)

    def pass_on(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Send the answer as it is, but heed the two wishes that the application was not told of."""
        etag = next((value for name, value in self.headers if name.lower() == "etag"), None)
        if self.status.startswith("200") and etag and _has(environ, etag):
            _close(self.chunks)
            start_response("304 Not Modified", [pair for pair in self.headers if pair[0].lower() not in NOT_IN_304])
            return ()
        start_response(self.status, self.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            _close(self.chunks)
            return ()
        return self.chunks


def _send(answer: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The answer in the client's encoding, or 304 when the client has it."""
    variant = answer.variant(_read_encoding(environ))
    if _has(environ, variant.etag):
        start_response("304 Not Modified", variant.headers_not_modified[:])
        return ()
    start_response("200 OK", variant.headers[:])
    return () if environ["REQUEST_METHOD"] == "HEAD" else (variant.body,)


def _read_encoding(environ: Environ) -> str:
    return choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))


def _has(environ: Environ, etag: str) -> bool:
    """Whether the client says that it has this representation; a strong tag stands between quotes, so none is in
    another."""
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    return wanted is not None and (etag in wanted or wanted.strip() == "*")


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()


def _refuse_write(_data: bytes) -> None:
    raise NotImplementedError("the application must return its body, not write it")
