"""The vocabulary that every app shares: complete, in one order, each word with one meaning."""

import csv
import re
from collections import defaultdict
from importlib.resources import files

import pytest
from box_sdk_gen.schemas.event import EventEventTypeField
from dropbox import team_log

from connectors import APPS
from connectors.activities import CATEGORIES, UNKNOWN, Activity, load

HEADER = "native_type,activity,label,category,modifies_item,ocsf_class,ocsf_activity"

# class_uid: its activity_ids, without 0 Unknown, which no row may use. OCSF 1.8.0,
# https://schema.ocsf.io/1.8.0/classes
OCSF = {
    2004: {1, 2, 3, 99},  # Detection Finding
    3001: {*range(1, 13), 99},  # Account Change
    3002: {*range(1, 8), 99},  # Authentication
    3004: {*range(1, 14), 99},  # Entity Management
    3005: {1, 2, 99},  # User Access Management
    3006: {*range(1, 9), 99},  # Group Management
    6001: {*range(1, 9), 99},  # Web Resources Activity
    6002: {*range(1, 9), 99},  # Application Lifecycle
    6003: {1, 2, 3, 4, 99},  # API Activity
    6006: {*range(1, 18), 99},  # File Hosting Activity
}

# The types that each app's official SDK names.
NAMED = {
    "dropbox EventTypeArg": set(team_log.EventTypeArg._tagmap) - {"other"},
    "dropbox EventType": set(team_log.EventType._tagmap) - {"other"},
    "box EventEventTypeField": {each.value for each in EventEventTypeField},
}

# Words of a label that are written with a capital wherever they stand.
NAMES = "AI Apple Capture Dash Google ID IP Microsoft Office Paper Replay Smart Stack Sync URL"


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest) -> str:
    """Each app's name."""
    return str(request.param)


@pytest.fixture
def lines(app: str) -> list[dict[str, str]]:
    table = files(APPS[app].partition(":")[0]).joinpath("activities.csv")
    text = table.read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADER
    assert '"' not in text, "a plain table: no value needs quotes"
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def entries() -> set[Activity]:
    """The vocabulary of all apps together."""
    return {entry for app in APPS for entry in load(app).values()}


@pytest.mark.parametrize("named", NAMED)
def test_every_type_the_vendor_names(named: str) -> None:
    """The table holds each type of the official SDK, and no other."""
    assert load(named.split(maxsplit=1)[0]).keys() == NAMED[named]


def test_no_type_stands_twice(lines: list[dict[str, str]]) -> None:
    """Each type has one line."""
    assert len({line["native_type"] for line in lines}) == len(lines)


def test_every_line_is_complete(lines: list[dict[str, str]]) -> None:
    """No line leaves a column empty, has one too many, or falls back to unknown."""
    for line in lines:
        assert None not in line, line
        assert all(value and value == value.strip() for value in line.values()), line
        assert line["modifies_item"] in {"true", "false"}, line
        assert "unknown" not in line["activity"], line


def test_order_is_stable(lines: list[dict[str, str]]) -> None:
    """Lines stand by category, then native type, so that a change shows as one line."""
    assert lines == sorted(lines, key=lambda line: (line["category"], line["native_type"]))


def test_one_meaning_per_activity(entries: set[Activity]) -> None:
    """Types of one activity agree in all else, in all apps; no two activities share a label."""
    by_label = defaultdict(set)
    for entry in entries:
        by_label[entry.label.casefold()].add(entry.activity)
    assert len({entry.activity for entry in entries}) == len(entries)
    assert [names for names in by_label.values() if len(names) > 1] == []


def test_the_apps_share_their_words() -> None:
    """What can be done in both apps is called the same in both."""
    dropbox, box = ({entry.activity for entry in load(app).values()} for app in ("dropbox", "box"))
    assert len(dropbox & box) > 50


def test_names_read_well(entries: set[Activity]) -> None:
    """Activities are snake_case, labels are plain words in sentence case."""
    for entry in entries:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", entry.activity), entry
        assert re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)?( [A-Za-z]+(-[a-z]+)*)+", entry.label), entry
        capitals = {word for word in entry.label.split()[1:] if word != word.lower()}
        assert capitals <= set(NAMES.split()), entry


def test_no_words_of_the_vendor_for_shared_things(entries: set[Activity]) -> None:
    """No vendor's own name stands in any activity or label."""
    for entry in entries:
        words = re.split(r"[_ ]", f"{entry.activity} {entry.label}".lower())
        assert APPS.keys().isdisjoint(words), entry


def test_categories_are_the_listed_ones(entries: set[Activity]) -> None:
    """Each category is one that the vocabulary explains, and each explained one is used."""
    assert {entry.category for entry in entries} == set(CATEGORIES)


def test_ocsf_pairs_are_valid(entries: set[Activity]) -> None:
    """Each class and activity exists in OCSF 1.8, and none is Unknown."""
    for entry in entries:
        assert entry.ocsf_activity in OCSF[entry.ocsf_class], entry


def test_a_failure_is_a_failed_attempt(entries: set[Activity]) -> None:
    """fail_x has category and OCSF activity of x, which exists, and modifies nothing."""
    by_name = {entry.activity: entry for entry in entries}
    failures = [entry for name, entry in by_name.items() if name.startswith("fail_")]
    assert len(failures) > 10
    for failure in failures:
        attempt = by_name[failure.activity.removeprefix("fail_")]
        assert failure.label == f"Fail to {attempt.label[0].lower()}{attempt.label[1:]}"
        assert (failure.category, failure.ocsf_class, failure.ocsf_activity) == (
            attempt.category,
            attempt.ocsf_class,
            attempt.ocsf_activity,
        )
        assert not failure.modifies_item


def test_reading_never_modifies(entries: set[Activity]) -> None:
    """No activity that OCSF calls download, preview, open, read or export modifies an item."""
    reading = {(6006, 2), (6006, 9), (6006, 14), (6001, 2), (6001, 7)}
    for entry in entries:
        if (entry.ocsf_class, entry.ocsf_activity) in reading:
            assert not entry.modifies_item, entry


def test_a_new_type_is_unknown() -> None:
    """A type that the table lacks has a fallback which no line of the table uses."""
    table = load("dropbox")
    assert table.get("a_type_of_next_year", UNKNOWN) is UNKNOWN
    assert Activity("unknown", "Unknown activity", "unknown", False, 0, 0) == UNKNOWN
    assert UNKNOWN.category not in CATEGORIES


def test_the_table_is_read_once_and_cannot_be_changed() -> None:
    """Every caller has the same table, and none can alter it for the others."""
    assert load("dropbox") is load("dropbox")
    with pytest.raises(TypeError):
        load("dropbox")["file_add"] = UNKNOWN  # type: ignore[index]


def test_an_app_without_a_table() -> None:
    """Asking for an app that does not exist is an error, not an empty vocabulary."""
    with pytest.raises(LookupError, match="nosuchapp"):
        load("nosuchapp")
