namespace FlagsService.Http;

/// <summary>What every route needs: whom requests come from, and how long they may take.</summary>
internal static class HttpRegistration
{
    internal static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddOptions<TrustedProxies>()
            .Configure<IConfiguration>(TrustedProxies.Read)
            .Validate(static options => options.Parse().All(network => network is not null), $"{TrustedProxies.Section} must be addresses or networks such as 10.0.0.0/8.")
            .ValidateOnStart();
        return services.AddSingleton<ClientAddress>().AddSingleton<RequestDeadlines>();
    }
}
