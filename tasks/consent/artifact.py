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
from tasks.consent.question import BROKEN, Question
from tasks.showing.artifacts import escaped

ELSEWHERE = (
    "Only if the browser is on another machine than Casbah, and cannot show the page on which it"
    " ends: paste that page's whole address, or the code, {place}."
)


def described(question: Question, place: str = "here", note: str = "") -> str:
    """What the administrator is to do, and in what place to paste, as Markdown; after a `note`."""
    who = f"**{escaped(question.administrator)}**" if question.administrator else "an administrator"
    follow = f"Follow {_link(question)} as {who}, and choose **Allow**."
    if question.desk is None:
        return "\n\n".join(filter(None, (note, follow, f"Then paste the code {place}.")))
    follow += " This run goes on by itself: there is nothing to type."
    return "\n\n".join(filter(None, (note, follow, ELSEWHERE.format(place=place))))


def _link(question: Question) -> str:
    address = question.consent.link.translate({ord(c): f"%{ord(c):02X}" for c in "()<>\\"})
    return f"[this link to {question.app}]({address})"


@asynccontextmanager
async def shown(question: Question) -> AsyncIterator[None]:
    """Show the link as an artifact, and in its place in the end what came of it."""
    told = described(question, "into *Resume*, in this run's menu")
    # Of the description the UI shows the first 38 letters of each line, on the artifact's card.
    brief = f"Follow {_link(question)}, and **Allow**."
    artifact = await acreate_markdown_artifact(told, f"consent-{question.connection}", brief)
    outcome = BROKEN
    try:
        yield
        outcome = f"{question.app} is connected: {question.done}"
    except ConnectorError as error:
        outcome = str(error)
        raise
    finally:
        await _replace(artifact, f"{escaped(outcome)} ({datetime.now(UTC):%Y-%m-%d %H:%M} UTC)")


async def _replace(artifact: UUID, told: str) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=told, description=told))
