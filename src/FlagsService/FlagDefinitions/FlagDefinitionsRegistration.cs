namespace FlagsService.FlagDefinitions;

/// <summary>Definitions for SDKs that evaluate locally.</summary>
internal static class FlagDefinitionsRegistration
{
    private static readonly string[] Paths = ["/flags/definitions", "/flag_definitions", "/api/feature_flag/local_evaluation", "/api/projects/{project}/feature_flags/local_evaluation"];

    internal static IServiceCollection AddFlagDefinitions(this IServiceCollection services) => services.AddSingleton<DefinitionsAuthentication>().AddSingleton<DefinitionsEndpoint>();

    internal static void MapFlagDefinitions(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<DefinitionsEndpoint>();
        foreach (var path in Paths)
        {
            app.Map(path, endpoint.HandleAsync);
        }
    }
}
