namespace FlagsService.Http;

/// <summary>Whom requests come from.</summary>
internal static class ClientAddressRegistration
{
    internal static IServiceCollection AddClientAddress(this IServiceCollection services)
    {
        services.AddOptions<TrustedProxies>()
            .Configure<IConfiguration>(TrustedProxies.Read)
            .Validate(static options => options.Parse().All(network => network is not null), $"{TrustedProxies.Section} must be addresses or networks such as 10.0.0.0/8.")
            .ValidateOnStart();
        return services.AddSingleton<ClientAddress>();
    }
}
