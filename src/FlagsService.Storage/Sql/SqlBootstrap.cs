using System.Globalization;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Sql;

/// <summary>The first organization, project, team and user of an empty store.</summary>
internal sealed class SqlBootstrap(SqlDatabase database) : IBootstrap
{
    private const string Name = "Default project";

    public async Task<TeamTokens?> CreateFirstProjectAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = connection.Command("select exists (select 1 from posthog_team)"))
        {
            // Asked at every start, and the mapper takes its time at its first use.
            command.Transaction = transaction;
            if (Convert.ToBoolean(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture))
            {
                return null;
            }
        }

        var organization = Guid.NewGuid();
        object organizationId = database.IsPostgres ? organization : organization.ToString();
        object membershipId = database.IsPostgres ? Guid.NewGuid() : Guid.NewGuid().ToString();
        var tokens = new { Public = TokenMint.Public(), Secret = TokenMint.Secret(), Organization = organizationId, Membership = membershipId, Name };
        var teamId = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into posthog_organization (id, name) values (@Organization, 'Default organization');
            insert into posthog_project (organization_id, name) values (@Organization, @Name);
            insert into posthog_user (email, first_name, current_organization_id) values ('owner@localhost', 'Owner', @Organization);
            insert into posthog_organizationmembership (id, organization_id, user_id, level) select @Membership, @Organization, id, 15 from posthog_user;
            insert into posthog_team (organization_id, name, api_token, secret_api_token) values (@Organization, @Name, @Public, @Secret);
            update posthog_user set current_team_id = (select max(id) from posthog_team);
            select id from posthog_team;
            """,
            tokens, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new TeamTokens(teamId, Name, tokens.Public, tokens.Secret, null);
    }
}
