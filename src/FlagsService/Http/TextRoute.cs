using FlagsService.Errors;

namespace FlagsService.Http;

/// <summary>A route for machines that watch: GET and HEAD ask, all else is refused.</summary>
internal static class TextRoute
{
    internal static void MapText(this IEndpointRouteBuilder app, string path, RequestDelegate answer) => app.Map(path, context =>
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            context.Response.ContentType = "text/plain";
            return answer(context);
        }

        context.Response.Headers.Allow = "GET, OPTIONS, HEAD";
        if (HttpMethods.IsOptions(method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return context.WriteErrorAsync(ApiErrors.MethodNotAllowed);
    });
}
