"""What the Prefect server does by itself when something happens: automations, made by `casbah up`.

Whoever creates a notification block called `casbah` (Slack, e-mail, a webhook, ...) hears of each;
without one, all that happens is a look at the health of every connection. What a person changed in
the UI stays; who wants none of one turns it off there, as a deleted one comes back.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.automations import AutomationCore, EventTrigger, Posture, ResourceSpecification
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import (
    ActionTypes,
    ChangeFlowRunState,
    DoNothing,
    RunDeployment,
    SendNotification,
)
from prefect.exceptions import ObjectNotFound

from flows.sweep import ATTEMPTS, GOES_ON

BLOCK = "casbah"
OURS = "casbah"  # the tag of an automation that is ours to keep up to date
SILENT = timedelta(seconds=90)  # three heartbeats
NO_SYNC = timedelta(minutes=30)
SETTLED = timedelta(seconds=10)  # a worker may report one crash twice

Labels = dict[str, str | list[str]]
CONNECTIONS: Labels = {"prefect.resource.id": "casbah.connection.*"}
FLOW_RUNS: Labels = {"prefect.resource.id": "prefect.flow-run.*"}
EACH = {"prefect.resource.id"}

# What a person reads; `event.payload` is that of `tasks.events`.
SUBJECT = "Casbah: {{ event.resource.name }}: {{ event.event.split('.')[-1] }}"
BODY = (
    "{{ event.resource.name }} ({{ event.payload.app }}): {{ event.payload.sentence }}"
    "{% if event.payload.remedy %}\n\nWhat to do: {{ event.payload.remedy }}{% endif %}"
)
STALE_SUBJECT = "Casbah: {{ labels['prefect.resource.id'].split('.')[-1] }}: no sync"
STALE_BODY = (
    "{{ labels['prefect.resource.id'].split('.')[-1] }}: no sync has succeeded in 30 minutes.\n\n"
    "What to do: see its runs in the Prefect UI, whether its schedule is paused, and the artifact"
    " health."
)


async def automate() -> None:
    """See that the server has our automations, and that they tell whom a person has named."""
    async with get_client() as client:
        look = await _look(client)
        block = await _block(client)
        for rule in (*_told(look, block), *_mending()):
            await _see_to(client, rule)


def _told(look: ActionTypes, block: UUID | None) -> list[AutomationCore]:
    """What people want to hear of."""

    def heard(name: str, about: str, *events: str) -> AutomationCore:
        trigger = EventTrigger(
            expect={f"casbah.connection.{event}" for event in events},
            match=ResourceSpecification(CONNECTIONS),
            posture=Posture.Reactive,
            threshold=1,
        )
        actions = [look, *_notification(block, SUBJECT, BODY)]
        return AutomationCore(name=name, description=about, trigger=trigger, actions=actions)

    stale = EventTrigger(
        after={"casbah.sync.completed"},
        # One that a person has disconnected is expected to do nothing more.
        expect={"casbah.sync.completed", "casbah.connection.disconnected"},
        match=ResourceSpecification(CONNECTIONS),
        for_each=EACH,
        posture=Posture.Proactive,
        threshold=1,
        within=NO_SYNC,
    )
    return [
        heard("Casbah: work began to fail", "A sync, scan or other work failed.", "failing"),
        heard("Casbah: a person is needed", "Nothing goes right until then.", "needs-person"),
        heard("Casbah: a role changed", "An administrator lost the role.", "role-changed"),
        heard("Casbah: a grant was revoked", "A connection was cut at the vendor.", "revoked"),
        heard("Casbah: quiet", "No events for longer than its own rhythm explains.", "quiet"),
        heard("Casbah: recovered", "All is well again.", "recovered"),
        AutomationCore(
            name="Casbah: no sync in 30 minutes",
            description="No sync of a connection has succeeded for that long.",
            trigger=stale,
            actions=[look, *_notification(block, STALE_SUBJECT, STALE_BODY)],
        ),
    ]


def _mending() -> list[AutomationCore]:
    """What the server does about runs that died."""
    zombies = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},  # any other state it gets ends the wait
        match=ResourceSpecification(FLOW_RUNS),
        for_each=EACH,
        posture=Posture.Proactive,
        threshold=1,
        within=SILENT,
    )
    runs = [str(count) for count in range(ATTEMPTS)]
    crashed = EventTrigger(
        after={"prefect.flow-run.Crashed"},
        expect={"prefect.flow-run.*"},
        match=ResourceSpecification({**FLOW_RUNS, "prefect.run-count": runs}),
        for_each=EACH,
        match_related=[
            ResourceSpecification(
                {"prefect.resource.role": "flow", "prefect.resource.name": list(GOES_ON)}
            ),
            # A run that a deployment began; a part of another run is begun again by that one.
            ResourceSpecification({"prefect.resource.role": "deployment"}),
        ],
        posture=Posture.Proactive,
        threshold=1,
        within=SETTLED,
    )
    gone = ChangeFlowRunState(
        state=StateType.CRASHED,
        name=None,
        force=False,
        message="Nothing was heard of its process for 90 s; the next run goes on where it stood.",
    )
    again = ChangeFlowRunState(
        state=StateType.SCHEDULED,
        name="AwaitingRetry",
        force=False,
        message="Its process had died; it goes on where it stood.",
    )
    return [
        AutomationCore(
            name="Casbah: a run of which nothing is heard",
            description="Its process or machine is gone: it becomes Crashed.",
            trigger=zombies,
            actions=[gone],
        ),
        AutomationCore(
            name="Casbah: a run that crashed goes on",
            description="Onboarding, backfill and scan begin again, twice at most.",
            trigger=crashed,
            actions=[again],
        ),
    ]


def _notification(block: UUID | None, subject: str, body: str) -> list[ActionTypes]:
    if block is None:
        return []
    return [SendNotification(block_document_id=block, subject=subject, body=body)]


async def _look(client: PrefectClient) -> ActionTypes:
    """Look at the health of all connections, if there is a deployment that does."""
    try:
        found = await client.read_deployment_by_name("health/health")
    except ObjectNotFound:
        return DoNothing()
    # Its defaults are those of its fields, which the type checker does not see.
    return RunDeployment.model_validate({"deployment_id": found.id})


async def _block(client: PrefectClient) -> UUID | None:
    """The notification block that a person called `casbah`, of whatever kind."""
    wanted = {
        "block_documents": {"name": {"any_": [BLOCK]}},
        "block_schemas": {"block_capabilities": {"all_": ["notify"]}},
        "include_secrets": False,
    }
    # Prefect's client has no filter for this call, and no types for one.
    answer = await client.request("POST", "/block_documents/filter", json=wanted)
    answer.raise_for_status()
    found = answer.json()
    return UUID(found[0]["id"]) if found else None


async def _see_to(client: PrefectClient, rule: AutomationCore) -> None:
    """Make the automation, or bring it up to date if nobody has changed it."""
    wanted = f"wanted:{_mark(rule)}"
    found = await client.read_automations_by_name(rule.name)
    if not found:
        id_, enabled = await client.create_automation(rule), True
    elif wanted in found[0].tags or f"made:{_mark(found[0])}" not in found[0].tags:
        return
    else:
        id_, enabled = found[0].id, found[0].enabled
        await client.update_automation(id_, rule)
    # The server completes what it is given: what it then has tells later whether somebody
    # changed it.
    made = await client.read_automation(id_)
    tags = [OURS, wanted, f"made:{_mark(made or rule)}"]
    await client.update_automation(id_, rule.model_copy(update={"tags": tags, "enabled": enabled}))


def _mark(rule: AutomationCore) -> str:
    """A short word for what the automation does, whether it is enabled or not."""
    does = rule.model_dump(mode="json", include={"description", "trigger", "actions"})
    return hashlib.sha256(json.dumps(_sorted(does), sort_keys=True).encode()).hexdigest()[:12]


def _sorted(value: Any) -> Any:
    """The value with its lists in order: those that were sets come in any."""
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=repr)
    return value
