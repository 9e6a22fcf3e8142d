"""What happens to a connection, told to Prefect: automations, webhooks and people listen there.

Every event is about the resource `casbah.connection.<name>`. Its payload has the sentence, the
remedy where there is one, the app, and never a secret.

    casbah.<verb>.completed       a run of sync, scan, backfill, test, ... did what it should
    casbah.<verb>.failed          it did not
    casbah.connection.<word>      how the connection is has changed:
        needs-person              nothing will go right until a person acts
        role-changed              the same, for the administrator who consented has lost the role
        revoked                   the same, for the grant is gone
        throttled                 the app asks us to slow down; it passes by itself
        failing                   something else that may pass by itself
        quiet                     no events for longer than its own rhythm explains
        recovered                 all is well again
        disconnected              a person has ended it
"""

from __future__ import annotations

from typing import Any

from prefect.events import emit_event

from blocks.register import Change, Connection

WORDS = {"role": "role-changed", "revoked": "revoked", "throttled": "throttled"}


def tell_failure(verb: str, change: Change) -> None:
    """Tell that a run failed; and of the connection, if it is another trouble than before."""
    before, after = change
    about = {"sentence": after.last_error or "", "remedy": after.remedy or "", "verb": verb}
    tell(f"casbah.{verb}.failed", after, **about)
    trouble = (after.state, after.reason, after.failed)
    if trouble != (before.state, before.reason, before.failed):
        general = "needs-person" if after.state == "needs_person" else "failing"
        tell(f"casbah.connection.{WORDS.get(after.reason or '', general)}", after, **about)


def tell_success(verb: str, change: Change) -> None:
    """Tell that a run went well; and of the connection, if that mended it."""
    before, after = change
    tell(f"casbah.{verb}.completed", after, verb=verb, sentence=f"{verb} of {after.name} went well")
    if before.state != "connected" and after.state == "connected":
        sentence = f"{verb} works again, after: {before.last_error or ''}"
        tell("casbah.connection.recovered", after, verb=verb, sentence=sentence)


def tell_disconnected(change: Change) -> None:
    """Tell that a person has ended the connection."""
    if change.before.state != change.after.state:
        sentence = "It was disconnected; what has landed stays."
        tell("casbah.connection.disconnected", change.after, sentence=sentence)


def tell(event: str, about: Connection, **payload: Any) -> None:
    """Tell an event of a connection."""
    emit_event(
        event,
        resource={
            "prefect.resource.id": f"casbah.connection.{about.name}",
            "prefect.resource.name": about.name,
            "casbah.app": about.app,
        },
        payload={"connection": about.name, "app": about.app, **payload},
    )
