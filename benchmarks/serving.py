"""The service as it ships, hot and cold, beside nginx, the floor and the peers."""

import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.content import load_seed, revise, sqlite_url
from benchmarks.measuring import Server, running
from benchmarks.peers.datasette import address, write_metadata
from benchmarks.raw import measure_floor
from benchmarks.reporting import Figure
from kb_api.database import Database
from tests.support.front import front
from tests.support.serving import find_free_port

CLAIM, MECHANISM = "nmda-block", "nmda-receptor"
OURS = {
    "signs": f"/v1/signs?mechanism={MECHANISM}&include=claims,references",
    "references": f"/v1/claims/{CLAIM}/references",
    "claims": "/v1/claims?limit=50",
    "sign page": "/v1/signs/fatigue?include=claims,mechanisms,forms,references,safety,health_claims",
    "search": "/v1/search?q=magnesium%20cramps",
    "suggest": "/v1/search?q=cram&mode=suggest",
}
THEIRS = {
    "signs": f"/signs?mechanism={MECHANISM}",
    "references": f"/claims/{CLAIM}/references",
    "claims": "/claims?limit=50",
}
PEERS = {
    "flask-smorest": ("wsgi", "app_smorest:app"),
    "FastAPI": ("asgi", "app_fastapi:app"),
    "Litestar": ("asgi", "app_litestar:app"),
    "Django REST framework": ("wsgi", "app_drf:app"),
}
DATASETTE = "Datasette"
DATABASE = "shipped"
TABLES_OF_DATASETTE = {
    "signs": address(DATABASE, "signs", mechanism=MECHANISM),
    "references": address(DATABASE, "references", claim=CLAIM),
    "claims": address(DATABASE, "claims", limit="50"),
}
COLD_TARGETS = {"signs": (0.30, 0.5), "references": (0.30, 0.5), "claims": (0.15, 0.5)}
"""Request → at most this share of vanilla flask-smorest, and of the best ORM peer."""
FLOOR_BOUNDS = {"claims": 10, "references": 120}
"""No targets: about twice what it is, so that a change which doubles a cold answer is noticed."""
COLD_REQUESTS, HOT_REQUESTS, REVISIONS = 120, 8_000, 20
QUESTION = b'{"question": "Does magnesium help against cramps at night?", "lang": "en"}'
ASKERS = 64
"""Who ask for the same at once."""
FRONT_TARGET = 0.80
FRONT_KEEPS_SECONDS = 1.5
"""A little longer than the front gives an answer again without asking."""

NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 100000000; open_file_cache max=100; default_type application/json;
  client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi; uwsgi_temp_path {folder}/nginx-uwsgi; scgi_temp_path {folder}/nginx-scgi;
  server {{ listen 127.0.0.1:{port}; etag on; location / {{ root {folder}/static; }} }} }}
