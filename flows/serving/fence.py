"""What a browser may do on the pages of the Prefect server: speak with that server, nothing else.

Prefect's UI asks an analytics host for its settings whatever the server's own settings say, and an
artifact's Markdown may name an image anywhere. With this header no browser follows either.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(origin: str) -> str:
    """The Content-Security-Policy of the pages at `origin` (`http://host:port`)."""
    socket = origin.replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'self'",
            f"connect-src 'self' {origin} {socket}",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "style-src 'self' 'unsafe-inline'",
            # The run graph is drawn by PixiJS 8, which compiles its shaders with `new Function`.
            "script-src 'self' 'unsafe-eval'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def fenced(app: ASGIApp, origin: str) -> ASGIApp:
    """The app, with the policy on each of its answers that has none of its own."""
    told = policy(origin)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", told)
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await app(scope, receive, with_policy)

    return answer
