"""The parameters of flows, as Prefect reads them from their functions."""

from __future__ import annotations

import pytest
from prefect import Flow

from flows.deployments import GENERAL, OF_CONNECTION, Work


@pytest.mark.parametrize("work", [*GENERAL, *OF_CONNECTION], ids=lambda work: work.verb)
def test_every_flow_takes_its_parameters(work: Work) -> None:
    """A name in an annotation that Prefect cannot find would fail each run before it begins."""
    flow: Flow[..., object] = work.flow
    required = dict.fromkeys(flow.parameters.required or (), "acme")
    assert required.keys() <= {"connection"}
    taken = flow.validate_parameters({**defaults(flow), **required})
    assert required.items() <= taken.items()


def defaults(flow: Flow[..., object]) -> dict[str, object]:
    return {
        name: schema["default"]
        for name, schema in flow.parameters.properties.items()
        if "default" in schema
    }
