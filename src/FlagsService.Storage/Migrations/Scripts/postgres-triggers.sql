-- Run for each definition table that exists; a role without the right to create triggers goes on without.
-- table: posthog_featureflag
create or replace trigger flagsservice_announce after insert or update or delete on posthog_featureflag for each row execute function flagsservice_announce();
-- table: posthog_evaluationcontext
create or replace trigger flagsservice_announce after insert or update or delete on posthog_evaluationcontext for each row execute function flagsservice_announce();
-- table: posthog_experiment
create or replace trigger flagsservice_announce after insert or update or delete on posthog_experiment for each row execute function flagsservice_announce();
-- table: feature_flags_teamfeatureflagsconfig
create or replace trigger flagsservice_announce after insert or update or delete on feature_flags_teamfeatureflagsconfig for each row execute function flagsservice_announce();
-- table: posthog_team
create or replace trigger flagsservice_announce after insert or update or delete on posthog_team for each row execute function flagsservice_announce();
-- table: posthog_featureflagevaluationcontext
create or replace trigger flagsservice_announce after insert or update or delete on posthog_featureflagevaluationcontext for each row execute function flagsservice_announce();
-- table: posthog_cohort
create or replace trigger flagsservice_announce after insert or update or delete on posthog_cohort for each row execute function flagsservice_announce();
-- table: posthog_grouptypemapping
create or replace trigger flagsservice_announce after insert or update or delete on posthog_grouptypemapping for each row execute function flagsservice_announce();
-- table: posthog_personalapikey
create or replace trigger flagsservice_announce after insert or delete or update of secure_value, scopes, scoped_teams, scoped_organizations, user_id on posthog_personalapikey for each row execute function flagsservice_announce();
-- table: posthog_projectsecretapikey
create or replace trigger flagsservice_announce after insert or delete or update of secure_value, scopes, team_id on posthog_projectsecretapikey for each row execute function flagsservice_announce();
-- table: posthog_user
create or replace trigger flagsservice_announce after delete or update of is_active on posthog_user for each row execute function flagsservice_announce();
-- table: posthog_organizationmembership
create or replace trigger flagsservice_announce after insert or delete or update on posthog_organizationmembership for each row execute function flagsservice_announce();
