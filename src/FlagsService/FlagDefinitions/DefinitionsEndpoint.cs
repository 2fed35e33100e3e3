using FlagsService.Errors;
using FlagsService.Http;

namespace FlagsService.FlagDefinitions;

/// <summary>The definitions of a team: bytes that were serialised when the definitions changed.</summary>
internal sealed class DefinitionsEndpoint(DefinitionsAdmission admission)
{
    internal Task HandleAsync(HttpContext context) => ReadOnlyRoute.HandleAsync(context, GetAsync);

    private async Task GetAsync(HttpContext context)
    {
        var decision = await admission.DecideAsync(context);
        if (decision.Document is not { } document)
        {
            await context.WriteKeyErrorAsync(decision.Error!);
            return;
        }

        var response = context.Response;
        response.Headers.ETag = document.QuotedETag;
        response.Headers.CacheControl = "private, must-revalidate";
        if (decision.IsKnown)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        await response.Body.WriteAsync(document.Json, context.RequestAborted);
    }
}
