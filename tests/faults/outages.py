"""A PostgreSQL that goes away under load: restarted, stopped, killed, frozen."""

import time
from collections.abc import Callable, Sequence

from tests.faults.client import Answered, Crowd, count_statuses
from tests.faults.place import Place, Verdict
from tests.support.postgres import PostgresServer

Fault = Callable[[PostgresServer], None]

DEADLINE_SECONDS = 3.0
HEALTH_SECONDS = 0.1
RETURN_SECONDS = 1.0
KNOWN = "/v1/signs?limit=11"
"""Asked before the fault, and so known to the cache."""


def restart(server: PostgresServer) -> None:
    """Stop in order, and start."""
    server.restart()


def stop(server: PostgresServer) -> None:
    """Away for four seconds."""
    server.stop()
    time.sleep(4)
    server.start()


def kill(server: PostgresServer) -> None:
    """Every process at once, and started again."""
    server.kill()
    server.start()


def freeze(server: PostgresServer) -> None:
    """Connections stay open, and nothing answers for seven seconds."""
    server.freeze()
    time.sleep(7)
    server.thaw()


def check_outage(place: Place, fault: Fault) -> Verdict:
    """Only 503 with Retry-After; known answers go out, marked; health at once; back a second after the database."""
    service = place.make_service()
    with service:
        key = service.make_key()
        for _ in range(20):
            client = service.client()
            client.get(KNOWN)
            client.close()
        crowds = {name: Crowd() for name in ("known", "unknown", "writes", "health")}
        crowds["known"].add(3, service.client, lambda client: client.get(KNOWN), pause=0.02)
        crowds["unknown"].add(3, service.client, lambda client: client.get(f"/v1/claims?limit={_vary()}"), pause=0.02)
        crowds["writes"].add(2, lambda: service.client(key=key), lambda client: client.add_mechanism(), pause=0.02)
        crowds["health"].add(1, service.client, lambda client: client.get("/healthz"), pause=0.05)
        for crowd in crowds.values():
            crowd.start()
        time.sleep(2)
        fault(place.postgres)
        ended = time.monotonic()
        time.sleep(3)
        answers = {name: crowd.stop() for name, crowd in crowds.items()}
    return _judge(answers, ended)


def _judge(answers: dict[str, list[Answered]], ended: float) -> Verdict:
    everything = [answer for some in answers.values() for answer in some]
    bad = [answer for answer in everything if not _is_good(answer)]
    known = [answer for answer in answers["known"] if answer.status != 200]
    stale = sum("kb-stale" in answer.headers for answer in answers["known"])
    slowest = max(answer.seconds for answer in everything)
    health = max(answer.seconds for answer in answers["health"])
    back = max(_first_success(answers[name], ended) for name in ("unknown", "writes"))
    figures = (
        f"{len(everything)} requests: statuses {count_statuses(everything)}, {len(bad)} neither answered nor 503 with "
        f"Retry-After; known reads {len(known)} refused, {stale} marked stale; first success {back:.2f} s after; "
        f"slowest {slowest:.2f} s; health at most {health * 1000:.0f} ms"
    )
    limits = ((slowest, DEADLINE_SECONDS), (health, HEALTH_SECONDS), (back, RETURN_SECONDS))
    in_time = all(measured <= limit for measured, limit in limits)
    return Verdict(not bad and not known, figures, in_time=in_time)


def _is_good(answer: Answered) -> bool:
    return answer.status in (200, 201) or (answer.status == 503 and "retry-after" in answer.headers)


def _first_success(answers: Sequence[Answered], ended: float) -> float:
    """How long after the fault's end the first request that began after it was answered."""
    times = [a.began + a.seconds - ended for a in answers if a.began + a.seconds >= ended and a.status in (200, 201)]
    return max(min(times, default=99.0), 0.0)


def _vary() -> int:
    """A page size; whoever asks for it is rarely the second."""
    return 1 + time.monotonic_ns() // 1_000 % 199


FAULTS: dict[str, Fault] = {"restarted": restart, "stopped for 4 s": stop, "killed": kill, "frozen for 7 s": freeze}
