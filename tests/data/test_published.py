"""The file `lake.duckdb`: the same face for any DuckDB, and in nobody's way."""

from pathlib import Path

import duckdb
import pytest
from made_events import VOCABULARY, at, made_rows

from data import catalog
from data.lake import Lake, LakeUnusable, Stream
from data.questions import questions
from data.tables import EVENTS


def test_the_published_file_is_the_same_face(lake: Lake, acme: Stream) -> None:
    """`lake.duckdb` has the views, the macros and a comment on each thing, for any DuckDB."""
    lake.land(acme, made_rows(range(4)), at())
    path = catalog.publish(lake, VOCABULARY)
    assert path == Path(lake.uri, "lake.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        assert reader.execute("select activity, events from activity()").fetchall() == [
            ("Upload file", 4)
        ]
        comments = reader.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'events'"
        )
        meant = {c.name: c.meaning for c in EVENTS.columns} | questions("views")["events"].columns
        assert dict(comments.fetchall()) == meant
        macros = reader.execute(
            "select function_name from duckdb_functions() where comment like '%One row is%'"
        )
        assert {name for (name,) in macros.fetchall()} == {*questions(), *questions("macros")}
        bare = reader.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and comment is null union all"
            " select view_name, null from duckdb_views() where not internal and comment is null"
        )
        assert bare.fetchall() == []


def test_another_session_attaches_the_file(lake: Lake, acme: Stream) -> None:
    """Under any name; reports are asked after `use`, as they look for views beside them."""
    lake.land(acme, made_rows(range(4)), at())
    path = catalog.publish(lake, VOCABULARY)
    with duckdb.connect() as reader:
        reader.execute(f"attach '{path}' as theirs (read_only)")
        assert reader.execute("select count(*) from theirs.events").fetchall() == [(4,)]
        reader.execute("use theirs")
        assert reader.execute("select events from activity()").fetchall() == [(4,)]


def test_publishing_disturbs_no_reader(lake: Lake, acme: Stream) -> None:
    """Who has the file open keeps what it shows; who opens it afterwards sees the new commits."""
    lake.land(acme, made_rows(range(1)), at())
    path = catalog.publish(lake)
    link = path.with_name("held.duckdb")
    link.hardlink_to(path)
    with duckdb.connect(link, read_only=True) as reader:
        lake.land(acme, made_rows(range(2)), at())
        catalog.publish(lake)
        count = "select count(*) from events"
        assert reader.execute(count).fetchall() == [(1,)]
        with duckdb.connect(path, read_only=True) as another:
            assert another.execute(count).fetchall() == [(2,)]


def test_publishing_again_changes_nothing(lake: Lake, acme: Stream) -> None:
    """Without a new commit the file stays the same, and nothing is left beside it."""
    lake.land(acme, made_rows(range(1)), at())
    first = catalog.publish(lake, VOCABULARY).stat()
    again = catalog.publish(lake, VOCABULARY).stat()
    assert (again.st_ino, again.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert [path.name for path in Path(lake.uri).glob("lake.duckdb*")] == ["lake.duckdb"]


def test_publish_before_vacuum_names_no_swept_file(lake: Lake, acme: Stream) -> None:
    """After compact, publish and vacuum the published file can read all that it names."""
    for number in range(3):
        lake.land(acme, made_rows(range(number, number + 1)), at())
    lake.compact()
    path = catalog.publish(lake)
    assert lake.vacuum() > 0
    with duckdb.connect(path, read_only=True) as reader:
        assert reader.execute("select count(event_id) from events").fetchall() == [(3,)]


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to have a header"])
def test_a_foreign_file_is_not_overwritten(lake: Lake, content: bytes) -> None:
    """Something else under the catalog's name is left alone; only an empty file is replaced."""
    path = Path(lake.uri, "lake.duckdb")
    path.write_bytes(content)
    if content:
        with pytest.raises(LakeUnusable, match=r"lake\.duckdb: it is not a DuckDB database"):
            catalog.publish(lake)
        assert path.read_bytes() == content
    else:
        assert catalog.publish(lake).stat().st_size > 0


def test_half_a_file_is_replaced_and_asked_nothing(lake: Lake, acme: Stream) -> None:
    """A catalog that was cut short, say by a full disk, stops neither reports nor publishing."""
    lake.land(acme, made_rows(range(4)), at())
    path = catalog.publish(lake, VOCABULARY)
    path.write_bytes(path.read_bytes()[:5_000])
    assert len(catalog.sql(lake, "from activity()")) == 1
    catalog.publish(lake)
    with duckdb.connect(path, read_only=True) as reader:
        assert reader.execute("select count(*) from events").fetchall() == [(4,)]


def test_a_database_of_somebody_is_not_overwritten(lake: Lake) -> None:
    """A DuckDB database with tables of its own is not ours to replace."""
    with duckdb.connect(Path(lake.uri, "lake.duckdb")) as theirs:
        theirs.execute("create table treasure as select 1 as gold")
    with pytest.raises(LakeUnusable, match="not our catalog"):
        catalog.publish(lake)
