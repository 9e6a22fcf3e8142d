"""What `casbah connect` was told, as the credentials of one connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from blocks.data_centers import client_id_of
from blocks.register import connections
from connectors.box.config import read
from connectors.contract import Credentials

OF_BOX = {
    "auth": "--auth",
    "enterprise_id": "--enterprise-id",
    "config": "--config",
    "data_center": "--data-center",
}


def told(
    app: str,
    name: str,
    *,
    client_id: str | None,
    client_secret: str | None,
    refresh_token: str | None,
    base_url: str | None,
    config: Path | None,
    **of_box: str | None,
) -> Credentials | None:
    """The app to sign in with; None when all that the connection has serves again.

    Raises:
        BadParameter: what was told does not go together.
        NeedsPerson: the file, the address or the data centre is not right.
    """
    given: dict[str, Any] = {key: str(value) for key, value in of_box.items() if value}
    if config:
        given = read(config.read_bytes()) | given
    _refuse_what_is_odd(app, given, config, refresh_token)
    known = name in {each.name for each in connections()}
    anew = given or refresh_token or base_url or not known
    if client_id:
        given["client_id"] = client_id
    elif anew and "client_id" not in given:
        given["client_id"] = _client_id(given.get("data_center"))
    if "client_id" not in given:
        return None
    if client_secret:
        given["client_secret"] = client_secret
    return Credentials(app=app, connection=name, base_url=base_url, **given)


def _client_id(data_center: str | None) -> str:
    if data_center:
        return client_id_of(data_center)
    asked: str = typer.prompt("App key", err=True)
    return asked


def _refuse_what_is_odd(
    app: str, given: dict[str, Any], config: Path | None, refresh_token: str | None
) -> None:
    auth = given.get("auth", "oauth")
    if app != "box" and (given or config):
        raise typer.BadParameter(f"{', '.join(OF_BOX.values())} are for box only.")
    if auth == "jwt" and "private_key" not in given:
        raise typer.BadParameter("--auth jwt needs the app's private key: give --config FILE.")
    if auth == "ccg" and "enterprise_id" not in given:
        raise typer.BadParameter("--auth ccg needs --enterprise-id ID, or --config FILE.")
    if auth != "oauth" and refresh_token:
        raise typer.BadParameter(f"--auth {auth} has no refresh token.")
