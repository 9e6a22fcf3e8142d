"""The sandbox as an HTTP server on loopback: in the foreground, or in a thread for tests."""

import contextlib
import errno
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.company import Size
from sandbox.controls import Controls
from sandbox.doors import doors
from sandbox.gate import Gate
from sandbox.tenant import Tenant

PORT = 8787


class CannotServeError(Exception):
    """The sandbox cannot listen there; the text says what to do."""


@dataclass(frozen=True)
class Running:
    """A sandbox that answers at `url`."""

    url: str
    tenant: Tenant


class _Cuttable(H11Protocol):
    """HTTP over a connection that the app may close in the middle of an answer."""

    def connection_made(self, transport: object) -> None:
        # uvicorn's own method takes less than the one of asyncio that it stands for
        super().connection_made(transport)  # type: ignore[arg-type]
        self.app_state = {**self.app_state, "cut": self.transport.close}


def app(tenant: Tenant) -> ASGIApp:
    """The whole sandbox as an ASGI app.

    Paths follow the base_url rule: with base_url B, Dropbox is `B/2/…`, `B/oauth2/token` and
    `B/oauth2/authorize`; Box is `B/2.0/…`, `B/oauth2/token` and `B/api/oauth2/authorize`.
    """
    routes = [route for side in tenant.sides.values() for route in side.routes()]
    inner = Starlette(routes=[*routes, *doors(tenant)])
    gate = Gate(inner, tenant.faults)
    inner.router.routes.extend(Controls(tenant, gate).routes())
    return gate


def serve(
    size: Size,
    port: int = PORT,
    home: Path | None = None,
    host: str = "127.0.0.1",
    *,
    ready: Callable[[str], object] | None = None,
) -> None:
    """Serve until Ctrl-C; `ready` gets the address as soon as it answers.

    Raises:
        CannotServeError: somebody else listens there, or others than this machine could reach it.
    """
    listener = _listen(host, port)
    with listener, contextlib.suppress(KeyboardInterrupt):
        server = _server(app(Tenant(size, home)))
        if ready is not None:
            ready(_url(listener))
        server.run(sockets=[listener])


@contextlib.contextmanager
def running(
    size: Size = Size(),  # noqa: B008 frozen
    port: int = 0,
    home: Path | None = None,
    born: datetime | None = None,
    now: datetime | None = None,
) -> Iterator[Running]:
    """A sandbox in a thread, for as long as the block lasts; port 0 takes any free one.

    `born`, a whole second, fixes the log to the byte; a sandbox that `home` remembers keeps its
    own. `now` is where the visible time begins, instead of the wall clock.
    """
    tenant = Tenant(size, home, born)
    if now is not None:
        tenant.memory.change(lambda state: state.clock.set(now))
    with _listen("127.0.0.1", port) as listener:
        server = _server(app(tenant))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True
        )
        thread.start()
        try:
            yield Running(_url(listener), tenant)
        finally:
            server.should_exit = True
            thread.join()


def _server(whole: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            whole,
            http=_Cuttable,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    if not (host == "localhost" or ipaddress.ip_address(host).is_loopback):
        raise CannotServeError(
            f"The sandbox shows itself to this machine alone, not at {host}: serve at 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends without delay (TCP_NODELAY) only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        if problem.errno != errno.EADDRINUSE:
            raise
        raise CannotServeError(
            f"Port {port} is taken, perhaps by another sandbox: choose another with --port."
        ) from problem
    listener.listen(256)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
