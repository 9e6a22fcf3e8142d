-- title: Weights of evidence
-- grain: one kind of evidence, for one kind of explanation of a visit
-- columns:
--   explains: what it speaks for: member (a certain one), somebody (of ours, but who?) or outsider
--   evidence: its name, as in visit_evidence
--   weight: what a value of 1 adds to the score, the natural logarithm of the odds
--   meaning: what its value is, and what it tells
select w.explains, w.evidence, cast(w.weight as double) as weight, w.meaning
from (
    -- Fitted by benchmarks/fit_visits.py to made-up companies, and only there written down.
    values
    ('member', 'a_member', -3.89, '1: one certain member, before anything is known'),
    ('member', 'seen_3', 3.19, '1: signed in at the address at most 3 minutes before or after'),
    ('member', 'seen_15', 2.90, '1: 3 to 15 minutes before or after'),
    ('member', 'seen_60', 2.70, '1: 15 to 60 minutes before or after'),
    ('member', 'seen_240', 2.02, '1: 1 to 4 hours before or after'),
    ('member', 'seen_day', 0.63, '1: 4 to 24 hours before or after; beyond a day there is no weight'),
    ('member', 'home_60', 3.45, '1: within the hour, at an address of at most two members'),
    ('member', 'home_day', 3.60, '1: within the day, at such an address'),
    ('member', 'home_week', 2.53, '1: longer ago, at such an address'),
    ('member', 'stays', 0.58, '1: signed in there both in the week before and in the week after'),
    ('member', 'never_here', -1.96, '1: not signed in at the address in the week around'),
    ('member', 'home_too', 1.01, '1: the link was also opened where hardly anybody but this member signs in'),
    ('member', 'crowd', 1.36, 'logarithm of how many members sign in at the address in the week around'),
    ('member', 'share', 0.40, 'logarithm of this member''s share of what is done signed in there'),
    ('member', 'regular', 0.31, 'logarithm of the days on which this member signs in there'),
    ('member', 'owner_worked', 6.38, '1: owns the link and did something to the item in the half hour before'),
    ('member', 'owner', 2.11, '1: owns the link'),
    ('member', 'item_soon', 6.38, '1: came to the item signed in, in the half hour after'),
    ('member', 'item_just', 5.70, '1: was at the item signed in, in the half hour before'),
    ('member', 'item_day', 1.82, '1: was at the item signed in within the day'),
    ('member', 'item_known', 0.97, '1: within two weeks'),
    ('member', 'signs_in_next', 1.95, '1: the next to sign in at the address, in a quarter of an hour'),
    ('member', 'typed_address', 7.36, '1: the visitor typed this member''s e-mail address'),
    ('member', 'stayed_here', -0.30, '1: the member''s last act before and next act after, within 5 hours each, are at this address'),
    ('member', 'stayed_elsewhere', -0.52, '1: both are at another address'),
    ('member', 'owner_here', 0.80, '1: owns the link and is signed in at the address within the hour'),
    ('member', 'elsewhere_before', -0.17, '1: at another address in the 90 minutes before'),
    ('member', 'elsewhere_after', -0.29, '1: at another address in the 90 minutes after'),
    ('member', 'others_here', -1.65, 'logarithm of 1 + visits from this home while its members were elsewhere'),
    ('member', 'same_here', 0.11, 'logarithm of 1 + visits from this home while a member was here'),
    ('somebody', 'a_somebody', -4.40, '1: one of ours, but nothing tells who, before anything is known'),
    ('somebody', 'somebody_unseen', 0.12, '1: and none of ours signs in at the address'),
    ('somebody', 'somebody_crowd', 2.12, 'logarithm of how many members sign in at the address in the week around'),
    ('somebody', 'somebody_today', 0.63, 'logarithm of 1 + how many do so on that day'),
    ('outsider', 'links_opened', 1.51, 'logarithm of how many links were opened there without signing in, in the week around'),
    ('outsider', 'owners_opened', 0.41, 'logarithm of how many people own these links'),
    ('outsider', 'opened_outside', 1.08, 'logarithm of 1 + other addresses that the link was opened from and none of ours uses'),
    ('outsider', 'opened_inside', -0.31, 'logarithm of 1 + addresses of ours that the link was opened from'),
    ('outsider', 'opened_again', 1.40, 'logarithm of 1 + how often the link was opened at this address on other days'),
    ('outsider', 'mostly_unsigned', -0.68, 'logarithm of visits there for each act of a member who signed in'),
    ('outsider', 'loyal', -1.24, 'logarithm of acts signed in for each member at the address'),
    ('outsider', 'nobody_today', -0.30, '1: none of ours signed in at the address on that day'),
    ('outsider', 'typed_stranger', 3.68, '1: the visitor typed an e-mail address that is no member''s'),
    ('verdict', 'member_from', 0.65, 'the probability from which a visit is called likely_member'),
    ('verdict', 'outsider_from', 0.71, 'the probability from which it is called likely_outsider')
) as w (explains, evidence, weight, meaning)
