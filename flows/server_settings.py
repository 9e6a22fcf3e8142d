"""What Prefect is told, as environment variables: by us, and by the server that we start.

Names and defaults: `prefect/settings/models` of Prefect 3.8.8. As shipped, a Prefect server asks
for no password, lets any web page call it, hands decrypted blocks to whoever asks, keeps their key
beside them and reports home; these settings close each of the five.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from blocks.files import write_whole
from blocks.logo import PATH as LOGO_PATH
from blocks.logo import SETTING as LOGOS

HOST = "127.0.0.1"
DATABASE = "prefect.db"
# What a person set for another server and would bend the settings below.
FOREIGN = ("PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_SERVER_API_BASE_PATH")


def client_settings(folder: Path, url: str, ui_url: str) -> dict[str, str]:
    """For a process that runs flows against the home's server."""
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": url,
        "PREFECT_API_AUTH_STRING": password(folder),
        "PREFECT_UI_URL": ui_url,
        LOGOS: f"{url.removesuffix('/api')}{LOGO_PATH}",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        # What flows log goes to the server; the terminal belongs to what our commands print.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": os.environ.get(
            "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL"
        ),
        "DO_NOT_TRACK": "1",
        # The home's server is of the same version as we are.
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        # What `uv` would do before each flow run, from the internet, where it is installed.
        "PREFECT_RUNNER_AUTO_INSTALL_DEPENDENCIES": "false",
        # How long a run may be dead before that is seen, should its machine be gone as well; the
        # automation that sees to it wants three of these in 90 s.
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        # A worker that asks every 10 s, as shipped, has a person wait 12 s for "run now"; with 2 s
        # it is 4 s, most of it the import of Prefect.
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        # How long before its time a run's process is started. A run that would overlap is dropped
        # at that moment already, so as long as the start takes and no longer.
        "PREFECT_WORKER_PREFETCH_SECONDS": "4",
        # httpx and websockets send even loopback through a proxy that the environment names.
        "no_proxy": f"{os.environ.get('no_proxy') or os.environ.get('NO_PROXY', '')},{HOST}",
    }


def server_settings(folder: Path, origin: str) -> dict[str, str]:
    """For the server that runs in `folder` and answers at `origin` (`http://host:port`)."""
    recorder = "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER"
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"{origin}/api",
        "PREFECT_API_AUTH_STRING": password(folder),
        "PREFECT_UI_URL": f"{origin}/v2",
        LOGOS: f"{origin}{LOGO_PATH}",
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": origin.rpartition(":")[2],
        "PREFECT_SERVER_API_AUTH_STRING": password(folder),
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": origin,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        # Relative to `folder`, where the server runs: a `?` in a path would end a URL's.
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{DATABASE}",
        "PREFECT_SERVER_ENCRYPTION_KEY": encryption_key(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
        # Prefect unpacks its UI into its own package otherwise.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(folder / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # How soon a schedule that a person has resumed or changed in the UI makes its first runs,
        # and how far ahead; as shipped, after a minute, and for an hour.
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "15",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT10M",
        # Runs of every minute fill a database: those that ended a month ago are deleted.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
        # One database write for each task run costs 58 ms of CPU, in batches 17 ms.
        f"{recorder}_READ_BATCH_SIZE": "100",
        f"{recorder}_BATCH_SIZE": "100",
        f"{recorder}_FLUSH_INTERVAL": "1",
    }


def password(folder: Path) -> str:
    """`user:password` of the home's server, thought up when there is none."""
    file = folder / "password"
    if not file.exists():
        write_whole(file, f"casbah:{secrets.token_urlsafe(24)}")
    return file.read_text()


def encryption_key(folder: Path) -> str:
    """The Fernet key of saved blocks, thought up while there is nothing yet for it to open.

    Raises:
        FileNotFoundError: the key is gone and the blocks that it opens are not.
    """
    file = folder / "encryption.key"
    if not file.exists() and not (folder / DATABASE).exists():
        write_whole(file, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return file.read_text()
