using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.Quotas;
using FlagsService.RateLimiting;
using FlagsService.RequestLogging;
using FlagsService.Usage;

namespace FlagsService.FlagDefinitions;

/// <summary>The definitions of a team: authenticate, keep to limits and quota, compare the tag, send bytes that were serialised when the definitions changed.</summary>
internal sealed class DefinitionsEndpoint(DefinitionsAuthentication authentication, DefinitionsDocuments documents, DefinitionsLimits limits, QuotaLimits quotas, UsageCounters usage)
{
    internal Task HandleAsync(HttpContext context) => ReadOnlyRoute.HandleAsync(context, GetAsync);

    private async Task GetAsync(HttpContext context)
    {
        var (team, error) = await authentication.AuthenticateAsync(context.Request, context.RequestAborted);
        context.Features.Get<CanonicalLine>()?.TeamId = team?.Id;
        error ??= await AnswerAsync(context, team!);
        if (error is not null)
        {
            await context.WriteKeyErrorAsync(error);
        }
    }

    private async ValueTask<ApiError?> AnswerAsync(HttpContext context, Team team)
    {
        var isConditional = EntityTags.IsPresent(context.Request.Headers.IfNoneMatch);
        if (await limits.ChargeAsync(context, team.Id, isConditional, context.RequestAborted) is { } limited)
        {
            return limited;
        }

        if (quotas.RefusesFlags(team))
        {
            return ApiErrors.QuotaExceeded;
        }

        var answer = await documents.GetAsync(team.Id, context.RequestAborted);
        if (!answer.IsHit)
        {
            return answer.IsMiss ? ApiErrors.InvalidToken : ApiErrors.DatabaseUnavailable;
        }

        var document = answer.Value;
        var isKnown = EntityTags.Matches(context.Request.Headers.IfNoneMatch, document.ETag);
        if (isConditional && !isKnown && await limits.ChargeDocumentAsync(context, team.Id, context.RequestAborted) is { } exhausted)
        {
            return exhausted;
        }

        if (!isKnown && document.IsBillable)
        {
            usage.CountDefinitions(team.Id, context.Request);
        }

        await SendAsync(context, document, isKnown);
        return null;
    }

    private static Task SendAsync(HttpContext context, DefinitionsDocument document, bool isKnown)
    {
        var response = context.Response;
        response.Headers.ETag = document.QuotedETag;
        response.Headers.CacheControl = "private, must-revalidate";
        if (isKnown)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        return response.Body.WriteAsync(document.Json, context.RequestAborted).AsTask();
    }
}
