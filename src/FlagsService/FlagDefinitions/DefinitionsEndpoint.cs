using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.Quotas;
using FlagsService.RequestLogging;

namespace FlagsService.FlagDefinitions;

/// <summary>The definitions of a team: authenticate, compare the tag, send bytes that were serialised when the definitions changed.</summary>
internal sealed class DefinitionsEndpoint(DefinitionsAuthentication authentication, DefinitionsDocuments documents, QuotaLimits quotas)
{
    internal Task HandleAsync(HttpContext context) => ReadOnlyRoute.HandleAsync(context, GetAsync);

    private async Task GetAsync(HttpContext context)
    {
        var (team, error) = await authentication.AuthenticateAsync(context.Request, context.RequestAborted);
        if (error is null && quotas.RefusesFlags(team!))
        {
            error = ApiErrors.QuotaExceeded;
        }

        context.Features.Get<CanonicalLine>()?.TeamId = team?.Id;
        if (error is null && team is not null)
        {
            var answer = await documents.GetAsync(team.Id, context.RequestAborted);
            if (answer.IsHit)
            {
                await SendAsync(context, answer.Value);
                return;
            }

            error = answer.IsMiss ? ApiErrors.InvalidToken : ApiErrors.DatabaseUnavailable;
        }

        await context.WriteKeyErrorAsync(error!);
    }

    private static Task SendAsync(HttpContext context, DefinitionsDocument document)
    {
        var response = context.Response;
        response.Headers.ETag = document.QuotedETag;
        response.Headers.CacheControl = "private, must-revalidate";
        if (EntityTags.Matches(context.Request.Headers.IfNoneMatch, document.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        return response.Body.WriteAsync(document.Json, context.RequestAborted).AsTask();
    }
}
