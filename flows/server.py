"""A Prefect server for one run, for those who run none: started in the background, stopped at the end.

Prefect starts one itself when it needs it, but only after its own import. Started first, the server's ten or
more seconds of imports and ours go on at the same time.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

PATIENCE = 180  # seconds; a slow machine needs 40 the first time, when the database is made


def configure(home: Path) -> None:
    """Prefect's settings for every use of ours, as far as the environment does not say otherwise.

    Must be called before Prefect is imported. `home` keeps Prefect's database, and so the history of runs.
    """
    settings = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    }
    home.mkdir(parents=True, exist_ok=True)
    for name, value in settings.items():
        os.environ.setdefault(name, value)


@contextmanager
def temporary_server() -> Iterator[Callable[[], None]]:
    """Have a Prefect server while this lasts: the one that PREFECT_API_URL names, or else one of our own.

    Gives a function to call before the first flow run, which returns once the server answers and raises
    RuntimeError if it does not.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield lambda: None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "--factory", f"{__name__}:application", "--port", port]
    environment = {**os.environ, "PREFECT_UI_ENABLED": "false"}
    server = subprocess.Popen([*command, "--log-level", "error"], env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_API_URL"] = address
    try:
        yield lambda: _wait(server, address)
    finally:
        del os.environ["PREFECT_API_URL"]
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("Prefect's temporary server did not start")


def application() -> "FastAPI":
    """The server's application, with only the services that a single run needs."""
    from prefect.server.api.server import create_app

    return create_app(ephemeral=True)