"""


def measure_serving(folder: Path, *, peers: Path | None, rounds: int) -> list[Figure]:
    """Every figure that needs a server on the shipped content; without ``peers`` only those of our own."""
    url = sqlite_url(folder, DATABASE)
    load_seed(url).dispose()
    with ExitStack() as stack:
        hot = stack.enter_context(serve(folder, url))
        cold = stack.enter_context(serve(folder, url, KB_API_CACHE_MAX_BYTES="0"))
        others = {}
        nginx = stack.enter_context(_serve_static(folder, hot)) if shutil.which("nginx") else None
        fronted = stack.enter_context(_serve_front(folder, hot)) if nginx else None
        if peers is not None:
            others = {name: stack.enter_context(_serve_peer(folder, url, peers, name)) for name in PEERS}
            others[DATASETTE] = stack.enter_context(_serve_datasette(folder, url, peers))
        for _ in range(rounds):
            _measure_hot(hot, nginx)
            if fronted is not None:
                for name in THEIRS:
                    fronted.measure(f"200 {name}", [OURS[name]], requests=HOT_REQUESTS, connections=16)
            _measure_cold(cold, OURS, COLD_REQUESTS)
            for name in THEIRS:
                cold.measure(f"304 {name}", [OURS[name]], requests=COLD_REQUESTS, headers={"If-None-Match": "*"})
            cold.measure("answers", ["/v1/answers"], requests=COLD_REQUESTS, body=QUESTION)
            for name, other in others.items():
                _measure_cold(other, TABLES_OF_DATASETTE if name == DATASETTE else THEIRS, COLD_REQUESTS // 2)
        floor = measure_floor(url.removeprefix("sqlite:///"), CLAIM)
        database = Database(url)
        for name in THEIRS:
            # Nothing is kept of an earlier revision: all of the answer is made anew.
            cold.measure(f"new {name}", [OURS[name]], requests=REVISIONS, before_each=lambda: revise(database))
        figures = [
            *_report_hot(hot, nginx, others),
            *(_report_front(fronted, nginx, hot, database) if fronted and nginx else ()),
            *_report_cold(cold, others, floor),
            *_report_process(hot),
        ]
        database.dispose()
        return figures


@contextmanager
def serve(folder: Path, url: str, **environment: str) -> Iterator[Server]:
    """The service as ``kb-api serve`` starts it, with one worker."""
    port = find_free_port()
    command = [sys.executable, "-m", "kb_api.cli", "serve", "--port", str(port)]
    root = str(Path(__file__).parent.parent)
    settings = {"KB_API_DATABASE_URL": url, "PYTHONPATH": root, **environment}
    with running("kb_api", command, port, ready="/v1/signs", folder=folder, **settings) as server:
        yield server


@contextmanager
def _serve_static(folder: Path, ours: Server) -> Iterator[Server]:
    """nginx with the bytes that the service sends."""
    static, port = folder / "static", find_free_port()
    static.mkdir()
    static.chmod(0o755)
    folder.chmod(0o755)
    for name in THEIRS:
        (static / name).write_bytes(ours.get(OURS[name]))
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    with running("nginx", ["nginx", "-c", configuration], port, ready="/claims", folder=folder) as server:
        yield server


@contextmanager
def _serve_front(folder: Path, ours: Server) -> Iterator[Server]:
    """The front as it ships, before the service."""
    place = folder / "front"
    place.mkdir()
    with front(place, service_port=ours.port) as nginx:
        yield Server("front", nginx.port, nginx.process, behind=ours)


@contextmanager
def _serve_peer(folder: Path, url: str, environment: Path, name: str) -> Iterator[Server]:
    interface, app = PEERS[name]
    port, here = find_free_port(), Path(__file__).parent / "peers"
    program = environment.absolute() / "bin" / "granian"
    command = [program, "--interface", interface, "--port", str(port), "--no-ws", "--log-level", "error", app]
    variables = {"PYTHONPATH": str(here), "BENCH_DATABASE_URL": url}
    with running(name, command, port, ready=THEIRS["claims"], folder=folder, **variables) as server:
        yield server


@contextmanager
def _serve_datasette(folder: Path, url: str, environment: Path) -> Iterator[Server]:
    port, program = find_free_port(), environment.absolute() / "bin" / "datasette"
    metadata = write_metadata(folder, DATABASE)
    command = [program, url.removeprefix("sqlite:///"), "--port", str(port), "--metadata", metadata]
    ready = TABLES_OF_DATASETTE["claims"]
    with running(DATASETTE, command, port, ready=ready, folder=folder) as server:
        yield server


def _measure_hot(hot: Server, nginx: Server | None) -> None:
    for name in THEIRS:
        hot.measure(f"200 {name}", [OURS[name]], requests=HOT_REQUESTS, connections=16)
        hot.measure(f"304 {name}", [OURS[name]], requests=HOT_REQUESTS, connections=16, headers={"If-None-Match": "*"})
        if nginx is not None:
            nginx.measure(f"200 {name}", [f"/{name}"], requests=HOT_REQUESTS, connections=16)


def _measure_cold(server: Server, addresses: dict[str, str], requests: int) -> None:
    for name, path in addresses.items():
        server.measure(name, [path], requests=requests)


def _report_hot(hot: Server, nginx: Server | None, others: dict[str, Server]) -> Iterator[Figure]:
    for name in THEIRS:
        ours = hot.best(f"200 {name}")
        size = hot.loads[f"200 {name}"][0].bytes
        yield Figure(f"hot 200, {name} ({size / 1000:.0f} kB)", ours, "µs")
        yield Figure(f"hot 304, {name}", hot.best(f"304 {name}"), "µs")
        if nginx is not None:
            share = nginx.best(f"200 {name}") / ours
            yield Figure(f"hot 200, {name}: share of nginx static's speed", share, at_least=0.30)
        for other, server in others.items():
            times = 60 if other.startswith("Django") else 30
            target = None if other in {"flask-smorest", DATASETTE} else times
            yield Figure(f"hot 200, {name}: times faster than {other}", server.best(name) / ours, "×", at_least=target)


def _report_front(fronted: Server, nginx: Server, hot: Server, database: Database) -> Iterator[Figure]:
    for name in THEIRS:
        share = nginx.best(f"200 {name}") / fronted.best(f"200 {name}")
        yield Figure(f"hot 200 through the front, {name}: share of nginx static's speed", share, at_least=FRONT_TARGET)
    revise(database)
    time.sleep(FRONT_KEEPS_SECONDS)
    before = _count_requests(hot)
    fronted.measure("after a change", [OURS["claims"]], requests=ASKERS, connections=ASKERS)
    reached = _count_requests(hot) - before
    yield Figure(f"requests that reach the service when {ASKERS} ask the front after a change", reached, at_most=1)


def _count_requests(server: Server) -> int:
    """How many requests for lists of claims the service has answered."""
    found = re.findall(
        r'kb_api_requests_total{[^}]*route="/v1/claims"[^}]*} ([0-9.]+)', server.get("/metrics").decode()
    )
    return int(sum(float(number) for number in found))


def _report_cold(cold: Server, others: dict[str, Server], floor: dict[str, float]) -> Iterator[Figure]:
    for name in OURS:
        yield Figure(f"cold, {name} ({cold.loads[name][0].bytes / 1000:.0f} kB)", cold.best(name), "µs")
        if name in floor:
            yield Figure(f"cold, {name}: raw sqlite3 and orjson, no HTTP", floor[name], "µs")
            times = cold.best(name) / floor[name]
            yield Figure(f"cold, {name}: times the floor", times, "×", at_most=FLOOR_BOUNDS[name], is_stable=True)
        if name not in THEIRS:
            continue
        yield Figure(f"cold 304, {name}", cold.best(f"304 {name}"), "µs")
        yield Figure(f"first after a write, {name}", cold.best(f"new {name}"), "µs")
        if not others:
            continue
        for other, server in others.items():
            size = server.loads[name][0].bytes / 1000
            yield Figure(f"cold, {name}: {other} ({size:.0f} kB)", server.best(name), "µs")
        vanilla, best = COLD_TARGETS[name]
        ours, smorest = cold.best(name), others["flask-smorest"].best(name)
        yield Figure(f"cold, {name}: share of vanilla flask-smorest", ours / smorest, at_most=vanilla)
        nearest = min(server.best(name) for other, server in others.items() if other != DATASETTE)
        yield Figure(f"cold, {name}: share of the best ORM peer", ours / nearest, at_most=best)

    yield Figure(f"answers ({cold.loads['answers'][0].bytes / 1000:.0f} kB)", cold.best("answers"), "µs")


def _report_process(hot: Server) -> Iterator[Figure]:
    hot_share = hot.best("200 claims") / hot.best("304 claims")
    yield Figure("hot 200 as a multiple of hot 304, claims", hot_share, "×", at_most=6, is_stable=True)
    yield Figure("first answer after serve", hot.first_answer_seconds, "s", at_most=1.0)
    yield Figure("memory of a worker (PSS)", hot.memory_mb()[0], "MB", at_most=120, is_stable=True)
