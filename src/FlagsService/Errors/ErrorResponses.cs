using FlagsService.RequestLogging;

namespace FlagsService.Errors;

/// <summary>Sends errors, and turns what was thrown into one.</summary>
internal static class ErrorResponses
{
    internal static Task WriteErrorAsync(this HttpContext context, ApiError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.ContentLength = error.Json.Length;
        context.Features.Get<CanonicalLine>()?.ErrorCode = error.Name;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(error.Json, 0, error.Json.Length);
    }

    /// <summary>Sends an error of a route that takes a bearer: it says which scheme is wanted, and when to come again.</summary>
    internal static Task WriteKeyErrorAsync(this HttpContext context, ApiError error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (error == ApiErrors.DatabaseUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        return context.WriteErrorAsync(error);
    }

    /// <summary>The last resort around everything: what a client did wrong is 4xx, our own trouble 503, and only a bug 500.</summary>
    internal static IApplicationBuilder UseErrorEnvelope(this IApplicationBuilder app) => app.Use(next => async context =>
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var error = exception switch
            {
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ApiErrors.BodyTooLarge,
                BadHttpRequestException => ApiErrors.BodyUnreadable,
                OperationCanceledException or TimeoutException => ApiErrors.Timeout,
                System.Data.Common.DbException => ApiErrors.DatabaseUnavailable,
                _ => ApiErrors.Internal,
            };
            if (error == ApiErrors.Internal)
            {
                // The route, not the path: a path may hold a token.
                ErrorLog.Unexpected(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorResponses)), context.GetEndpoint()?.DisplayName ?? "no route", exception);
            }

            context.Response.Headers.Remove("Content-Encoding");
            await context.WriteErrorAsync(error);
        }
    });

    internal static void MapNotFound(this IEndpointRouteBuilder app) => app.MapFallback("{**path}", static context => context.WriteErrorAsync(ApiErrors.NotFound));
}
