-- Teams of 5, 50, 200 and 1,000 flags, all like those of f50.json, and the thousand people of f50.lua. Run with -v flags="$(cat f50.json)".
\set ON_ERROR_STOP on
begin;
insert into posthog_team (id, name, api_token, secret_api_token)
select size, 'load ' || size, 'phc_f' || size, 'phs_loadtest_' || size || '_0123456789abcdef' from unnest(array[5, 50, 200, 1000]) size;
insert into posthog_featureflag (team_id, key, name, filters, version)
select size, 'flag-' || lpad(i::text, greatest(2, length(i::text)), '0'), 'flag ' || i, given.flags -> (i % jsonb_array_length(given.flags)) -> 'filters', 1
from (select :'flags'::jsonb flags) given, unnest(array[5, 50, 200, 1000]) size, generate_series(0, size - 1) i;
insert into posthog_person (id, team_id, properties)
select 1000000 + i, 50, jsonb_build_object('email', 'user' || i || '@example.com', 'country', (array['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN', 'CA'])[i % 8 + 1],
  'plan', (array['free', 'pro'])[i % 2 + 1], 'age', 18 + i % 60, 'version', '2.3.' || i % 20) from generate_series(0, 999) i;
insert into posthog_persondistinctid (team_id, distinct_id, person_id) select 50, 'user-' || i, 1000000 + i from generate_series(0, 999) i;
commit;
analyze;
