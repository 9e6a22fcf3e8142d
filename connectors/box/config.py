"""Box's own file for an app that signs in by itself: what the developer console lets one download.

developer.box.com/guides/authentication/jwt/jwt-setup: client ID and secret, the enterprise, and
the private key with Box's name for its public half.
"""

from __future__ import annotations

import msgspec

from connectors.box.refusals import DEVELOPER_CONSOLE
from connectors.decoders import decoder
from connectors.errors import NeedsPerson


class _Key(msgspec.Struct):
    key_id: str = msgspec.field(default="", name="publicKeyID")
    private_key: str = msgspec.field(default="", name="privateKey")
    passphrase: str = ""


class _App(msgspec.Struct):
    client_id: str = msgspec.field(name="clientID")
    client_secret: str = msgspec.field(default="", name="clientSecret")
    key: _Key = msgspec.field(default_factory=_Key, name="appAuth")


class _Config(msgspec.Struct):
    app: _App = msgspec.field(name="boxAppSettings")
    enterprise_id: str = msgspec.field(default="", name="enterpriseID")


def read(text: bytes) -> dict[str, str]:
    """The fields of `Credentials` that the file tells, by name.

    Raises:
        NeedsPerson: it is no such file.
    """
    try:
        config = decoder(_Config).decode(text)
    except msgspec.DecodeError as error:
        raise NeedsPerson(
            f"This is no configuration of a Box app ({error}).",
            f"Download it as JSON from the app's Configuration tab at {DEVELOPER_CONSOLE}.",
        ) from None
    key = config.app.key
    told = {
        "client_id": config.app.client_id,
        "client_secret": config.app.client_secret,
        "enterprise_id": config.enterprise_id,
        "key_id": key.key_id,
        "private_key": key.private_key,
        "passphrase": key.passphrase,
        "auth": "jwt" if key.private_key else "ccg",
    }
    return {name: value for name, value in told.items() if value}
