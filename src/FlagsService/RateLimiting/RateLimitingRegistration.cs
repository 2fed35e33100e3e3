using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>How often addresses, tokens and teams may ask.</summary>
internal static class RateLimitingRegistration
{
    internal static IServiceCollection AddRateLimiting(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsCheck>()
            .AddSingleton<AllowedTeams>()
            .AddSingleton<FlagsLimits>()
            .AddSingleton<DefinitionsLimits>()
            .AddSingleton<RemoteConfigLimits>()
            .AddSingleton<AuthenticationFailures>()
            .AddHostedService<LimitUpkeep>();
    }
}
