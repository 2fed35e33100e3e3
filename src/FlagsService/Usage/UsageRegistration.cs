namespace FlagsService.Usage;

/// <summary>Counting what is billed.</summary>
internal static class UsageRegistration
{
    internal static IServiceCollection AddUsage(this IServiceCollection services)
    {
        services.AddOptions<UsageOptions>()
            .BindConfiguration(UsageOptions.Section)
            .Validate(static options => options.FlushIntervalSeconds is > 0 and <= 3600, $"{UsageOptions.Section}:FlushIntervalSeconds must be more than 0 and at most 3600.")
            .Validate(static options => options.MaxPendingEntries > 0, $"{UsageOptions.Section}:MaxPendingEntries must be more than 0.")
            .Validate(static options => options.BatchSize is > 0 and <= 2000, $"{UsageOptions.Section}:BatchSize must be more than 0 and at most 2000.")
            .Validate(static options => options.ShutdownTimeoutSeconds is > 0 and <= 3600, $"{UsageOptions.Section}:ShutdownTimeoutSeconds must be more than 0 and at most 3600.")
            .ValidateOnStart();
        return services.AddSingleton<UsageCounters>().AddHostedService<UsageWriter>();
    }
}
