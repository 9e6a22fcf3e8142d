"""How a consent link is shown in the Prefect UI: while it waits, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate

from connectors.errors import ConnectorError
from tasks.artifacts import escaped
from tasks.question import BROKEN, Question

PASTE = (
    "If the browser is on another machine than Casbah, the page that it ends on cannot be reached:"
    " paste its whole address"
)
SHOWN = "Consent of {connection}"


def described(question: Question, note: str = "") -> str:
    """What the administrator is to do, as Markdown; begins with a `note`."""
    link = question.consent.link.translate({ord(c): f"%{ord(c):02X}" for c in "()<>\\"})
    follow = (
        f"Follow [this link to {question.app}]({link}) as an administrator, and choose **Allow**."
    )
    if question.desk is None:
        return "\n\n".join(filter(None, (note, follow + " Paste the code that it shows here.")))
    by_itself = "This run goes on by itself: there is nothing to type here."
    return "\n\n".join(
        filter(None, (note, f"{follow} {by_itself}", f"{PASTE}, or the code, here."))
    )


@asynccontextmanager
async def shown(question: Question) -> AsyncIterator[None]:
    """Show the link as an artifact, and in its place in the end what came of it."""
    name = question.connection
    told = described(question).replace("here.", "into **Resume**, in this run's menu.")
    artifact = await acreate_markdown_artifact(told, f"consent-{name}", f"Consent to {name}")
    outcome = BROKEN
    try:
        yield
        outcome = question.done
    except ConnectorError as error:
        outcome = str(error)
        raise
    finally:
        await _replace(artifact, outcome)


async def _replace(artifact: UUID, outcome: str) -> None:
    now = datetime.now(UTC)
    async with get_client() as client:
        told = f"{escaped(outcome)}\n\n{now:%Y-%m-%d %H:%M} UTC"
        await client.update_artifact(artifact, ArtifactUpdate(data=told))
