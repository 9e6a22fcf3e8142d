"""What a person meets in the forms of the Prefect UI."""

from __future__ import annotations

import pytest
from prefect.utilities.callables import parameter_schema

from blocks.account import ConnectedAccount
from blocks.forms import plain
from blocks.registry import CONNECTIONS
from flows.onboard import onboard


@pytest.mark.parametrize("kind", CONNECTIONS.values())
def test_a_block_is_a_form_without_choices_of_types(kind: type[ConnectedAccount]) -> None:
    """Each field is an input of one kind, and one that was left empty or emptied again is None."""
    properties = kind.model_json_schema()["properties"]
    assert [name for name, shown in properties.items() if "type" not in shown] == []
    assert properties["client_secret"]["format"] == "password"
    block = kind.model_validate({"client_id": "key", "client_secret": "", "base_url": ""})
    assert (block.client_secret, block.base_url) == (None, None)


def test_the_app_is_chosen_from_a_list() -> None:
    """What may stay empty is shown as what it is; a choice that has a meaning stays a choice."""
    properties = parameter_schema(onboard).model_dump()["properties"]
    plain(properties)
    assert properties["app"]["enum"] == ["dropbox", "box"]
    # The form sends a default, and Prefect refuses one that is not of the type.
    assert (properties["administrator"]["type"], "default" in properties["app"]) == (
        "string",
        False,
    )
    assert "anyOf" in properties["redirect_port"]
