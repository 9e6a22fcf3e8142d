-- title: Judged visits
-- grain: one visit of somebody who did not sign in, with its verdict: as kept where it is final, else judged now
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
--   app: only this app
--   connection: only this connection
--   who: only visits whose likeliest member is this person, by e-mail address or id
-- columns:
--   app: cloud app
--   connection: connected tenant
--   first_seen: first event of the visit
--   last_seen: last event of the visit
--   ip: address that it came from
--   country: country of the address, by the app's lookup
--   city: city of the address, by the app's lookup
--   client: program used, as far as the app tells
--   events: how many events
--   activities: what was done
--   items: how many items were seen or handed in
--   item_name: the name of one of them
--   link: the open link or file request used, where the app names it
--   link_owner: whose link or item it is
--   verdict: likely_member, likely_outsider or undecided
--   member: who of ours it was, or most likely would have been; empty for a likely outsider
--   probability: of the verdict; where undecided, that it was this member
--   evidence: what speaks for and against it, in words
--   of_ours: probability that it was a member at all, whoever
--   outsider: probability that it was none
--   candidate: the likeliest member, whatever the verdict
--   candidate_probability: that it was that member
--   seen_before: minutes since that member was seen signed in at the address
--   seen_after: minutes until that member was
--   people: members who sign in at the address in the week before and after
--   made_link: whether the link is that member's
--   item_before: minutes since that member did something to the item, signed in
--   item_after: minutes until that member did
--   links: links opened at the address without signing in, in the week before and after
--   addresses_outside: addresses that the link was opened from and none of ours uses
--   visit: event_id of its first event; visit_evidence has every explanation of it
--   behind: what was opened: the link or file request, else the item, else its path or name
select j.* exclude (visit_date, basis)
from verdicts as j
where is_of(j.app, j.connection, $app, $connection)
    and on_days(j.visit_date, day_of($since), day_of($until))
    and in_span(j.first_seen, $since, $until)
    and ($who is null or lower(j.candidate) in (select unnest(t.emails) from names_of($who) as t))
union all by name
select n.*
from visit_verdicts(
    since := greatest(moment_of($since), unjudged_since()),
    -- Before the first unjudged day no file is opened.
    until := case
        when moment_of($until) <= unjudged_since() then timestamptz '1970-01-01 00:00:00+00'
        else moment_of($until)
    end,
    app := $app, connection := $connection, who := $who
) as n
where not is_judged(n.app, n.connection, cast(n.first_seen at time zone 'UTC' as date))
    and ($who is null or lower(n.candidate) in (select unnest(t.emails) from names_of($who) as t))
