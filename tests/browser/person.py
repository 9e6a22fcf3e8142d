"""A person at the Prefect UI: what they open, type, press and read, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    Dialog,
    Locator,
    Page,
    Request,
    Route,
    expect,
)
from playwright.sync_api import TimeoutError as Patience

SOON = 30_000.0  # milliseconds: what a page may take on a busy machine
RUN = 120_000.0  # what a flow run may take
expect.set_options(timeout=SOON)


@dataclass
class Person:
    """Somebody with a browser tab, and with what that browser did behind their back."""

    page: Page
    ui: str
    dialogs: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    @classmethod
    def at(cls, context: BrowserContext, ui: str) -> Person:
        """A person who has just opened a browser."""
        context.set_default_timeout(SOON)
        person = cls(context.new_page(), ui)
        context.on("request", person.hears)
        context.on("dialog", person.meets)
        return person

    def hears(self, request: Request) -> None:
        """Have the browser ask for something, or be told not to."""
        self.asked.append(request)

    def meets(self, dialog: Dialog) -> None:
        """Have a dialog of a page pop up: nothing of ours or of Prefect makes one."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def main(self) -> Locator:
        """The page without its side bar."""
        return self.page.get_by_role("main")

    def opens(self, path: str) -> None:
        """Type an address of the UI, and let its page come."""
        self.page.goto(f"{self.ui}{path}")
        # Prefect's page forgets the password when it is left before the server has confirmed it.
        self.is_inside()

    def logs_in(self, password: str) -> None:
        """Show the password that `casbah up` gave."""
        self.page.goto(f"{self.ui}/")
        self.page.get_by_placeholder("admin:pass").fill(password)
        self.page.get_by_role("button", name="Login").click()
        self.is_inside()

    def is_inside(self) -> None:
        """See the side bar, which is there for those who are logged in."""
        expect(self.page.get_by_role("link", name="Deployments", exact=True).first).to_be_visible()

    def goes_to(self, place: str) -> None:
        """Choose a place in the side bar."""
        self.page.get_by_role("link", name=place, exact=True).first.click()

    def fills(self, label: str, value: str, place: Locator | None = None) -> None:
        """Type into the field of a form."""
        box = (place or self.main).get_by_label(_labelled(label))
        box.fill(value)

    def fills_port(self, port: int) -> None:
        """Say where the browser is to come back to: that field has no label to find it by."""
        self.main.get_by_role("spinbutton").last.fill(str(port))

    def picks(self, label: str, choice: str) -> None:
        """Choose from the list of a form's field."""
        self.main.get_by_role("button", name=f"Select {label}").click()
        self.page.get_by_role("option", name=choice, exact=True).click()

    def creates_block(self, kind: str, name: str, held: dict[str, str]) -> None:
        """Find a kind of block in the catalogue, fill in its form, save it."""
        self.goes_to("Blocks")
        self.main.locator("a[href$='/blocks/catalog']").first.click()
        kinds = self.main.get_by_role("heading", level=4)
        expect(kinds.first).to_be_visible()
        self.page.get_by_placeholder("Search blocks").fill(kind)
        expect(kinds).to_have_count(1)
        self.main.get_by_role("link", name="Create").click()
        for label, value in {"Name": name, **held}.items():
            self.fills(label, value)
        self.page.get_by_role("button", name="Save").click()
        expect(self.main.get_by_text(name, exact=True).first).to_be_visible()

    def finds(self, flow: str, deployment: str) -> None:
        """Search for a deployment, and open its page."""
        self.goes_to("Deployments")
        self.page.get_by_placeholder("Search deployments").fill(deployment)
        # The page takes up what was typed a moment later, and would come back from another page.
        self.page.wait_for_url(lambda url: f"={deployment}" in url)
        row = self.main.get_by_role("row")
        for name in (flow, deployment):
            row = row.filter(has=self.page.get_by_role("link", name=name, exact=True))
        row.locator("a[href*='/deployments/deployment/']").click()
        self.page.wait_for_url("**/deployments/deployment/*")

    def begins(self, flow: str, deployment: str | None = None) -> None:
        """Open the form of a deployment, which has the flow's name unless it is a connection's."""
        self.finds(flow, deployment or flow)
        self.chooses("Custom run", "Run")

    def submits(self) -> None:
        """Send the form, again if Prefect asks for it, and look at the run that begins."""
        begun = self.page.get_by_role("button", name="View run")
        # SQLite refuses at once who reads and then writes when another has written in between.
        refused = self.page.get_by_text("Unknown error while creating flow run")
        for _ in range(3):
            self.page.get_by_role("button", name="Submit").click()
            expect(begun.or_(refused).first).to_be_visible()
            if begun.count():
                break
            expect(refused).to_have_count(0)
        begun.click()

    def sees_state(self, *names: str, within: float = RUN) -> None:
        """Wait until the run that is being looked at is in one of these states."""
        either = re.compile(rf"^({'|'.join(names)})$")
        expect(self.main.get_by_text(either).first).to_be_visible(timeout=within)

    def chooses(self, item: str, menu: str = "Open menu") -> None:
        """Choose from a menu; once more when the page drew itself anew and the menu has gone."""
        chosen = self.page.get_by_role("menuitem", name=item, exact=True)
        for patience in (SOON / 4, SOON / 2, SOON):
            if self.page.get_by_role("menu").count():
                self.page.keyboard.press("Escape")
            self.main.get_by_role("button", name=menu, exact=True).first.click()
            try:
                chosen.wait_for(timeout=patience)
                return chosen.click()
            except Patience:
                continue
        raise AssertionError(f"There is no {item!r} under {menu!r}.")

    def turns(self, switch: Locator, *, on: bool) -> None:
        """Turn a switch, again when it goes back: SQLite may refuse what two write at once."""
        for patience in (SOON / 4, SOON / 2, SOON):
            switch.click()
            try:
                expect(switch).to_be_checked(checked=on, timeout=patience)
            except AssertionError:
                continue
            return
        raise AssertionError(f"The switch stays {'off' if on else 'on'}.")

    def cancels(self) -> None:
        """Cancel the run that is being looked at, and say that it is meant."""
        self.chooses("Cancel")
        self.page.get_by_role("alertdialog").get_by_role("button", name="Cancel Flow Run").click()

    def resumes(self) -> Locator:
        """Open the dialog in which the run that is being looked at asks."""
        self.chooses("Resume")
        return self.page.get_by_role("dialog")

    def looks_at(self, tab: str) -> Locator:
        """Turn to a tab of the page."""
        self.page.get_by_role("tab", name=tab, exact=True).click()
        return self.page.get_by_role("tabpanel", name=tab)

    def reads_artifact(self, key: str) -> Locator:
        """Open the newest version of an artifact."""
        self.opens(f"/artifacts/key/{key}")
        self.main.locator("a[href*='/artifacts/artifact/']").first.click()
        panel = self.page.get_by_role("tabpanel", name="Artifact")
        # A panel comes before what is in it; Markdown has paragraphs, a table artifact has none.
        expect(panel.locator("p, td").first).to_be_visible()
        return panel

    @contextmanager
    def unreachable(self, address: str) -> Iterator[list[str]]:
        """Be on another machine than Casbah: what the address bar shows where nothing answers."""
        shown: list[str] = []

        def unless_sent_there(route: Route) -> None:
            answer = route.fetch(max_redirects=0)  # Playwright stops no request that follows a 302
            to = answer.headers.get("location", "")
            if to.startswith(address):
                shown.append(to)
                route.abort("connectionrefused")
            else:
                route.fulfill(response=answer)

        self.page.route("**/oauth2/**", unless_sent_there)
        try:
            yield shown
        finally:
            self.page.unroute("**/oauth2/**")

    def elsewhere(self) -> list[str]:
        """What the pages asked of any host but this machine, and the browser let through."""
        foreign = [each for each in self.asked if not _loopback(each.url)]
        return [each.url for each in foreign if each.response() or each.failure != "csp"]


def _loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", None}  # a data: address has no host


def _labelled(label: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(label)}( \(Optional\))?$")
