"""Which event is which: the connector's fast rule beside the sandbox's slow one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Page, Window
from connectors.dropbox import Dropbox
from connectors.dropbox.rows import rows
from sandbox import truth
from sandbox.client import Client

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
IDS = sorted(truth.IDS)
WORDS = sorted(truth.WORDS)
SAMPLE: dict[str, Any] = {
    "timestamp": "2026-11-01T12:00:00Z",
    "event_category": {".tag": "sharing"},
    "actor": {
        ".tag": "user",
        "user": {
            ".tag": "team_member",
            "account_id": "dbid:ann",
            "display_name": "Ann",
            "email": "ann@acme.example",
            "team_member_id": "dbmid:ann",
            "team": {"display_name": "Acme"},
        },
    },
    "origin": {
        "geo_location": {"city": "Bern", "country": "CH", "ip_address": "192.0.2.7"},
        "access_method": {".tag": "end_user", "end_user": {".tag": "web", "session_id": "s:1"}},
    },
    "involve_non_team_member": True,
    "context": {".tag": "team_member", "account_id": "dbid:bo", "email": "bo@acme.example"},
    "participants": [{".tag": "group", "group_id": "g:1", "display_name": "Law"}],
    "assets": [
        {
            ".tag": "file",
            "path": {"contextual": "/a.txt", "namespace_relative": {"ns_id": "1"}},
            "display_name": "a.txt",
            "file_id": "id:a",
            "file_size": 12,
        }
    ],
    "event_type": {".tag": "shared_content_view", "description": "Viewed"},
    "details": {
        ".tag": "shared_content_view_details",
        "shared_content_link": "https://x.example/s/1",
        "shared_content_owner": {".tag": "non_team_member", "account_id": "dbid:cy", "email": ""},
    },
}  # fmt: skip


def ids(*raws: bytes) -> list[str]:
    """What the connector calls these events."""
    return rows([Page(raws, "", False, NOW)])["event_id"].to_pylist()


def written(event: object) -> bytes:
    return json.dumps(event).encode()


def changed(path: str, value: object) -> bytes:
    """The sample with another value at a dotted path; None leaves the key out."""
    event = json.loads(json.dumps(SAMPLE))
    *way, last = path.split(".")
    part = event
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    part[last] = value
    if value is None:
        del part[last]
    return written(event)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


WORD = st.text(st.characters(), max_size=8)  # lone surrogates, NUL and all
NUMBER = st.integers() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False)
LEAF = st.none() | st.booleans() | NUMBER | WORD
KEY = st.sampled_from([*IDS, *WORDS, ".tag", "user", "path", "session_id"]) | WORD
ANY = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=4)
)


def having(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these keys (`tag` is `.tag`), now and then with strangers, too."""
    named = {{"tag": ".tag"}.get(key, key): value | ANY for key, value in parts.items()}
    stranger = st.just({}) | st.just({}) | st.dictionaries(KEY, ANY, max_size=2)
    return st.builds(lambda a, b: a | b, st.fixed_dictionaries({}, optional=named), stranger)


