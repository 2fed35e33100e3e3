using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.FlagDefinitions;

/// <summary>Definitions for SDKs that evaluate locally.</summary>
internal static class FlagDefinitionsRegistration
{
    private static readonly string[] Paths = ["/flags/definitions", "/flag_definitions", "/api/feature_flag/local_evaluation", "/api/projects/{project}/feature_flags/local_evaluation"];

    // Documents are in memory anyway, serialised: whole answers get a small share of it.
    private const long OutputCacheBytes = 64 * 1024 * 1024;

    internal static IServiceCollection AddFlagDefinitions(this IServiceCollection services) => services
        .AddOutputCache(static options => options.SizeLimit = OutputCacheBytes)
        .AddSingleton<DefinitionsAuthentication>()
        .AddSingleton<DefinitionsAdmission>()
        .AddSingleton<DefinitionsCachePolicy>()
        .AddSingleton<DefinitionsEndpoint>()
        .AddSingleton<ITeamUpdateObserver, DefinitionsEviction>();

    /// <summary>For before the response cache: it must not save a request authentication, limits, quota and count.</summary>
    internal static IApplicationBuilder UseDefinitionsAdmission(this IApplicationBuilder app)
    {
        var endpoint = app.ApplicationServices.GetRequiredService<DefinitionsEndpoint>();
        return app.Use(next => context => HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<DefinitionsCachePolicy>() is not null
            ? endpoint.AdmitAsync(context, next)
            : next(context));
    }

    internal static void MapFlagDefinitions(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<DefinitionsEndpoint>();
        var policy = app.ServiceProvider.GetRequiredService<DefinitionsCachePolicy>();
        foreach (var path in Paths)
        {
            app.Map(path, endpoint.HandleAsync).WithMetadata(policy);
        }
    }
}
