"""The registry of our Box apps by data centre."""

from __future__ import annotations

import pytest

from blocks.data_centers import SETTING, DataCenter, client_id_of
from connectors.errors import NeedsPerson


@pytest.mark.parametrize(
    "told",
    ["US1=us-app, EU1=eu=app", ' {"US1": "us-app", "EU1": "eu=app"}', "EU1=eu=app,US1=us-app,"],
)
def test_a_data_centre_has_its_client_id(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs or a JSON object say the same."""
    monkeypatch.setenv(SETTING, told)
    assert (client_id_of("US1"), client_id_of(DataCenter.EU1)) == ("us-app", "eu=app")


@pytest.mark.parametrize("told", ["", "US1=us-app"])
def test_a_data_centre_without_one_is_told(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence names the data centre, the setting, and the way around it."""
    monkeypatch.setenv(SETTING, told)
    with pytest.raises(NeedsPerson) as caught:
        client_id_of("EU2")
    assert str(caught.value) == (
        "No client ID is set for data centre EU2. Set CASBAH_BOX_CLIENT_IDS, for example to"
        " US1=…,EU1=… or to a JSON object. Or give one with --client-id."
    )


@pytest.mark.parametrize("told", ["MOON=app", "{", "us-app", "[1]", '{"US1": 7}'])
def test_a_setting_that_cannot_be_read(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown data centre or half a setting is told, with how it should look."""
    monkeypatch.setenv(SETTING, told)
    with pytest.raises(NeedsPerson, match=r"CASBAH_BOX_CLIENT_IDS cannot be read\. Set "):
        client_id_of("US1")
