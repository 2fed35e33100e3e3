using FlagsService.Errors;

namespace FlagsService.Http;

/// <summary>Methods of a route that only reads: GET is its own, HEAD and OPTIONS are answered without a look at anything, all others refused.</summary>
internal static class ReadOnlyRoute
{
    internal static Task HandleAsync(HttpContext context, Func<HttpContext, Task> get)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method))
        {
            return get(context);
        }

        if (HttpMethods.IsHead(method))
        {
            context.Response.ContentType = "application/json";
            return Task.CompletedTask;
        }

        context.Response.Headers.Allow = "GET, OPTIONS, HEAD";
        if (HttpMethods.IsOptions(method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return context.WriteErrorAsync(ApiErrors.MethodNotAllowed);
    }
}
