using System.Globalization;
using FlagsService.Credentials;
using FlagsService.Errors;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.RemoteConfig;

/// <summary>Which project a request for remote configuration is for, and whether it may read it.</summary>
internal sealed class RemoteConfigAuthentication(FlagReaders readers, TeamDirectory teams, IMembershipStore memberships)
{
    private const string CurrentProject = "@current";

    internal async ValueTask<FlagReader> AuthenticateAsync(HttpRequest request, string project, CancellationToken cancellationToken)
    {
        var bearer = Bearer.Of(request);
        if (TokenOf(request.Query) is { } token)
        {
            var named = await readers.FindNamedAsync(token, cancellationToken);
            return named.Team is { } team ? await readers.AuthenticateAsync(bearer, team, cancellationToken) : named;
        }

        if (bearer is null)
        {
            return new(ApiErrors.NoCredentials);
        }

        return bearer.IsSecret ? await ReadAsOwnerAsync(bearer, project, cancellationToken) : await ReadAsPersonAsync(bearer, project, cancellationToken);
    }

    private async ValueTask<FlagReader> ReadAsOwnerAsync(PresentedToken secret, string project, CancellationToken cancellationToken)
    {
        var own = await readers.FindOwnAsync(secret, cancellationToken);
        if (own.Error is not null || project == CurrentProject)
        {
            return own;
        }

        var named = await FindAsync(project, cancellationToken);
        return named.Error is not null || named.Team!.Id == own.Team!.Id ? named with { Key = own.Key } : new(ApiErrors.SecretOfAnotherProject);
    }

    private async ValueTask<FlagReader> ReadAsPersonAsync(PresentedToken bearer, string project, CancellationToken cancellationToken)
    {
        // The key first: whether a project exists is nothing for strangers.
        var (error, key) = await readers.FindPersonalAsync(bearer, cancellationToken);
        if (key is null)
        {
            return new(error);
        }

        var scope = project != CurrentProject ? project : (await memberships.FindCurrentTeamAsync(key.UserId, cancellationToken))?.ToString(CultureInfo.InvariantCulture) ?? "";
        var named = await FindAsync(scope, cancellationToken);
        return named.Team is { } team ? await readers.AuthenticateAsync(bearer, team, cancellationToken) : named;
    }

    private async ValueTask<FlagReader> FindAsync(string project, CancellationToken cancellationToken)
    {
        if (!int.TryParse(project, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return new(ApiErrors.NotFound);
        }

        var answer = await teams.FindByIdAsync(id, cancellationToken);
        return answer.IsHit ? new(null, answer.Value) : new(answer.IsUnavailable ? ApiErrors.DatabaseUnavailable : ApiErrors.NotFound);
    }

    private static string? TokenOf(IQueryCollection query)
    {
        string? token = query["token"];
        token = string.IsNullOrWhiteSpace(token) ? query["api_key"] : token;
        return string.IsNullOrWhiteSpace(token) ? null : token;
    }
}
