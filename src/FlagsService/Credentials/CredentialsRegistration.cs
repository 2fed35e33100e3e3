using FlagsService.HyperCache.Tokens;

namespace FlagsService.Credentials;

/// <summary>Keys of requests that are not <c>/flags</c>.</summary>
internal static class CredentialsRegistration
{
    internal static IServiceCollection AddCredentials(this IServiceCollection services) => services
        .AddSingleton<FlagReaders>()
        .AddSingleton<KeyUses>()
        .AddHostedService<KeyUseStamping>();
}
