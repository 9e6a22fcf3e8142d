"""What `casbah forget` would delete, said before it does, and asked for once more."""

from __future__ import annotations

from connectors.errors import NeedsPerson
from flows.command.terminal import note
from tasks.stake import at_stake, in_words


def make_sure(connection: str, yes: bool) -> None:
    """Say what would be deleted, and have a person type the name, unless they said `--yes`.

    Raises:
        NeedsPerson: they did not.
    """
    stake = at_stake(connection)
    note(f"This deletes for ever what there is of {connection}: {in_words(stake)}.")
    if yes:
        return
    note("Type its name to have it deleted:")
    try:
        typed = input()
    except EOFError:
        typed = ""
    if typed.strip() != connection:
        raise NeedsPerson(
            "Nothing was deleted: that was not the name.",
            f"Type {connection} when you are asked, or say --yes.",
        )
