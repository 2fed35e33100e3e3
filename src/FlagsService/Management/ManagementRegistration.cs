using FlagsService.Quotas;

namespace FlagsService.Management;

/// <summary>Changing projects over HTTP.</summary>
internal static class ManagementRegistration
{
    private static readonly string[] Resources = ["/api/projects/{project}", "/api/environments/{project}"];

    private static readonly (string Path, TokenOperation Operation)[] TokenPaths =
    [
        ("/rotate_secret_token", TokenOperation.RotateSecret),
        ("/delete_secret_token_backup", TokenOperation.DeleteSecretBackup),
        ("/reset_token", TokenOperation.ResetPublicToken),
    ];

    internal static IServiceCollection AddManagement(this IServiceCollection services) => services
        .AddTokenChanges()
        .AddSingleton<ProjectAdministrators>()
        .AddSingleton<TokenEndpoint>();

    /// <summary>The changes alone, for the command line.</summary>
    internal static IServiceCollection AddTokenChanges(this IServiceCollection services) => services
        .AddSingleton<ITokenChangeStep, CacheInvalidationStep>()
        .AddQuotaTokenSync()
        .AddSingleton<TokenChanges>();

    internal static void MapManagement(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<TokenEndpoint>();
        foreach (var resource in Resources)
        {
            foreach (var (path, operation) in TokenPaths)
            {
                app.Map(resource + path, context => endpoint.HandleAsync(context, operation));
            }
        }
    }
}
