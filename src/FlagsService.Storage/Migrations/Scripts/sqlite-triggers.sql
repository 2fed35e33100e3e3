-- Announces a change in the writer's own transaction, whoever writes.
create trigger flagsservice_posthog_featureflag_insert after insert on posthog_featureflag begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_featureflag');
end;
create trigger flagsservice_posthog_featureflag_update after update on posthog_featureflag begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_featureflag');
end;
create trigger flagsservice_posthog_featureflag_delete after delete on posthog_featureflag begin
  insert into flagsservice_outbox (team_id, kind) values (old.team_id, 'posthog_featureflag');
end;
create trigger flagsservice_posthog_evaluationcontext_insert after insert on posthog_evaluationcontext begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_evaluationcontext');
end;
create trigger flagsservice_posthog_evaluationcontext_update after update on posthog_evaluationcontext begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_evaluationcontext');
end;
create trigger flagsservice_posthog_evaluationcontext_delete after delete on posthog_evaluationcontext begin
  insert into flagsservice_outbox (team_id, kind) values (old.team_id, 'posthog_evaluationcontext');
end;
create trigger flagsservice_posthog_experiment_insert after insert on posthog_experiment begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_experiment');
end;
create trigger flagsservice_posthog_experiment_update after update on posthog_experiment begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'posthog_experiment');
end;
create trigger flagsservice_posthog_experiment_delete after delete on posthog_experiment begin
  insert into flagsservice_outbox (team_id, kind) values (old.team_id, 'posthog_experiment');
end;
create trigger flagsservice_feature_flags_teamfeatureflagsconfig_insert after insert on feature_flags_teamfeatureflagsconfig begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'feature_flags_teamfeatureflagsconfig');
end;
create trigger flagsservice_feature_flags_teamfeatureflagsconfig_update after update on feature_flags_teamfeatureflagsconfig begin
  insert into flagsservice_outbox (team_id, kind) values (new.team_id, 'feature_flags_teamfeatureflagsconfig');
end;
create trigger flagsservice_feature_flags_teamfeatureflagsconfig_delete after delete on feature_flags_teamfeatureflagsconfig begin
  insert into flagsservice_outbox (team_id, kind) values (old.team_id, 'feature_flags_teamfeatureflagsconfig');
end;
create trigger flagsservice_posthog_team_insert after insert on posthog_team begin
  insert into flagsservice_outbox (team_id, kind) values (new.id, 'posthog_team');
end;
create trigger flagsservice_posthog_team_update after update on posthog_team when new.api_token = old.api_token begin
  insert into flagsservice_outbox (team_id, kind) values (new.id, 'posthog_team');
end;
create trigger flagsservice_posthog_team_token after update on posthog_team when new.api_token <> old.api_token begin
  insert into flagsservice_outbox (team_id, kind, payload) values (new.id, 'posthog_team', json_object('public_tokens', json_array(old.api_token)));
end;
create trigger flagsservice_posthog_team_delete after delete on posthog_team begin
  insert into flagsservice_outbox (team_id, kind, payload) values (old.id, 'posthog_team', json_object('public_tokens', json_array(old.api_token)));
end;
create trigger flagsservice_posthog_featureflagevaluationcontext_insert after insert on posthog_featureflagevaluationcontext begin
  insert into flagsservice_outbox (team_id, kind) select team_id, 'posthog_featureflagevaluationcontext' from posthog_featureflag where id = new.feature_flag_id;
end;
create trigger flagsservice_posthog_featureflagevaluationcontext_delete after delete on posthog_featureflagevaluationcontext begin
  insert into flagsservice_outbox (team_id, kind) select team_id, 'posthog_featureflagevaluationcontext' from posthog_featureflag where id = old.feature_flag_id;
