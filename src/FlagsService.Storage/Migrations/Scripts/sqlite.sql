-- The tables of postgres.sql in SQLite's types: JSON, arrays, uuids and times are texts.
-- table: posthog_organization
create table posthog_organization (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), name text not null default '', created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  usage text, customer_trust_scores text not null default '{}', never_drop_data integer not null default 0,
  available_product_features text not null default '[]', allow_publicly_shared_resources integer not null default 1);
-- table: posthog_project
create table posthog_project (id integer primary key autoincrement, organization_id text, name text not null default 'Default project',
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
-- table: posthog_team
create table posthog_team (id integer primary key autoincrement, uuid text not null unique default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), project_id integer, organization_id text,
  name text not null default 'Default project', api_token text not null unique, secret_api_token text unique, secret_api_token_backup text unique,
  timezone text not null default 'UTC', cookieless_server_hash_mode integer, session_recording_opt_in integer not null default 0, session_recording_sample_rate real,
  require_evaluation_contexts integer not null default 0, is_demo integer not null default 0,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
create index posthog_team_project_id on posthog_team (project_id);
create trigger posthog_team_project after insert on posthog_team when new.project_id is null begin update posthog_team set project_id = new.id where id = new.id; end;
-- table: feature_flags_teamfeatureflagsconfig
create table feature_flags_teamfeatureflagsconfig (team_id integer primary key, minimal_flag_called_events integer not null default 0, max_feature_flags_override integer, property_matching_version integer);
-- table: posthog_instancesetting
create table posthog_instancesetting (id integer primary key autoincrement, key text not null unique, raw_value text not null default '');
-- table: posthog_user
create table posthog_user (id integer primary key autoincrement, uuid text not null unique default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), email text not null unique, first_name text not null default '',
  is_active integer not null default 1, current_team_id integer, current_organization_id text, date_joined text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
-- table: posthog_organizationmembership
create table posthog_organizationmembership (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), organization_id text not null, user_id integer not null, level integer not null default 1,
  joined_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), unique (organization_id, user_id));
create index posthog_organizationmembership_user_id on posthog_organizationmembership (user_id);
-- table: posthog_personalapikey
create table posthog_personalapikey (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), user_id integer not null, label text not null default '', mask_value text, secure_value text unique,
  scopes text, scoped_teams text, scoped_organizations text, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), last_used_at text, last_rolled_at text);
create index posthog_personalapikey_user_id on posthog_personalapikey (user_id);
-- table: posthog_projectsecretapikey
create table posthog_projectsecretapikey (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), team_id integer not null, label text not null default '', mask_value text, secure_value text unique,
  scopes text, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), last_used_at text, last_rolled_at text);
create index posthog_projectsecretapikey_team_id on posthog_projectsecretapikey (team_id);
-- table: posthog_activitylog
create table posthog_activitylog (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), team_id integer, organization_id text, user_id integer, was_impersonated integer not null default 0, is_system integer not null default 0,
  activity text not null, item_id text, scope text not null, detail text not null default '{}', created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
create index posthog_activitylog_team_id_scope_item_id_created_at_desc on posthog_activitylog (team_id, scope, item_id, created_at desc);
-- table: posthog_featureflag
create table posthog_featureflag (id integer primary key autoincrement, team_id integer not null, key text not null, name text not null default '', filters text not null default '{}', rollout_percentage integer,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), updated_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), deleted integer not null default 0, active integer not null default 1, archived integer not null default 0,
  version integer default 1, ensure_experience_continuity integer default 0, has_enriched_analytics integer default 0, is_remote_configuration integer default 0, has_encrypted_payloads integer default 0,
  evaluation_runtime text default 'all', bucketing_identifier text default 'distinct_id', last_called_at text, created_by_id integer, last_modified_by_id integer, usage_dashboard_id integer,
  unique (team_id, key), check (not (active and archived)));
-- table: posthog_evaluationcontext
create table posthog_evaluationcontext (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), team_id integer not null, name text not null, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  hidden_from_suggestions integer not null default 0, unique (team_id, name));
-- table: posthog_featureflagevaluationcontext
create table posthog_featureflagevaluationcontext (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), feature_flag_id integer not null references posthog_featureflag(id) on delete cascade,
  evaluation_context_id text not null references posthog_evaluationcontext(id) on delete cascade, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), unique (feature_flag_id, evaluation_context_id));
