"""The doors that both apps share, `B/oauth2/token` and `/grant`: whose they are for a request."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.box.access import PREFIX
from sandbox.oauth import credentials
from sandbox.tenant import Tenant


def doors(tenant: Tenant) -> list[Route]:
    """Routes that lead to the side that is meant."""

    async def token(request: Request) -> Response:
        body = await request.body()
        side = tenant.sides[app_of(body, request.headers.get("authorization", ""))]
        return await side.tokens.token(request)

    async def grant(request: Request) -> Response:
        """Tokens without a browser, for tests: `{"app"?, "client_id"?, "as"?, …}`."""
        wanted: Mapping[str, str] = await request.json()
        side = tenant.sides.get(wanted.get("app", "dropbox"))
        if side is None:
            return JSONResponse({"error": f"There are the apps {', '.join(tenant.sides)}."}, 400)
        return await side.tokens.grant(request)

    return [
        Route("/oauth2/token", token, methods=["POST"]),
        Route("/grant", grant, methods=["POST"]),
    ]


def app_of(form: bytes, authorization: str) -> str:
    """The app that an OAuth request is for, as its client id tells; nobody's is Dropbox's."""
    given = parse_qs(form.decode("utf-8", "replace")).get("client_id", [""])[0]
    if not given:
        given = credentials(authorization)[0]
    return "box" if given.startswith(PREFIX) else "dropbox"
