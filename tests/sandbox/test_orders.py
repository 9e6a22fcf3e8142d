"""Changes made to order, and those that happen while somebody walks."""

import pytest

from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

APPS = ("dropbox", "box")


def a_file(client: Client, app: str) -> str:
    """The id of a file of somebody active."""
    rows = client.inventory("items", app)
    found: str = next(r["item_id"] for r in rows if r["item_kind"] == "file" and r["enterable"])
    return found


@pytest.mark.parametrize("app", APPS)
def test_an_ordered_change_is_in_the_log(own: Client, app: str) -> None:
    """Its event names the item, is visible at once with a delay of 0, and later otherwise."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    file, before = a_file(own, app), len(own.truth(app))
    told = own.happen("edit", file, app=app, delay=0)
    assert told["visible_at"].startswith("2026-11-02T09:05:00")
    after = own.truth(app)
    assert len(after) == before + 1
    kind = {"dropbox": "file_edit", "box": "EDIT"}[app]
    assert kind in {
        row["native_type"] for row in after if row["event_time"] >= told["visible_at"][:19]
    }
    assert file in str(told["event"])
    late = own.happen("rename", file, app=app, delay=30)
    assert late["visible_at"].startswith("2026-11-02T09:05:30")
    assert len(own.truth(app)) == before + 1
    own.happen("preview", file, app=app)
    own.clock(advance_seconds=60)
    seen = [row["native_type"] for row in own.truth(app)]
    assert {"dropbox": "file_rename", "box": "RENAME"}[app] in seen


@pytest.mark.parametrize("app", APPS)
def test_what_cannot_be_ordered_is_said(own: Client, app: str) -> None:
    """An unknown verb is answered with those there are, an unknown item or a wrong one too."""
    own.clock(pause=True)
    file = a_file(own, app)
    for verb, item, words in (
        ("paint", file, "link_create"),
        ("edit", "id:nothing", "no item"),
        ("restore", file, "not deleted"),
        ("invite", file, "shared folders"),
    ):
        refused = own.http.post("/happen", json={"app": app, "verb": verb, "item_id": item})
        assert refused.status_code == 400
        assert words in refused.json()["error"]
    own.happen("delete", file, app=app)
    gone = own.http.post("/happen", json={"app": app, "verb": "edit", "item_id": file})
    assert "deleted" in gone.json()["error"]
    assert own.http.post("/happen", json={"app": "none"}).status_code == 400


@pytest.mark.parametrize("app", APPS)
def test_orders_are_remembered(tmp_path_factory: pytest.TempPathFactory, app: str) -> None:
    """A sandbox with a home tells the same truth after a restart, orders included."""
    home, size = tmp_path_factory.mktemp("home"), Size(members=12, days=3, events=300)
    truths = []
    for turn in range(2):
        with running(size, home=home) as sandbox:
            client = Client(sandbox.url)
            client.clock(pause=True)
            if turn == 0:
                for verb in ("edit", "move", "delete"):
                    client.happen(verb, a_file(client, app), app=app)
                client.faults(big_folder={"count": 30})
            truths.append((client.truth(app), client.inventory("items", app)))
    assert truths[0] == truths[1]


@pytest.mark.parametrize("app", APPS)
def test_things_move_and_vanish_while_somebody_walks(own: Client, app: str) -> None:
    """Each request that lists a folder may delete or move a file, with an event in the log."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    own.sign_in(app=app)
    admin = own.member_id("Team admin") if app == "dropbox" else ""
    before, told = own.inventory("items", app), len(own.truth(app))
    own.faults(
        trash_while_walking={"share": 1, "times": 7}, move_while_walking={"share": 1, "times": 5}
    )
    for _ in range(9):
        if app == "dropbox":
            own.call("files/list_folder", {"path": ""}, Select_Admin=admin).raise_for_status()
        else:
            own.get("folders/0/items").raise_for_status()
    after = {row["item_id"]: row for row in own.inventory("items", app)}
    gone = [row for row in before if row["item_id"] not in after]
    kept = [row for row in before if row["item_id"] in after]
    assert len(gone) == 7
    assert any(after[row["item_id"]]["parent_id"] != row["parent_id"] for row in kept)
    own.clock(advance_seconds=30)
    assert len(own.truth(app)) >= told + 12
    own.clock(quiet=True)
    own.faults(trash_while_walking={"share": 1})
    still = own.inventory("items", app)
    own.call("files/list_folder", {"path": ""}, Select_Admin=admin)
    own.get("folders/0/items")
    assert own.inventory("items", app) == still
