"""What the server gives to the entrance, for tests that ask it without one."""

from kb_api.entrance import Entrance


class Scope:
    """A request; see https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md"""

    http_version = "1.1"
    scheme = "http"
    client = "127.0.0.1:50000"
    server = "127.0.0.1:8000"
    authority = None

    def __init__(self, method: str, address: str) -> None:
        self.method = method
        self.path, _, self.query_string = address.partition("?")
        self.headers = {"host": "localhost"}


class Protocol:
    """Takes the answer; there is no body to read."""

    status = 0
    headers: dict[str, str]
    body = b""

    def __aiter__(self) -> "Protocol":
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body


async def ask(entrance: Entrance, address: str, method: str = "GET") -> Protocol:
    """The protocol with the answer in it."""
    protocol = Protocol()
    await entrance.__rsgi__(Scope(method, address), protocol)
    return protocol
