"""What a silence is held against: the same hours of the weeks before, where all has landed."""

from datetime import timedelta

from made_events import START, at, made_rows

from data.lake import Lake, Stream
from data.silence import weeks_before
from data.watermark import watermarks

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def test_the_same_hours_of_the_weeks_before(lake: Lake, acme: Stream) -> None:
    """Events of those hours are counted, of this connection, in the weeks that are whole."""
    begun = START - WEEK * 3
    history = at("history", window_start=begun, window_end=START, done=True)
    lands = [(acme, back, count) for back, count in ((1, 7), (2, 6), (3, 5), (4, 50))]
    for stream, back, count in [
        *lands,
        (Stream("box", "acme"), 1, 90),
        (Stream("box", "b"), 1, 90),
    ]:
        ids = [f"{stream.key}-{back}-{n}" for n in range(count)]
        lake.land(stream, made_rows(ids, START - WEEK * back), history)
        outside = made_rows([f"{each}-late" for each in ids], START - WEEK * back + HOUR)
        lake.land(stream, outside, history)
    complete = next(m for m in watermarks(lake.positions()) if m.app == "dropbox").complete
    silent = (START, START + HOUR)
    assert weeks_before(lake, acme, silent, complete, 4) == (7, 6, 5)
    assert weeks_before(lake, acme, silent, (), 4) == ()
