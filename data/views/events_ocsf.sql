-- title: Events as OCSF 1.8
-- grain: one event in the Open Cybersecurity Schema Framework, version 1.8.0
-- glance: time, class_uid, activity_id, actor, file
-- columns:
--   app: cloud app; not of OCSF, to filter by
--   connection: connected tenant; not of OCSF, to filter by
--   event_date: UTC day of the event; not of OCSF, to filter by
--   class_uid: OCSF class: 6006 File Hosting Activity, 3002 Authentication … or 0 for a type new to us
--   category_uid: OCSF category of the class
--   activity_id: OCSF activity within the class
--   type_uid: class and activity in one number
--   time: when it happened, in milliseconds since 1970
--   severity_id: always 1, informational: judging is not done here
--   status_id: 1 success, 2 failure, 0 unknown
--   message: what was done, in the words that all apps share
--   metadata: version of OCSF, the app, the vendor's id and type of the event, and its clocks
--   actor: who did it; somebody who had not signed in has the user type 99, Unauthenticated
--   src_endpoint: address and place that it came from
--   file: of 6006, the item
--   web_resources: of 6001, the item
--   user: of 3001, 3002, 3005 and 3006, the account that it was done to
--   service: of 3002, the app
--   entity: of 3004, what was managed
--   privileges: of 3005, the privilege, as far as the activity names it
--   group: of 3006, the group
--   app_info: of 6002, the program; OCSF's name for it is app
--   api: of 6003, what was called
--   finding_info: of 2004, what was found
--   unmapped: what OCSF has no place for in that class
--   raw_data: the vendor's JSON as received
-- Attributes that a class does not have are null. `casbah export` leaves them out.
with words as (
    select a.app, a.native_type, a.label, a.ocsf_class, a.ocsf_activity
    from activities as a
), named as (
    select
        e.*,
        coalesce(w.label, 'Unknown activity') as label,
        coalesce(w.ocsf_class, 0) as class_uid,
        coalesce(w.ocsf_activity, 0) as ocsf_activity,
        case e.app when 'dropbox' then 'Dropbox' when 'box' then 'Box' else e.app end as vendor,
        case e.actor_kind
            when 'admin' then 2 when 'system' then 3 when 'app' then 4
            when 'unauthenticated' then 99 when 'unknown' then 0 else 1
        end as user_type,
        [p for p in coalesce(e.participants, []) if p.kind = 'group'][1] as to_group,
        [p for p in coalesce(e.participants, []) if p.kind <> 'group'][1] as to_person
    from events as e
    left join words as w on w.app = e.app and w.native_type = e.native_type
), parts as (
    select
        n.*,
        {
            'type_id': n.user_type,
            'type': case
                when n.actor_kind = 'unauthenticated'
                then 'Unauthenticated'
                else n.actor_kind
            end,
            'uid': n.actor_id,
            'name': coalesce(n.actor_email, n.actor_name, n.actor_id, n.actor_kind),
            'full_name': n.actor_name,
            'email_addr': case
                when regexp_full_match(n.actor_email, '[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+')
                then n.actor_email
            end
        } as actor_user,
        {
            -- What is no address cannot be in OCSF's field for one.
            'ip': case
                when regexp_full_match(n.ip, '((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.|$)){4}') or regexp_full_match(n.ip, '([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}') or (regexp_full_match(n.ip, '[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,6}') and n.ip like '%::%' and n.ip not like '%:::%' and n.ip not like '%::%::%')
                then n.ip
            end,
            'name': case when n.ip is null then 'unknown' else n.ip end,
            'location': case
                when coalesce(n.country, n.region, n.city) is null
                then null
                else {'country': n.country, 'region': n.region, 'city': n.city}
            end
        } as endpoint
    from named as n
)
select
    p.app,
    p.connection,
    p.event_date,
    p.class_uid,
    p.class_uid // 1000 as category_uid,
    p.ocsf_activity as activity_id,
    p.class_uid * 100 + p.ocsf_activity as type_uid,
    epoch_ms(p.event_time) as time,
    1 as severity_id,
    case p.outcome when 'success' then 1 when 'failure' then 2 else 0 end as status_id,
    p.label as message,
    {
        'version': '1.8.0',
        'product': {
            'name': p.vendor, 'vendor_name': p.vendor
        },
        'uid': p.event_id,
        'event_code': p.native_type,
        'log_name': 'audit log',
        'tenant_uid': p.connection,
        'logged_time': epoch_ms(coalesce(p.recorded_at, p.fetched_at)),
        'processed_time': epoch_ms(p.landed_at)
    } as metadata,
    case
        when p.class_uid in (6006, 6003, 3001, 3002, 3004, 3005, 3006)
        then {'user': p.actor_user}
    end
        as actor,
    case when p.class_uid in (6006, 6001, 6003, 3001, 3002, 3004, 3005, 3006) then p.endpoint end
        as src_endpoint,
    case
        when p.class_uid = 6006
        then { 'name': coalesce(p.item_name, p.item_id, 'unknown'), 'type_id': case p.item_kind when 'file' then 1 when 'folder' then 2 else 0 end, 'uid': p.item_id, 'path': p.item_path, 'size': p.item_size, 'owner': case when p.item_owner_email is null then null else {'name': p.item_owner_email} end }
    end as file,
    case
        when p.class_uid = 6001
        then [{ 'name': coalesce(p.item_name, p.item_id, p.link_id, p.label), 'uid': p.item_id, 'type': p.item_kind, 'url_string': case when p.link_id like 'https://%' then p.link_id end }]
    end as web_resources,
    case
        when p.class_uid = 3002 then {'name': p.actor_user.name, 'uid': p.actor_id}
        when p.class_uid in (3001, 3005, 3006) then {
            'name': coalesce(p.to_person.email, p.to_person.name, p.to_person.id, p.actor_user.name),
            'uid': case when p.to_person is null then p.actor_id else p.to_person.id end
        }
    end as "user",
    case when p.class_uid = 3002 then {'name': p.vendor} end as service,
    case
        when p.class_uid = 3004
        then { 'name': coalesce(p.item_name, p.to_person.email, p.to_person.name, p.to_group.name, p.label), 'type': p.category }
    end as entity,
    case when p.class_uid = 3005 then [p.label] end as privileges,
    case
        when p.class_uid = 3006
        then { 'name': coalesce(p.to_group.name, p.to_group.id, 'unknown'), 'uid': p.to_group.id }
    end as "group",
    case when p.class_uid = 6002 then {'name': coalesce(p.item_name, p.actor_name, 'unknown')} end
        as app_info,
    case when p.class_uid = 6003 then {'operation': p.native_type} end as api,
    case when p.class_uid = 2004 then {'uid': p.event_id, 'title': p.label} end as finding_info,
    case
        when p.class_uid in (0, 2004, 6001, 6002)
        then { 'actor': p.actor_user.name, 'actor_type': p.actor_user.type, 'ip': p.ip }
    end as unmapped,
    p.raw as raw_data
from parts as p
