using System.Globalization;
using FlagsService.Credentials;
using FlagsService.Errors;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Management;

/// <summary>Whether the caller may change a project's tokens: a personal key with the scope, of an administrator of the project's organization.</summary>
/// <remarks>Membership is read from the store each time, never from a cache: somebody who lost it must not rotate a secret. A project of others is 404, as if it were not there.</remarks>
internal sealed class ProjectAdministrators(FlagReaders readers, TeamDirectory teams, IMembershipStore memberships, KeyUses uses)
{
    private const string CurrentProject = "@current";
    private const int AdministratorLevel = 8;

    internal async ValueTask<ProjectAdmission> AdmitAsync(HttpRequest request, string project, CancellationToken cancellationToken)
    {
        if (Bearer.Of(request) is not { } bearer)
        {
            return new(ApiErrors.NoCredentials);
        }

        var (error, key) = await readers.FindPersonalAsync(bearer, cancellationToken);
        if (key is null)
        {
            return new(error);
        }

        var admission = await AdmitAsync(key, project, cancellationToken);
        if (admission.Error is null)
        {
            uses.Note(key);
        }

        return admission;
    }

    private async ValueTask<ProjectAdmission> AdmitAsync(AuthRecord key, string project, CancellationToken cancellationToken)
    {
        if (await FindIdAsync(key, project, cancellationToken) is not { } teamId)
        {
            return new(ApiErrors.NotFound);
        }

        var answer = await teams.FindByIdAsync(teamId, cancellationToken);
        if (!answer.IsHit)
        {
            return new(answer.IsUnavailable ? ApiErrors.DatabaseUnavailable : ApiErrors.NotFound);
        }

        var team = answer.Value;
        if (team.OrganizationId is not { } organization || await memberships.FindLevelAsync(key.UserId, teamId, cancellationToken) is not { } level)
        {
            return new(ApiErrors.NotFound);
        }

        return PersonalKeyPolicy.Check(key with { OrganizationIds = [organization.ToString()] }, team, PersonalKeyPolicy.ProjectScopes) switch
        {
            PersonalKeyVerdict.Invalid => new(ApiErrors.NotFound),
            PersonalKeyVerdict.InsufficientScopes => new(ApiErrors.PersonalKeyLacksProjectScope),
            _ => level < AdministratorLevel ? new(ApiErrors.NotAnAdministrator) : new(null, team, key.UserId),
        };
    }

    private async ValueTask<int?> FindIdAsync(AuthRecord key, string project, CancellationToken cancellationToken) =>
        project == CurrentProject ? await memberships.FindCurrentTeamAsync(key.UserId, cancellationToken)
        : int.TryParse(project, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
