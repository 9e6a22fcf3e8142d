"""Whatever JSON may bring: the connector's fast rule for ids beside the sandbox's slow one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Page
from connectors.dropbox.rows import rows
from sandbox.dropbox import facts

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def ids(*raws: bytes) -> list[str]:
    """What the connector calls these events."""
    return rows([Page(raws, "", False, NOW)])["event_id"].to_pylist()


def written(event: object) -> bytes:
    return json.dumps(event).encode()


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


WORD = st.text(st.characters(), max_size=8)  # lone surrogates, NUL and all
NUMBER = st.integers() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False)
LEAF = st.none() | st.booleans() | NUMBER | WORD
KEY = (
    st.sampled_from([*sorted(facts.IDS | facts.WORDS), ".tag", "user", "path", "session_id"]) | WORD
)
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
    assert ids(*raws) == [facts.base_id(raw) for raw in raws]
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
    assert ids(*raws) == [facts.base_id(raw) for raw in raws]
    assert len(raws) > 500
