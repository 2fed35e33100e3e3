using System.Diagnostics;
using FlagsService.RequestLogging;

namespace FlagsService.Observability;

/// <summary>Gives the host's span of a request its name and attributes. Only in the pipeline where traces are exported.</summary>
internal static class RequestTracing
{
    internal static IApplicationBuilder UseRequestTracing(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<OtlpExport>() is null ? app : app.Use(next => context => Activity.Current is { } span ? RunAsync(span, next, context) : next(context));

    private static async Task RunAsync(Activity span, RequestDelegate next, HttpContext context)
    {
        if (!RequestLoggingMiddleware.IsLogged(context.Request.Path))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        // The caller's state is handed on to every span below this one.
        if (span.TraceStateString is { } state)
        {
            span.TraceStateString = TokenRedactor.Redact(state);
        }

        try
        {
            await next(context);
        }
        finally
        {
            if (span.IsAllDataRequested)
            {
                Describe(span, context);
            }
        }
    }

    private static void Describe(Activity span, HttpContext context)
    {
        // The route, not the path: a path may hold a token.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var status = context.Response.StatusCode;
        span.DisplayName = $"{context.Request.Method} {route}";
        span.SetTag("http.request.method", context.Request.Method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        var line = context.Features.Get<CanonicalLine>();
        span.SetTag("flags.team_id", line?.TeamId);
        span.SetTag("error.type", line?.ErrorCode);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
