using FlagsService.Credentials;
using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.RateLimiting;

namespace FlagsService.FlagDefinitions;

/// <summary>Which team a definitions request is for, and whether it may have them. A secret in <c>?token=</c> names the team and is no credential.</summary>
internal sealed class DefinitionsAuthentication(FlagReaders readers, AuthenticationFailures failures, KeyUses uses)
{
    internal async ValueTask<(Team? Team, ApiError? Error)> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (bearer, token) = (Bearer.Of(request), QueryParameter.Of(request, "token"));
        var credential = bearer?.Text ?? token;
        if (failures.Check(request.HttpContext, credential) is { } limited)
        {
            return (null, limited);
        }

        var reader = await ReadAsync(bearer, token, cancellationToken);
        failures.Note(request.HttpContext, credential, reader.Error);
        if (reader.Error is null)
        {
            uses.Note(reader.Key);
            DefinitionsMetrics.Authenticated.Add(1, new KeyValuePair<string, object?>("method", reader.Method));
        }

        return (reader.Team, reader.Error);
    }

    private async ValueTask<FlagReader> ReadAsync(PresentedToken? bearer, string? token, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(token))
        {
            var named = await readers.FindNamedAsync(token, cancellationToken);
            return named.Team is { } team ? await readers.AuthenticateAsync(bearer, team, cancellationToken) : named;
        }

        return bearer is null ? new(ApiErrors.NoCredentials) : bearer.IsSecret ? await readers.FindOwnAsync(bearer, cancellationToken) : new(ApiErrors.TokenParameterRequired);
    }
}
