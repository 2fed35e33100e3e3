using FlagsService.Http;

namespace FlagsService.Flags;

/// <summary>Remote evaluation.</summary>
internal static class FlagsRegistration
{
    internal static IServiceCollection AddFlags(this IServiceCollection services) => services
        .AddSingleton<FlagsWorkspaces>()
        .AddSingleton<FlagsConcurrency>()
        .AddSingleton<FlagsEndpoint>();

    internal static void MapFlags(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<FlagsEndpoint>();
        app.Map("/flags", context => endpoint.HandleAsync(context, isDecidePath: false));
        app.Map("/decide", context => endpoint.HandleAsync(context, isDecidePath: true));
        app.Map("/", static context =>
        {
            CrossOrigin.Allow(context);
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("feature flags", context.RequestAborted);
        });
    }
}