end;
create trigger flagsservice_posthog_cohort_insert after insert on posthog_cohort begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_cohort' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = new.team_id);
end;
create trigger flagsservice_posthog_cohort_update after update on posthog_cohort begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_cohort' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = new.team_id);
end;
create trigger flagsservice_posthog_cohort_delete after delete on posthog_cohort begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_cohort' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = old.team_id);
end;
create trigger flagsservice_posthog_grouptypemapping_insert after insert on posthog_grouptypemapping begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_grouptypemapping' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = new.team_id);
end;
create trigger flagsservice_posthog_grouptypemapping_update after update on posthog_grouptypemapping begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_grouptypemapping' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = new.team_id);
end;
create trigger flagsservice_posthog_grouptypemapping_delete after delete on posthog_grouptypemapping begin
  insert into flagsservice_outbox (team_id, kind) select t.id, 'posthog_grouptypemapping' from posthog_team t where t.project_id = (select p.project_id from posthog_team p where p.id = old.team_id);
end;
create trigger flagsservice_posthog_personalapikey_insert after insert on posthog_personalapikey when new.secure_value is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) values (null, 'posthog_personalapikey', json_object('hashes', json_array(new.secure_value)));
end;
create trigger flagsservice_posthog_personalapikey_update after update of secure_value, scopes, scoped_teams, scoped_organizations, user_id on posthog_personalapikey when coalesce(old.secure_value, new.secure_value) is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_personalapikey', json_object('hashes', json_group_array(digest)) from (select old.secure_value as digest union select new.secure_value) where digest is not null;
end;
create trigger flagsservice_posthog_personalapikey_delete after delete on posthog_personalapikey when old.secure_value is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) values (null, 'posthog_personalapikey', json_object('hashes', json_array(old.secure_value)));
end;
create trigger flagsservice_posthog_projectsecretapikey_insert after insert on posthog_projectsecretapikey when new.secure_value is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) values (new.team_id, 'posthog_projectsecretapikey', json_object('hashes', json_array(new.secure_value)));
end;
create trigger flagsservice_posthog_projectsecretapikey_update after update of secure_value, scopes, team_id on posthog_projectsecretapikey when coalesce(old.secure_value, new.secure_value) is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) select new.team_id, 'posthog_projectsecretapikey', json_object('hashes', json_group_array(digest)) from (select old.secure_value as digest union select new.secure_value) where digest is not null;
end;
create trigger flagsservice_posthog_projectsecretapikey_delete after delete on posthog_projectsecretapikey when old.secure_value is not null begin
  insert into flagsservice_outbox (team_id, kind, payload) values (old.team_id, 'posthog_projectsecretapikey', json_object('hashes', json_array(old.secure_value)));
end;
create trigger flagsservice_posthog_user_update after update of is_active on posthog_user when new.is_active <> old.is_active and exists (select 1 from posthog_personalapikey where user_id in (old.id) and secure_value is not null) begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_user', json_object('hashes', json_group_array(secure_value)) from posthog_personalapikey where user_id in (old.id) and secure_value is not null;
end;
create trigger flagsservice_posthog_user_delete after delete on posthog_user when exists (select 1 from posthog_personalapikey where user_id in (old.id) and secure_value is not null) begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_user', json_object('hashes', json_group_array(secure_value)) from posthog_personalapikey where user_id in (old.id) and secure_value is not null;
end;
create trigger flagsservice_posthog_organizationmembership_insert after insert on posthog_organizationmembership when exists (select 1 from posthog_personalapikey where user_id in (new.user_id) and secure_value is not null) begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_organizationmembership', json_object('hashes', json_group_array(secure_value)) from posthog_personalapikey where user_id in (new.user_id) and secure_value is not null;
end;
create trigger flagsservice_posthog_organizationmembership_update after update of organization_id, user_id on posthog_organizationmembership when exists (select 1 from posthog_personalapikey where user_id in (old.user_id, new.user_id) and secure_value is not null) begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_organizationmembership', json_object('hashes', json_group_array(secure_value)) from posthog_personalapikey where user_id in (old.user_id, new.user_id) and secure_value is not null;
end;
create trigger flagsservice_posthog_organizationmembership_delete after delete on posthog_organizationmembership when exists (select 1 from posthog_personalapikey where user_id in (old.user_id) and secure_value is not null) begin
  insert into flagsservice_outbox (team_id, kind, payload) select null, 'posthog_organizationmembership', json_object('hashes', json_group_array(secure_value)) from posthog_personalapikey where user_id in (old.user_id) and secure_value is not null;
end;
