using FlagsService.HyperCache.Quotas;
using FlagsService.Storage.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlagsService.Storage;

/// <summary>Where quotas are read.</summary>
public static class LimitsRegistration
{
    /// <summary>Registers them, for after <see cref="StorageRegistration.AddStorage"/>: quotas are empty where <c>ConnectionStrings:Redis</c> is not set.</summary>
    public static IServiceCollection AddLimitStores(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration.GetConnectionString("Redis"))
            ? services.AddSingleton<IQuotaStore, NoQuotaStore>()
            : services.AddSingleton<IQuotaStore, RedisQuotaStore>();
}
