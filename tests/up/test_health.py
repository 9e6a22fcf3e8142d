"""How connections are, as a person sees it, and what the server tells whom by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from prefect.automations import Automation, AutomationCore
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient
from tenacity import retry, stop_after_delay, wait_fixed

from blocks import register
from blocks.register import Connection
from data.lake import Lake
from flows.command import cli
from flows.command.stand_in import APPS
from flows.health import health
from flows.serving.automations import automate
from tasks.connections import open_connector
from tasks.events import tell
from tasks.status import status

if TYPE_CHECKING:
    from tests.conftest import Up

NAME = "watched"
TOLD = ("failing", "needs-person", "role-changed", "quiet", "recovered")


@pytest.fixture
def watched(up: Up) -> str:
    """A connection that a test may cut."""
    key, secret = APPS["dropbox"]
    token = up.company.sign_in(client_id=key)["refresh_token"]
    words = [f"--base-url={up.company.http.base_url}", f"--refresh-token={token}"]
    assert (
        casbah(
            "connect", "dropbox", NAME, f"--client-id={key}", f"--client-secret={secret}", *words
        )
        == 0
    )
    return NAME


@pytest.fixture
def heard(up: Up, prefect: SyncPrefectClient) -> Iterator[list[dict[str, str]]]:  # noqa: ARG001 - its server
    """What is sent to the webhook that a person has named `casbah` in the UI."""
    said: list[dict[str, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to know."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        words = {"subject": "{{subject}}", "body": "{{body}}"}
        block = CustomWebhookNotificationBlock(name="people", url=address, json_data=words)
        id_ = block.save("casbah", overwrite=True, _sync=True)  # type: ignore[call-arg]
        asyncio.run(automate())
        yield said
        server.shutdown()
    prefect.delete_block_document(id_)
    asyncio.run(automate())


def test_whom_a_person_names_hears_what_happens(
    up: Up, watched: str, heard: list[dict[str, str]], prefect: SyncPrefectClient
) -> None:
    """A webhook called `casbah` hears of a cut connection, with the sentence and the remedy.

    Status and artifact say the same; what a person changed of an automation stays.
    """
    stale = automation(prefect, "Casbah: no sync in 30 minutes")
    sooner = stale.trigger.model_copy(update={"within": timedelta(seconds=10)})
    changed = stale.model_dump(include={"name", "description", "tags", "actions"})
    prefect.update_automation(stale.id, AutomationCore(**changed, trigger=sooner))
    prefect.pause_automation(automation(prefect, "Casbah: quiet").id)
    asyncio.run(automate())
    assert automation(prefect, "Casbah: no sync in 30 minutes").trigger == sooner
    assert not automation(prefect, "Casbah: quiet").enabled
    assert len([each for each in prefect.read_automations() if "casbah" in each.tags]) == 9
    prefect.resume_automation(automation(prefect, "Casbah: quiet").id)

    assert casbah("sync", watched) == 0
    open_connector(watched).revoke()
    assert casbah("sync", watched) == 1
    told = {row["connection"]: row for row in status(Lake.open(str(up.lake)))}[watched]
    assert told["state"] == "waiting for a person"
    assert f"casbah connect dropbox {watched}" in told["remedy"]
    shown = health_page(prefect)[watched]
    assert (shown["state"], shown["why, and what to do"]) == (
        told["state"],
        f"{told['why']} {told['remedy']}",
    )

    for event in TOLD:
        hear_of(event, register.connection(watched), heard)
    wait_for(heard, f"Casbah: {watched}: revoked", f"Casbah: {watched}: no sync")
    revoked = next(each for each in heard if each["subject"] == f"Casbah: {watched}: revoked")
    assert f"{watched} (dropbox): {told['why']}" in revoked["body"]
    assert f"What to do: {told['remedy']}" in revoked["body"]

    asyncio.run(health())
    assert health_page(prefect)[watched]["items"] == 0
    versions = prefect.request(
        "POST", "/artifacts/filter", json={"artifacts": {"key": {"any_": ["health"]}}}
    )
    assert len(versions.json()) == 1


def casbah(*words: str) -> int:
    """The exit code of a command, run in this process."""
    with pytest.raises(SystemExit) as end:
        cli.app(list(words), prog_name="casbah")
    return int(end.value.code or 0)


def automation(prefect: SyncPrefectClient, name: str) -> Automation:
    return prefect.read_automations_by_name(name)[0]


def health_page(prefect: SyncPrefectClient) -> dict[str, Any]:
    """The rows of the artifact, by connection."""
    rows = json.loads(prefect.request("GET", "/artifacts/health/latest").json()["data"])
    return {row["connection"]: row for row in rows}


@retry(stop=stop_after_delay(90), wait=wait_fixed(5), reraise=True)
def hear_of(event: str, about: Connection, heard: list[dict[str, str]]) -> None:
    """Tell until it is heard: under load Prefect's server on SQLite gives up on an event."""
    tell(f"casbah.connection.{event}", about, sentence="So.", remedy="Do.")
    wait_for(heard, f"Casbah: {about.name}: {event}", within=5)


def wait_for(heard: list[dict[str, str]], *subjects: str, within: float = 60) -> None:
    @retry(stop=stop_after_delay(within), wait=wait_fixed(0.1), reraise=True)
    def look() -> None:
        assert set(subjects) <= {each["subject"] for each in heard}

    look()
