"""More than the service can take, and clients that are slow on purpose."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from tests.faults.client import Answered, Client, Crowd, count_statuses, percentile
from tests.faults.load import ask_at, keep_busy
from tests.faults.place import Place, Verdict
from tests.faults.service import Service
from tests.support.front import front

ANSWERED_SECONDS = 0.5
HONEST_SECONDS = 0.1
SLOW_CLIENTS = 200
CLIENTS = 16
"""As many as keep every worker busy, however the kernel spreads them, and none waits too long."""
SHARES = {3: 0.9, 10: 0.7}
"""How many times the load → which share of what can be served must still be."""


def check_overload(place: Place, times: int) -> Verdict:
    """So many times what it can serve: most of that is still served, in time, and the rest refused at once.

    What it can serve is measured anew before each round of too much: a machine is not always as fast.
    """
    rounds, seconds = (1, 3.0) if place.quick else (8, 2.5)
    able, crowded, number = 0, [], 0
    with place.make_service() as service:
        keep_busy(service.port, clients=CLIENTS, seconds=2)
        for _ in range(rounds):
            can = _count_served(keep_busy(service.port, clients=CLIENTS, seconds=seconds), seconds)
            asked = ask_at(service.port, rate=times * can / seconds, seconds=seconds)
            able, number = able + can, number + _count_served(asked, seconds)
            crowded += asked
    served = [answer for answer in crowded if answer.status == 200]
    other = [answer for answer in crowded if answer.status not in (200, 429, 503)]
    refused = [answer for answer in crowded if answer.status in (429, 503)]
    share, slowest, whole = number / max(able, 1), percentile(served, 0.99), rounds * seconds
    figures = (
        f"{able / whole:.0f}/s at capacity; {len(crowded) / whole:.0f}/s asked, {share:.0%} of capacity served, "
        f"p99 {slowest * 1000:.0f} ms, {len(refused)} refused (p99 {percentile(refused, 0.99) * 1000:.0f} ms), "
        f"{len(other)} other"
    )
    return Verdict(share >= SHARES[times] and not other, figures, in_time=slowest <= ANSWERED_SECONDS)


def _count_served(answers: list[Answered], seconds: float) -> int:
    """How many were served in so many seconds; what came after them does not count."""
    until = min(answer.began for answer in answers) + seconds
    return sum(answer.status == 200 and answer.began + answer.seconds <= until for answer in answers)


def check_slow_clients(place: Place, kind: str, *, behind_front: bool) -> Verdict:
    """200 clients that send or read a byte a second: an honest one is served every time, and at once."""
    seconds, service = 6 if place.quick else 15, place.make_service()
    way = _front(place, service) if behind_front else nullcontext(service.port)
    with service, way as port:
        stop = threading.Event()
        number = 60 if place.quick else SLOW_CLIENTS
        slow = [threading.Thread(target=SLOW[kind], args=(port, stop), daemon=True) for _ in range(number)]
        for thread in slow:
            thread.start()
        time.sleep(1.5)
        crowd = Crowd()
        crowd.add(1, lambda: Client(port, timeout=3), _ask_honestly, pause=0.05)
        answers = crowd.run(seconds)
        stop.set()
    served = [answer for answer in answers if answer.status == 200]
    slowest = percentile(answers, 0.99)
    figures = f"{number} slow: {len(served)} of {len(answers)} honest requests served, p99 {slowest * 1000:.0f} ms"
    if len(served) < len(answers):
        figures += f", statuses {count_statuses(answers)}"
    return Verdict(len(served) == len(answers) > 0, figures, in_time=slowest <= HONEST_SECONDS)


def _ask_honestly(client: Client) -> Answered:
    answer = client.get("/v1/signs?limit=3")
    client.close()
    return answer


@contextmanager
def _front(place: Place, service: Service) -> Iterator[int]:
    """The recommended front before the service; the port to ask."""
    connections = 40 if place.broken else 2_048
    with front(place.folder, service_port=service.port, connections=connections) as nginx:
        yield nginx.port


def _send_headers_slowly(port: int, stop: threading.Event) -> None:
    _drip(port, stop, b"GET /v1/signs HTTP/1.1\r\nHost: localhost\r\n", b"X-A: b\r\n")


def _send_body_slowly(port: int, stop: threading.Event) -> None:
    head = b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    _drip(port, stop, head + b"Content-Length: 9000\r\n\r\n{", b" ")


def _read_slowly(port: int, stop: threading.Event) -> None:
    ask = b"GET /v1/claims?limit=100&include=references HTTP/1.1\r\nHost: localhost\r\n\r\n"
    # More than the buffers of the system hold, so that somebody has to wait for the reader.
    _drip(port, stop, ask * 50, b"")


def _drip(port: int, stop: threading.Event, first: bytes, drop: bytes) -> None:
    """Send the beginning, then a drop a second, or read a byte; begin again whenever the server has had enough."""
    while not stop.is_set():
        try:
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
                connection.settimeout(5)
                connection.connect(("127.0.0.1", port))
                connection.sendall(first)
                while not stop.wait(1.0):
                    if drop:
                        connection.sendall(drop)
                    elif not connection.recv(1):
                        break
        except OSError:
            time.sleep(0.2)


SLOW = {"headers": _send_headers_slowly, "bodies": _send_body_slowly, "readers": _read_slowly}
