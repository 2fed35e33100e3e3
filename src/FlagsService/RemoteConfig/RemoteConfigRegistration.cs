using System.Text;
using FlagsService.Errors;
using FlagsService.Flags;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.Quotas;

namespace FlagsService.RemoteConfig;

/// <summary>Configuration for browsers and mobile apps.</summary>
internal static class RemoteConfigRegistration
{
    internal static IServiceCollection AddRemoteConfig(this IServiceCollection services)
    {
        services.AddOptions<RemoteConfigOptions>()
            .BindConfiguration(RemoteConfigOptions.Section)
            .Validate(static options => !Array.Exists(options.Keys, key => key.Length == 0), $"{RemoteConfigOptions.Section}:SecretKeys has an empty key between two commas.")
            .ValidateOnStart();
        return services
            .AddSingleton<IBrowserConfigSource, BrowserConfigSource>()
            .AddSingleton<PayloadDecryption>()
            .AddSingleton<RemoteConfigAuthentication>()
            .AddSingleton<RemoteConfigEndpoint>();
    }

    internal static void MapRemoteConfig(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.Map("/api/projects/{project}/feature_flags/{key}/remote_config", services.GetRequiredService<RemoteConfigEndpoint>().HandleAsync);
        var (teams, snapshots, configs) = (services.GetRequiredService<TeamDirectory>(), services.GetRequiredService<TeamSnapshots>(), services.GetRequiredService<IBrowserConfigSource>());
        var quotas = services.GetRequiredService<QuotaLimits>();
        app.MapGet("/array/{token}/config", async context =>
        {
            CrossOrigin.Allow(context);
            var token = (string)context.Request.RouteValues["token"]!;
            var isSecret = token.StartsWith("phs_", StringComparison.Ordinal);
            var resolution = isSecret ? new TeamResolution(TokenOutcome.Unknown, null, null, "") : await teams.ResolveAsync(token, context.RequestAborted);
            if (resolution.Team is not { } team)
            {
                await context.WriteErrorAsync(resolution.Outcome == TokenOutcome.Unavailable ? ApiErrors.DatabaseUnavailable : ApiErrors.NotFound);
                return;
            }

            var config = await configs.GetAsync(team, (await snapshots.GetAsync(team.Id, context.RequestAborted)).Value, context.Request, context.RequestAborted);
            quotas.ApplyTo(config, team);
            config["token"] = team.PublicToken;
            var body = Encoding.UTF8.GetBytes(config.ToJsonString());
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            context.Response.Headers.CacheControl = "public, max-age=300";
            context.Response.Headers.Vary = "Origin";
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        });
    }
}