-- table: posthog_teamdefaultevaluationcontext
create table posthog_teamdefaultevaluationcontext (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), team_id integer not null, evaluation_context_id text not null references posthog_evaluationcontext(id) on delete cascade,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), unique (team_id, evaluation_context_id));
-- table: posthog_experiment
create table posthog_experiment (id integer primary key autoincrement, team_id integer not null, feature_flag_id integer not null references posthog_featureflag(id) on delete cascade, name text not null default '',
  deleted integer not null default 0, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
-- table: posthog_earlyaccessfeature
create table posthog_earlyaccessfeature (id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), team_id integer not null, feature_flag_id integer references posthog_featureflag(id) on delete set null, name text not null default '',
  description text not null default '', stage text not null default 'draft', documentation_url text not null default '', created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
-- table: posthog_cohort
create table posthog_cohort (id integer primary key autoincrement, team_id integer not null, name text default '', description text not null default '', deleted integer not null default 0,
  filters text, query text, groups text not null default '[]', is_static integer not null default 0, cohort_type text, version integer, pending_version integer, count integer, is_calculating integer not null default 0,
  errors_calculating integer not null default 0, last_calculation text, created_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), created_by_id integer);
create index posthog_cohort_team_id on posthog_cohort (team_id);
-- table: posthog_grouptypemapping
create table posthog_grouptypemapping (id integer primary key autoincrement, team_id integer not null, project_id integer, group_type text not null,
  group_type_index integer not null check (group_type_index <= 5), name_singular text, name_plural text, default_columns text, detail_dashboard_id integer, created_at text default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  unique (project_id, group_type), unique (project_id, group_type_index));
create trigger posthog_grouptypemapping_project after insert on posthog_grouptypemapping when new.project_id is null begin update posthog_grouptypemapping set project_id = new.team_id where id = new.id; end;
-- table: posthog_person
create table posthog_person (id integer primary key autoincrement, team_id integer not null, uuid text not null default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  properties text not null default '{}', is_identified integer not null default 0, is_user_id integer, version integer default 0,
  properties_last_updated_at text default '{}', properties_last_operation text default '{}');
create index posthog_person_team_id_uuid on posthog_person (team_id, uuid);
-- table: posthog_persondistinctid
create table posthog_persondistinctid (id integer primary key autoincrement, team_id integer not null, distinct_id text not null,
  person_id integer not null references posthog_person(id) on delete cascade, version integer default 0, unique (team_id, distinct_id));
create index posthog_persondistinctid_person_id on posthog_persondistinctid (person_id);
-- table: posthog_featureflaghashkeyoverride
create table posthog_featureflaghashkeyoverride (id integer primary key autoincrement, team_id integer not null, person_id integer not null references posthog_person(id) on delete cascade,
  feature_flag_key text not null, hash_key text not null, unique (team_id, person_id, feature_flag_key));
-- table: posthog_cohortpeople
create table posthog_cohortpeople (id integer primary key autoincrement, cohort_id integer not null, person_id integer not null references posthog_person(id) on delete cascade, version integer,
  unique (cohort_id, person_id));
create index posthog_cohortpeople_person_id on posthog_cohortpeople (person_id);
-- table: posthog_group
create table posthog_group (id integer primary key autoincrement, team_id integer not null, group_type_index integer not null, group_key text not null, group_properties text not null default '{}',
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), properties_last_updated_at text not null default '{}', properties_last_operation text not null default '{}', version integer not null default 0,
  unique (team_id, group_key, group_type_index));
-- table: flagsservice_outbox
create table flagsservice_outbox (id integer primary key autoincrement, team_id integer, kind text not null, payload text not null default '{}', attempts integer not null default 0,
  next_attempt_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), processed_at text);
create index flagsservice_outbox_next_attempt_at on flagsservice_outbox (next_attempt_at) where processed_at is null;
create index flagsservice_outbox_team_id_id on flagsservice_outbox (team_id, id);
