using System.Data.Common;
using System.Text.Json;
using FlagsService.Credentials;
using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.RemoteConfig;
using FlagsService.HyperCache.Tokens;
using FlagsService.RateLimiting;
using FlagsService.RequestLogging;

namespace FlagsService.RemoteConfig;

/// <summary>The payload of one remote configuration flag. Personal keys get an encrypted one decrypted, secrets are told that it is encrypted.</summary>
internal sealed class RemoteConfigEndpoint(
    RemoteConfigAuthentication authentication, IRemoteConfigStore flags, PayloadDecryption decryption, AuthenticationFailures failures, RemoteConfigLimits limits, KeyUses uses, RequestDeadlines deadlines)
{
    internal Task HandleAsync(HttpContext context) => ReadOnlyRoute.HandleAsync(context, GetAsync);

    private async Task GetAsync(HttpContext context)
    {
        ApiError? error;
        try
        {
            error = await AnswerAsync(context);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException && !context.Response.HasStarted)
        {
            error = ApiErrors.DatabaseUnavailable;
        }

        if (error is not null)
        {
            await context.WriteKeyErrorAsync(error);
        }
    }

    private async Task<ApiError?> AnswerAsync(HttpContext context)
    {
        using var deadline = deadlines.Start();
        var credential = Bearer.Of(context.Request)?.Text;
        if (failures.Check(context, credential) is { } held)
        {
            return held;
        }

        var reader = await authentication.AuthenticateAsync(context.Request, (string)context.Request.RouteValues["project"]!, deadline.Storage);
        failures.Note(context, credential, reader.Error);
        if (reader.Error is not null)
        {
            return reader.Error;
        }

        uses.Note(reader.Key);
        var team = reader.Team!;
        if (limits.Charge(context, team.Id, credential!) is { } limited)
        {
            return limited;
        }

        context.Features.Get<CanonicalLine>()?.TeamId = team.Id;
        RemoteConfigMetrics.Authenticated.Add(1, new KeyValuePair<string, object?>("method", reader.Method));
        if (RemoteConfigName.TryParse((string)context.Request.RouteValues["key"]!) is not { } name)
        {
            return ApiErrors.NotFound;
        }

        var answer = await flags.FindAsync(team.Id, team.ProjectId, name, deadline.Storage);
        if (!answer.IsHit)
        {
            return answer.IsUnavailable ? ApiErrors.DatabaseUnavailable : ApiErrors.NotFound;
        }

        if (Render(answer.Value, reader) is not { } body)
        {
            RemoteConfigMetrics.DecryptionFailures.Add(1);
            return ApiErrors.RemoteConfigDecryptFailed;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return null;
    }

    private byte[]? Render(RemoteConfigFlag flag, FlagReader reader)
    {
        var payload = RemoteConfigPayload.Find(flag.FiltersJson);
        if (!flag.IsEncrypted || payload.ValueKind == JsonValueKind.Undefined)
        {
            return RemoteConfigPayload.Write(payload);
        }

        return reader.Key!.Kind != AuthRecordKind.Personal ? RemoteConfigPayload.Write(RemoteConfigPayload.Redacted)
            : payload.ValueKind == JsonValueKind.String && decryption.TryDecrypt(payload.GetString()!) is { } text ? RemoteConfigPayload.Write(text)
            : null;
    }
}
