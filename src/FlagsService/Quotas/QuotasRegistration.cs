using FlagsService.Caching;
using FlagsService.Management;

namespace FlagsService.Quotas;

/// <summary>Projects over their billing quota.</summary>
internal static class QuotasRegistration
{
    internal static IServiceCollection AddQuotas(this IServiceCollection services)
    {
        services.AddOptions<QuotaOptions>()
            .BindConfiguration(QuotaOptions.Section)
            .Validate(static options => options.RefreshIntervalSeconds is > 0 and <= 3600, $"{QuotaOptions.Section}:RefreshIntervalSeconds must be more than 0 and at most 3600.")
            .ValidateOnStart();
        return services.AddSingleton<QuotaLimits>().AddHostedService<QuotaRefresh>();
    }

    /// <summary>What keeps limits on a project whose tokens change; on the command line too.</summary>
    internal static IServiceCollection AddQuotaTokenSync(this IServiceCollection services) => services
        .AddSingleton<QuotaTokenSync>()
        .AddSingleton<ITokenChangeStep>(static provider => provider.GetRequiredService<QuotaTokenSync>())
        .AddSingleton<IChangeFollower>(static provider => provider.GetRequiredService<QuotaTokenSync>());
}
