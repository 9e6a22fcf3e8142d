"""The made-up company of `casbah up --sandbox`: its apps as blocks, ready to be connected."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from blocks import register
from blocks.custody import load_block, save_block
from blocks.registry import block_for
from connectors.contract import Credentials
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens
from flows.stand_in import APPS, connection_name
from sandbox.company import Size


def introduce(size: Size, url: str) -> list[str]:
    """See that each app of the company that answers at `url` has a block; their names."""
    return [_see_to(app, connection_name(app, size), url) for app in APPS]


def _see_to(app: str, name: str, url: str) -> str:
    kind = block_for(app)
    try:
        block = load_block(name, kind)
    except NeedsPerson:
        key, secret = APPS[app]
        credentials = Credentials(app, name, key, secret, url)
        save_block(name, kind.of(credentials, Tokens(None, None, None)))
        return name
    if block.base_url != url:  # its port was taken this time
        save_block(name, block.model_copy(update={"base_url": url}), keep_tokens=True)
        with suppress(NeedsPerson):
            register.remember(replace(register.connection(name), base_url=url))
    return name
