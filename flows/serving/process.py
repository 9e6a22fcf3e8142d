"""The process that a home's Prefect server lives in; `flows.serving.server` starts it.

    python -m flows.serving.process FOLDER DOOR

FOLDER is `<home>/prefect`, DOOR the descriptor of a listening socket. One more descriptor is
inherited unnamed: the held `server.lock`, which the kernel frees when this process ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import time
from pathlib import Path

import uvicorn
from prefect.server.api.server import create_app
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from blocks import logo
from blocks.files import open_lock, try_lock, unlock
from flows.serving import page
from flows.serving.address import ADDRESS, LEASE, Server, announce
from flows.serving.fence import fenced
from flows.serving.server import GRACE
from flows.serving.server_settings import HOST
from flows.serving.turns import written_in_turn


class HomeServer(uvicorn.Server):
    """A server that says where it is once it answers there."""

    def __init__(self, folder: Path, door: socket.socket) -> None:
        # uvicorn waits for open websockets, and a forgotten browser tab holds its own for ever.
        self.folder = folder
        self.door = door
        app = create_app(final=True)
        app.router.routes.insert(0, Mount(logo.PATH, StaticFiles(directory=logo.FOLDER)))
        app.router.routes.insert(0, page.route(folder))
        whole = fenced(app, self.origin)
        super().__init__(uvicorn.Config(whole, log_level="warning", timeout_graceful_shutdown=5))

    @property
    def origin(self) -> str:
        """Where a browser finds this server."""
        return f"http://{HOST}:{self.door.getsockname()[1]}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        announce(self.folder, Server(f"{self.origin}/api", f"{self.origin}/v2", os.getpid()))


async def serve(folder: Path, door: socket.socket, linger: float) -> None:
    """Serve at `door` until nobody has held the lease for `linger` seconds.

    Raises:
        TimeoutError: something of Prefect's does not end.
    """
    server = HomeServer(folder, door)
    serving = asyncio.create_task(server.serve(sockets=[door]))
    leaving = asyncio.create_task(_leave_when_unused(server, linger))
    await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
    if leaving.done():
        leaving.result()
    leaving.cancel()
    async with asyncio.timeout(GRACE):
        await asyncio.shield(serving)


async def _leave_when_unused(server: HomeServer, linger: float) -> None:
    lease = open_lock(server.folder / LEASE)
    used = time.monotonic()
    while not server.should_exit:
        await asyncio.sleep(min(1.0, max(linger, 0.1)))
        if not server.started or not try_lock(lease):
            used = time.monotonic()
        elif time.monotonic() - used < linger:
            unlock(lease)
        else:
            # Ours until the process ends: who comes now waits for that, then starts another.
            (server.folder / ADDRESS).unlink()
            server.should_exit = True


def main() -> None:
    """Serve, then end for good, whatever Prefect has left running."""
    os.umask(0o077)
    folder, door = Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    linger = float(os.environ.get("CASBAH_SERVER_LINGER", "60"))
    code = 1
    try:
        with written_in_turn():
            # `asyncio.run` would wait at its end for whatever of Prefect's does not end.
            asyncio.new_event_loop().run_until_complete(serve(folder, door, linger))
        code = 0
    except Exception:
        logging.getLogger(__name__).exception("The Prefect server ended.")
    finally:
        # After a failed start a thread of aiosqlite lives on and Python would wait for it.
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
