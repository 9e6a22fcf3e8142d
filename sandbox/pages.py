"""The pages a person sees while connecting: consent, code to paste, error.

Self-contained, without JavaScript; every word that came with the request is escaped.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from string import Template

from starlette.responses import HTMLResponse

_PAGE = files("sandbox").joinpath("page.html").read_text("utf-8")
_CONSENT = files("sandbox").joinpath("consent.html").read_text("utf-8")
_STYLE = re.search(r"<style>(.*?)</style>", _PAGE, re.DOTALL)
_STYLE_HASH = base64.b64encode(
    hashlib.sha256(_STYLE.group(1).encode() if _STYLE else b"").digest()
).decode()
# Browsers hold a redirect that answers a form against form-action too (CSP 3 §6.5.1).
_HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* http://localhost:*"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def consent_page(
    *,
    vendor: str,
    app: str,
    company: str,
    scopes: Mapping[str, str],
    lasting: str,
    destination: str | None,
    action: str,
    hidden: Mapping[str, str],
    people: Mapping[str, str],
    signed_in: str,
) -> HTMLResponse:
    """Who asks for what (scopes with their meaning), and the choice between Allow and Deny."""
    body = Template(_CONSENT).substitute(
        vendor=vendor,
        app=escape(app),
        company=escape(company),
        scopes="\n".join(
            f"<li>{escape(words)} <code>{escape(name)}</code></li>"
            for name, words in scopes.items()
        ),
        lasting=lasting,
        destination=escape(destination or "a page with a code to paste into the app"),
        action=action,
        hidden="\n".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in hidden.items()
        ),
        people="\n".join(
            f'<option value="{role}"{" selected" if role == signed_in else ""}>'
            f"{escape(label)}</option>"
            for role, label in people.items()
        ),
    )
    return _page(f"Connect {app}", body, 200)


def code_page(app: str, code: str, lasting: str) -> HTMLResponse:
    """The code, for an app that gave no address to send it to."""
    body = (
        f"<h1>Copy this code into {escape(app)}</h1>\n"
        f'<code class="code" id="code">{escape(code)}</code>\n'
        f"<p><small>It works once, within {lasting}.</small></p>"
    )
    return _page("Access code", body, 200)


def problem_page(sentence: str, status: int = 400) -> HTMLResponse:
    """What is wrong with the request that brought the person here."""
    body = f"<h1>The app sent you here with a wrong request</h1>\n<p>{escape(sentence)}</p>"
    return _page("Wrong request", body, status)


def denied_page(app: str) -> HTMLResponse:
    """The end of a refusal that no address was given for."""
    return _page("Denied", f"<h1>{escape(app)} was not connected</h1>", 200)


def _page(title: str, body: str, status: int) -> HTMLResponse:
    text = Template(_PAGE).substitute(title=escape(title), body=body)
    return HTMLResponse(text, status, headers=_HEADERS)
