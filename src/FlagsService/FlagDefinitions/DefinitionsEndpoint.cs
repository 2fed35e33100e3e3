using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using Microsoft.AspNetCore.Http.Features;

namespace FlagsService.FlagDefinitions;

/// <summary>The definitions of a team: bytes that were serialised when the definitions changed.</summary>
internal sealed class DefinitionsEndpoint(DefinitionsAdmission admission)
{
    internal Task HandleAsync(HttpContext context) => ReadOnlyRoute.HandleAsync(context, SendAsync);

    /// <summary>Answers what needs no document; hands on, to the response cache and then to <see cref="HandleAsync"/>, what gets one.</summary>
    internal async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var decision = await admission.DecideAsync(context);
        if (decision.Document is not { } document)
        {
            await context.WriteKeyErrorAsync(decision.Error!);
        }
        else if (decision.IsKnown)
        {
            Describe(context.Response, document);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
        }
        else
        {
            context.Features.Set(document);
            await next(context);
        }
    }

    private static void Describe(HttpResponse response, DefinitionsDocument document)
    {
        response.Headers.ETag = document.QuotedETag;
        response.Headers.CacheControl = "private, must-revalidate";
    }

    private static async Task SendAsync(HttpContext context)
    {
        var (document, response) = (context.Features.GetRequiredFeature<DefinitionsDocument>(), context.Response);
        Describe(response, document);
        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        await response.Body.WriteAsync(document.Json, CancellationToken.None);
    }
}
