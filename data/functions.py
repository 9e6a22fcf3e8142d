"""The functions that our selects share, as DuckDB macros."""

from collections.abc import Iterator

# The first 64 bits of an IPv6 address, which a household or an office keeps while its devices
# change the rest (RFC 8981); of an IPv4 address within one (RFC 4291) that; any other as it is.
NETWORK = """
    case when contains(ip, ':') and not contains(ip, '.') then array_to_string(
        (
            case when ip[1] = ':' then [] else string_split(split_part(ip, '::', 1), ':') end
            || case
                when contains(ip, '::')
                then string_split(repeat('0:', 7 - len(string_split(ip, ':'))) || '0', ':')
                else []
            end
            || case
                when contains(ip, '::') then string_split(split_part(ip, '::', 2), ':') else []
            end
        )[:4],
        ':'
    ) else split_part(ip, ':', -1) end
"""
# The domain of an address, as one connection knows it; null for what is no address.
DOMAIN = "app || '/' || connection || '/' || nullif(split_part(lower(email), '@', 2), '')"

# A number of minutes in words.
SPAN = """
    case
        when minutes < 1 then 'less than a minute'
        when minutes < 90 then cast(cast(round(minutes) as int) as varchar) || ' min'
        when minutes < 2880 then cast(cast(round(minutes / 60) as int) as varchar) || ' h'
        else cast(cast(round(minutes / 1440) as int) as varchar) || ' days'
    end
"""

# A number, if it is not greater than the most.
WITHIN = "case when number <= most then number end"

# What somebody gives as a moment, in whatever zone their session is: a text or a day without an
# offset is meant in UTC. DuckDB casts "09:00+02:00" to a timestamp of 9 o'clock.
MOMENT = r"""
    case
        when typeof(given) = 'TIMESTAMP WITH TIME ZONE'
            or regexp_matches(cast(given as varchar), ':[0-9.]+ *[^0-9.: ]')
        then cast(given as timestamptz)
        else cast(given as timestamp) at time zone 'UTC'
    end
"""


def functions() -> Iterator[str]:
    """The statements that make them."""
    yield f"create or replace macro network_of(ip) as {NETWORK}"
    yield f"create or replace macro domain_of(app, connection, email) as {DOMAIN}"
    yield f"create or replace macro span_of(minutes) as {SPAN}"
    yield f"create or replace macro within(number, most) as {WITHIN}"
    yield f"create or replace macro moment_of(given) as {MOMENT}"
    day = "cast(moment_of(given) at time zone 'UTC' as date)"
    yield f"create or replace macro day_of(given) as {day}"
    yield (
        "create or replace macro is_of(app, connection, of_app, of_connection) as"
        " (of_app is null or app = of_app)"
        " and (of_connection is null or connection = of_connection)"
    )
    yield (
        "create or replace macro on_days(day, first, last) as"
        " (first is null or day >= first) and (last is null or day <= last)"
    )
    yield (
        "create or replace macro in_span(moment, since, until) as"
        " (since is null or moment >= moment_of(since))"
        " and (until is null or moment < moment_of(until))"
    )
