"""The recommended front, as it is committed, before a service on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import NamedTuple

from kb_api.folders import PACKAGE
from tests.support.serving import find_free_port

START_TRIES, TRY_SECONDS = 1_200, 0.05
WHOLE = Template(
    "$user daemon off; worker_processes 1; pid $folder/nginx.pid; error_log $folder/nginx.log;\n"
    "events { worker_connections $connections; }\n"
    "http { access_log off; keepalive_requests 10000000; client_body_temp_path $folder/body;\n"
    "proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;\n"
    "$site }\n"
)


class Front(NamedTuple):
    """nginx as it runs."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def front(folder: Path, *, service_port: int, connections: int = 2_048) -> Iterator[Front]:
    """nginx with ``deploy/nginx.conf`` until the block ends."""
    port = find_free_port()
    configuration = write_front(folder, port, service_port, connections)
    command = [shutil.which("nginx") or "nginx", "-p", str(folder), "-c", str(configuration)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _wait_for(port)
        yield Front(port, process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def write_front(folder: Path, port: int, service_port: int, connections: int) -> Path:
    """The committed configuration, on other ports, in a folder that may be written."""
    site = (PACKAGE.parent / "deploy" / "nginx.conf").read_text()
    site = site.replace("server 127.0.0.1:8000", f"server 127.0.0.1:{service_port}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("listen [::]:80;", "")
    site = site.replace("/var/cache/nginx/kb-api", str(folder / "cache"))
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(WHOLE.substitute(folder=folder, user=user, site=site, connections=connections))
    return configuration


def _wait_for(port: int) -> None:
    for _ in range(START_TRIES):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(TRY_SECONDS)
        else:
            return
    raise RuntimeError("the front did not start")