TEXT = st.none() | WORD
USER = having(
    tag=st.sampled_from(["team_member", "non_team_member", "trusted_non_team_member"]),
    account_id=TEXT, team_member_id=TEXT, display_name=TEXT, email=TEXT, member_external_id=TEXT,
    team=having(display_name=TEXT), trusted_non_team_member_type=having(tag=WORD),
)  # fmt: skip
APP = having(tag=WORD, app_id=TEXT, display_name=TEXT)
ACTOR = having(tag=WORD, user=USER, admin=USER, app=APP, reseller_name=TEXT, reseller_email=TEXT)
PLACE = having(ip_address=TEXT, city=TEXT, region=TEXT, country=TEXT)
SESSION = having(tag=WORD, session_id=TEXT)
ACCESS = having(tag=WORD, end_user=SESSION, session_id=TEXT, request_id=TEXT)
PATH = having(contextual=TEXT, namespace_relative=having(ns_id=TEXT, relative_path=TEXT))
ASSET = having(
    tag=WORD, path=PATH, display_name=TEXT, file_id=TEXT, file_size=NUMBER, file_count=NUMBER,
    doc_id=TEXT, doc_title=TEXT, folder_id=TEXT, folder_name=TEXT, showcase_id=TEXT,
    showcase_title=TEXT,
)  # fmt: skip
EVENT = having(
    timestamp=st.just("2026-11-01T12:00:00Z") | st.just(0), event_category=having(tag=WORD),
    actor=ACTOR, origin=having(geo_location=PLACE, access_method=ACCESS), context=USER,
    involve_non_team_member=st.booleans(), participants=st.lists(having(tag=WORD, user=USER)),
    assets=st.lists(ASSET, max_size=2), event_type=having(tag=WORD, description=WORD), details=ANY,
)  # fmt: skip


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(EVENT, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_both_rules_agree_on_whatever_json_brings(
    events: list[dict[str, Any]], chance: random.Random
) -> None:
    """Typed and untyped reading, and the sandbox's own, give any event one id, in any key order."""
    raws = [written(event) for event in events]
    assert ids(*raws) == [truth.base_id(raw) for raw in raws]
    assert ids(*(written(shuffled(event, chance)) for event in events)) == ids(*raws)


FULL_USER = {
    ".tag": "trusted_non_team_member", "account_id": "a", "team_member_id": "t", "email": "e",
    "display_name": "d", "member_external_id": "m", "team": {"display_name": "x"},
    "trusted_non_team_member_type": {".tag": "enterprise_admin"},
}  # fmt: skip
FULL = {
    "actor": {
        ".tag": "user", "user": FULL_USER, "admin": FULL_USER, "reseller_name": "r",
        "app": {".tag": "a", "app_id": "i", "display_name": "n"}, "reseller_email": "e",
    },
    "context": FULL_USER,
    "origin": {
        "geo_location": {"city": "c", "region": "r", "country": "o", "ip_address": "i"},
        "access_method": {
            ".tag": "end_user", "end_user": {".tag": "w", "session_id": "s"},
            "session_id": "s", "request_id": "q",
        },
    },
    "assets": [{
        ".tag": "f", "file_id": "i", "display_name": "n", "file_size": 1, "file_count": 2,
        "doc_id": "d", "doc_title": "t", "folder_id": "o", "folder_name": "m", "showcase_id": "s",
        "showcase_title": "c", "path": {
            "contextual": "p",
            "namespace_relative": {"ns_id": "1", "relative_path": "r", "is_shared_namespace": True},
        },
    }],
}  # fmt: skip


def thinner(value: Any) -> Iterator[Any]:
    """The value with any one thing left out, or alone with one other."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from ([*value[:at], thin, *value[at + 1 :]] for thin in thinner(item))
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({key: item, other: value[other]} for other in value)
            yield from (value | {key: thin} for thin in thinner(item))


def test_fast_and_slow_reading_agree_on_every_field() -> None:
    """Whichever fields the specification allows to be missing, the fast way reduces the rest."""
    raws = [written({part: thin}) for part, full in FULL.items() for thin in thinner(full)]
    assert ids(*raws) == [truth.base_id(raw) for raw in raws]
    assert len(raws) > 500


@pytest.mark.parametrize(
    "number",
    ["1.0", "-0", "-0.0", "1E5", "1e-7", "1e400", "12345678901234567890123", "0.1", "1e22"],
)
@pytest.mark.parametrize("place", ['"details":%s', '"assets":[{"file_size":%s}]'])
def test_both_rules_agree_on_numbers(place: str, number: str) -> None:
    """However a number is written, both rules read and write it alike."""
    raw = b"{%b}" % (place % number).encode()
    assert ids(raw) == [truth.base_id(raw)]


def test_both_rules_agree_on_a_whole_log(own: Client, connected: Callable[..., Dropbox]) -> None:
    """The ids of all events of a log with strange, hostile and twin events are those of truth."""
    own.clock(pause=True)
    own.faults(unknown_types={"count": 120}, hostile={"count": 120}, twins={"count": 30})
    team = connected(str(own.http.base_url))
    since = datetime(2026, 10, 1, tzinfo=UTC)
    pages = list(team.history(Window(since, datetime(2026, 12, 1, tzinfo=UTC))))
    read = team.rows(pages)
    told = [raw for page in pages for raw in page.events]
    assert read["event_id"].to_pylist() == [truth.base_id(raw) for raw in told]
    known = sorted(row["event_id"].split("-")[0] for row in own.truth())
    assert sorted(read["event_id"].to_pylist()) == known
    assert len(told) > 2_700
    assert any(b"\\ud800" in raw for raw in told)


@pytest.mark.parametrize(
    "again",
    [
        changed("actor.user.display_name", "Anna"),
        changed("actor.user.email", None),
        changed("actor.user.team", None),
        changed("actor.user.member_external_id", "7"),
        changed("risk", {"score": 1}),
        changed("origin.geo_location.city", "Basel"),
        changed("origin.geo_location.region", "BE"),
        changed("origin.geo_location.country", None),
        changed("context.email", "bob@acme.example"),
        changed("context.display_name", "Bob"),
        changed("participants.0.display_name", "Lawyers"),
        changed("participants.0.external_id", "x"),
        changed("assets.0.display_name", "b.txt"),
        changed("event_type.description", "Hat angesehen"),
        changed("details.shared_content_owner.email", None),
        json.dumps(SAMPLE, indent=3, ensure_ascii=False).encode(),
        written(shuffled(SAMPLE, random.Random(3))),  # noqa: S311 not a secret
        written(SAMPLE | {"next": None, "details": SAMPLE["details"] | {"none": None}}),
    ],
)
def test_another_rendering_is_the_same_event(again: bytes) -> None:
    """Names beside ids, places of an address, descriptions, order and space do not count."""
    assert ids(again) == ids(written(SAMPLE)) == [truth.base_id(again)]


@pytest.mark.parametrize(
    "other",
    [
        changed("timestamp", "2026-11-01T12:00:01Z"),
        changed("event_category", {".tag": "x"}),
        changed("event_type", {".tag": "shared_link_view"}),
        changed("actor.user.account_id", "dbid:al"),
        changed("actor.user.team_member_id", None),
        changed("origin.geo_location.ip_address", "192.0.2.8"),
        changed("origin.access_method.end_user.session_id", "dbwsid:2"),
        changed("involve_non_team_member", None),
        changed("context.account_id", "dbid:al"),
        changed("participants.0.group_id", "g:2"),
        changed("assets.0.file_id", "id:b"),
        changed("assets.0.file_size", 13),
        changed("assets.0.path.contextual", "/b.txt"),
        changed("details.shared_content_link", "https://x.example/s/2"),
        changed("details.shared_content_owner.account_id", None),
        changed("details.more", 1),
    ],
)
def test_another_event_has_another_id(other: bytes) -> None:
    """Time, types, ids, addresses, paths and details count."""
    assert ids(other) != ids(written(SAMPLE))
    assert ids(other) == [truth.base_id(other)]


def test_a_name_counts_where_no_id_stands() -> None:
    """Two people without an id are told apart by their names."""
    people = [{".tag": "non_team_member", "account_id": None, "email": e} for e in ("a@x", "b@x")]
    for place in ("context", "actor", "details"):
        events = [{place: {"user": one} if place == "actor" else one} for one in people]
        first, second = ids(*map(written, events))
        assert first != second
        assert [first, second] == [truth.base_id(written(event)) for event in events]
