"""Prefect's own standards for blocks, for each of ours."""

from __future__ import annotations

import pytest
from prefect.blocks.core import Block
from prefect.testing.standard_test_suites import BlockStandardTestSuite
from prefect.utilities.dispatch import get_registry_for_type

from blocks.registry import CONNECTIONS, EventLake, block_for


@pytest.mark.usefixtures("home")
class TestOurBlocks(BlockStandardTestSuite):
    """Descriptions, an example that loads, a place to read on, a picture."""

    @pytest.fixture(params=[*CONNECTIONS.values(), EventLake], ids=lambda block: block.__name__)
    def block(self, request: pytest.FixtureRequest) -> type[Block]:
        return request.param


@pytest.mark.parametrize("block", CONNECTIONS.values())
def test_a_connection_keeps_its_secrets_as_secrets(block: type[Block]) -> None:
    """What opens an account is masked in the UI, in the API's answers and in a printed block."""
    secrets = {"client_secret", "refresh_token", "access_token"}
    assert secrets <= set(block.model_json_schema()["secret_fields"])
    assert "opensesame" not in repr(block(client_id="key", **dict.fromkeys(secrets, "opensesame")))


def test_only_blocks_that_people_fill_in_are_offered() -> None:
    """What our blocks have in common is no block type of its own in the UI."""
    offered = get_registry_for_type(Block)
    ours = {slug for slug, kind in offered.items() if kind.__module__.startswith("blocks.")}
    assert ours == {block.get_block_type_slug() for block in (*CONNECTIONS.values(), EventLake)}


def test_an_unknown_app_is_named_with_those_there_are() -> None:
    """The message for a mistyped app lists what could have been meant."""
    with pytest.raises(LookupError, match=r"no app 'dorpbox'; there are: .*dropbox"):
        block_for("dorpbox")
