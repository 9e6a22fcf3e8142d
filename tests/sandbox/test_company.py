"""The made-up company looks like one, and is the same whenever it is built."""

import ipaddress
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from sandbox.cast import MEMBER, OUTSIDER, SHARED, STRANGER
from sandbox.company import Size
from sandbox.founding import founded
from sandbox.happenings import HAPPENING, Happenings
from sandbox.names import OFFICES
from sandbox.verbs import VERBS, Chosen
from sandbox.world import World

COMPANY = founded(Size(members=60))
BORN = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())  # a Monday
START = BORN - 28 * 86_400  # so is that


def test_a_seed_builds_one_company() -> None:
    """Seed and members make the company; another seed makes another."""
    assert founded(Size(members=60)) == COMPANY
    assert founded(Size(seed=8, members=60)).people != COMPANY.people


def test_ids_and_addresses_belong_to_one_person() -> None:
    """Nobody shares an e-mail address or an id; account ids have 40 characters."""
    people = COMPANY.people
    assert len({p.email for p in people}) == len(people)
    accounts = [p.account_id for p in people if p.account_id]
    assert len(set(accounts)) == len(accounts)
    assert {len(account) for account in accounts} == {40}
    assert all((p.member_id is not None) == (p.kind == MEMBER) for p in people)
    assert all((p.account_id is None) == (p.kind == STRANGER) for p in people)
    assert len({n.id for n in COMPANY.namespaces}) == len(COMPANY.namespaces)
    assert all(n.id.isdecimal() for n in COMPANY.namespaces)


def test_addresses_are_nobodys() -> None:
    """Every address is set aside for examples, carriers or tests, and means one place."""
    ips = [ipaddress.ip_address(place.ip) for place in COMPANY.places]
    assert not any(ip.is_global for ip in ips)
    assert len(set(ips)) == len(ips)
    assert {ip.version for ip in ips} == {4, 6}


def test_people_live_somewhere() -> None:
    """Offices are shared by their members, some couples share a home, some guests come in."""
    members = COMPANY.people[:60]
    assert {p.desk for p in members} == set(COMPANY.offices)
    assert 2 in Counter(p.home for p in members).values()
    assert any(p.guest for p in COMPANY.people if p.kind == OUTSIDER)
    assert any(p.guest for p in COMPANY.people if p.kind == STRANGER)


def test_members_have_roles_and_fates() -> None:
    """The first two are team admins; some were removed, suspended or only invited."""
    assert [p.role for p in COMPANY.people[:5]] == [
        "team_admin",
        "team_admin",
        "user_management_admin",
        "support_admin",
        "member_only",
    ]
    assert {p.status for p in COMPANY.people} == {"active", "invited", "removed", "suspended"}


@pytest.mark.parametrize("members", [8, 9, 20, 400])
def test_outsiders_come_in_through_shared_folders(members: int) -> None:
    """Every outsider with an account is in a shared folder, whatever the company's size."""
    company = founded(Size(seed=3, members=members))
    inside = {p for n in company.namespaces if n.kind == SHARED for p in n.people}
    assert {p.index for p in company.people if p.kind == OUTSIDER} <= inside


def test_a_company_needs_people_and_a_log_needs_days() -> None:
    """Sizes that cannot be are refused with a sentence."""
    with pytest.raises(ValueError, match="at least 8 members, not 7"):
        founded(Size(members=7))
    with pytest.raises(ValueError, match="above zero"):
        Size(days=0)


def test_a_company_has_as_many_files_as_asked_for() -> None:
    """About that many files lie about twenty to a folder; the people stay who they are."""
    large = founded(Size(members=60, files=20_000))
    assert large.people == COMPANY.people
    world = World(large, START)
    assert len(world.shelf) == pytest.approx(20_000, rel=0.01)
    folders = sum(len(namespace.folders) for namespace in large.namespaces)
    assert len(world.shelf) / folders == pytest.approx(20, rel=0.2)
    with pytest.raises(ValueError, match="at least one file"):
        Size(members=60, files=59)


def test_work_is_done_in_working_hours() -> None:
    """Weekdays are busier than weekends, days than nights, and holidays are like Sundays."""
    happenings = Happenings(COMPANY, START, BORN)
    rates = happenings.weights(0, 28 * 1440).sum(axis=0)
    assert rates.mean() == pytest.approx(1.0, rel=0.05)
    days = rates.reshape(28, 1440)
    monday, sunday = days[0], days[6]
    assert monday.sum() > 5 * sunday.sum()
    assert monday[10 * 60] > 5 * monday[23 * 60]
    friday, christmas = (
        Happenings(COMPANY, START + day * 86_400, BORN).weights(0, 1440) for day in (74, 81)
    )
    assert 20 * christmas[0].sum() < 2 * friday[0].sum()


def test_people_are_where_they_may_be() -> None:
    """A draw puts members to office, home, hotel and carrier; carriers hide many people."""
    happenings = Happenings(COMPANY, START, BORN)
    minutes = np.sort(np.random.default_rng(1).integers(0, 5 * 1440, 20_000))
    rows = happenings.draw(minutes, np.random.default_rng(2))
    assert rows.dtype == HAPPENING
    assert (np.diff(rows["at"].astype(np.int64)) >= 0).all()
    kinds = Counter(COMPANY.places[place].kind for place in rows["place"].tolist())
    assert {"office", "home", "carrier", "hotel", "firm", "cloud"} <= set(kinds)
    for who, place in zip(rows["who"].tolist(), rows["place"].tolist(), strict=True):
        city = COMPANY.places[place].city
        if who >= 0 and COMPANY.places[place].kind in {"office", "home", "carrier"}:
            assert city == OFFICES[COMPANY.people[who].office]
    carried: dict[int, set[int]] = {}
    for who, place in zip(rows["who"].tolist(), rows["place"].tolist(), strict=True):
        if COMPANY.places[place].kind == "carrier":
            carried.setdefault(place, set()).add(who)
    assert any(
        any(who < 60 for who in people) and any(who >= 60 for who in people)
        for people in carried.values()
    )


def test_the_world_has_a_method_for_every_verb() -> None:
    """Each verb can be done, by somebody with much and by somebody with nothing in reach."""
    world = World(COMPANY, START)
    for who in (0, 60, 100):
        rows = np.zeros(len(VERBS), HAPPENING)
        rows["verb"], rows["who"], rows["at"] = np.arange(len(VERBS)), who, START
        rows["other"] = -1
        world.apply(rows)
        assert set(Chosen._fields) < set(HAPPENING.names or ())
