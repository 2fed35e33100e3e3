-- project_id = team id where an insert does not name it: a default cannot refer to another column.
create or replace function flagsservice_project_is_team() returns trigger language plpgsql as $$
begin
  new.project_id := coalesce(new.project_id, (to_jsonb(new) ->> case tg_table_name when 'posthog_team' then 'id' else 'team_id' end)::bigint);
  return new;
end $$;
-- Announces a change in the writer's own transaction, whoever writes: with this service's rights and schema, because a writer may lack both. Trouble here is a warning: it never fails the writer.
create or replace function flagsservice_announce() returns trigger language plpgsql security definer as $$
declare
  changed jsonb;
  before jsonb;
  team int;
  owner text;
  forget jsonb := '[]';
  details jsonb := '{}';
begin
  begin
    changed := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    before := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    team := case tg_table_name
      when 'posthog_team' then (changed ->> 'id')::int
      when 'posthog_featureflagevaluationcontext' then (select f.team_id from posthog_featureflag f where f.id = (changed ->> 'feature_flag_id')::int)
      else (changed ->> 'team_id')::int end;
    if tg_table_name = 'posthog_team' then
      select coalesce(jsonb_agg('sha256$' || encode(sha256(convert_to(token, 'UTF8')), 'hex')), '[]') into forget
      from unnest(array[before ->> 'api_token', before ->> 'secret_api_token', before ->> 'secret_api_token_backup',
                        changed ->> 'api_token', changed ->> 'secret_api_token', changed ->> 'secret_api_token_backup']) as token
      where token is not null
        and (tg_op <> 'UPDATE' or (before ->> 'api_token', before ->> 'secret_api_token', before ->> 'secret_api_token_backup')
          is distinct from (changed ->> 'api_token', changed ->> 'secret_api_token', changed ->> 'secret_api_token_backup'));
    elsif tg_table_name in ('posthog_user', 'posthog_organizationmembership') then
      if tg_op = 'UPDATE' and (before ->> 'is_active', before ->> 'user_id', before ->> 'organization_id')
        is not distinct from (changed ->> 'is_active', changed ->> 'user_id', changed ->> 'organization_id') then
        return null;
      end if;
      team := null;
      owner := case tg_table_name when 'posthog_user' then 'id' else 'user_id' end;
      select coalesce(jsonb_agg(k.secure_value), '[]') into forget from posthog_personalapikey k
      where k.user_id in ((before ->> owner)::int, (changed ->> owner)::int) and k.secure_value is not null;
    elsif tg_table_name in ('posthog_personalapikey', 'posthog_projectsecretapikey') then
      forget := (select coalesce(jsonb_agg(distinct v), '[]') from unnest(array[before ->> 'secure_value', changed ->> 'secure_value']) as v where v is not null);
    end if;
    if team is null and forget = '[]' then
      return null;
    end if;
    if forget <> '[]' then
      details := jsonb_build_object('hashes', forget);
    end if;
    if tg_table_name = 'posthog_team' and before ->> 'api_token' is not null and (tg_op = 'DELETE' or before ->> 'api_token' is distinct from changed ->> 'api_token') then
      details := details || jsonb_build_object('public_tokens', jsonb_build_array(before ->> 'api_token'));
    end if;
    if tg_table_name in ('posthog_cohort', 'posthog_grouptypemapping') then
      insert into flagsservice_outbox (team_id, kind)
      select t.id, tg_table_name from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = team);
    else
      insert into flagsservice_outbox (team_id, kind, payload)
      values (team, tg_table_name, details);
    end if;
    -- Servers that listen must not depend on who of them carries the announcement out.
    if team is null then
      perform pg_notify('flagsservice_outbox', digest) from jsonb_array_elements_text(forget) as digest;
    else
      perform pg_notify('flagsservice_outbox', team::text);
    end if;
  exception when others then
    raise warning 'flagsservice_announce on %: %', tg_table_name, sqlstate;
  end;
  return null;
end $$;
do $$
begin
  execute format('alter function flagsservice_announce() set search_path = %I, pg_temp', current_schema());
end $$;
revoke execute on function flagsservice_announce() from public;
