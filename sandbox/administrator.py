"""An administrator with a browser: opens a consent link, fills in the form, follows where it leads.

The demo and the tests need one. It knows only what a browser knows: the page.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urljoin

import httpx


def decide(
    link: str, decision: Literal["allow", "deny"] = "allow", signed_in_as: str = "admin"
) -> httpx.Response:
    """The page on which the browser lands after a decision on the consent page.

    Raises:
        httpx.HTTPStatusError: the sandbox shows an error in place of the consent page.
    """
    with httpx.Client(follow_redirects=True, timeout=60) as browser:
        page = browser.get(link).raise_for_status()
        action, form = filled(page.text, decision, signed_in_as)
        return browser.post(urljoin(link, action), data=form)


def filled(page: str, decision: str, signed_in_as: str) -> tuple[str, dict[str, str]]:
    """Where a page's form goes, and what it carries once a decision is made."""
    form = _Form()
    form.feed(page)
    return form.action, form.hidden | {"as": signed_in_as, "decision": decision}


class _Form(HTMLParser):
    """The one form of a page: where it goes, and what it carries unseen."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found.get("action", "")
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
