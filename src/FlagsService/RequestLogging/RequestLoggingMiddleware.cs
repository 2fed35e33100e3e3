namespace FlagsService.RequestLogging;

/// <summary>Puts the line of a request around everything else. Probes and metrics, which come every few seconds and say nothing, have none.</summary>
internal static class RequestLoggingMiddleware
{
    internal static IApplicationBuilder UseRequestLog(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<RequestLog>();
        return app.Use(next => context => log.IsOn && IsLogged(context.Request.Path) ? RunAsync(log, next, context) : next(context));
    }

    internal static bool IsLogged(PathString path) => path.Value is { } text && !text.StartsWith("/_", StringComparison.Ordinal) && !text.Equals("/metrics", StringComparison.Ordinal);

    private static async Task RunAsync(RequestLog log, RequestDelegate next, HttpContext context)
    {
        var line = log.Begin(context);
        try
        {
            await next(context);
        }
        finally
        {
            log.End(line, context);
        }
    }
}
