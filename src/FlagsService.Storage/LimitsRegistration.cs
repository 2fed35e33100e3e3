using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Usage;
using FlagsService.Storage.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlagsService.Storage;

/// <summary>Where quotas are read and usage is collected.</summary>
public static class LimitsRegistration
{
    /// <summary>Registers them, for after <see cref="StorageRegistration.AddStorage"/>: nobody has a quota and usage stays in memory where <c>ConnectionStrings:Redis</c> is not set.</summary>
    public static IServiceCollection AddLimitStores(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration.GetConnectionString("Redis"))
            ? services.AddSingleton<IQuotaStore, NoQuotaStore>().AddSingleton<IQuotaTokens, NoQuotaTokens>().AddSingleton<IUsageStore, NoUsageStore>()
            : services.AddSingleton<IQuotaStore, RedisQuotaStore>().AddSingleton<IQuotaTokens, RedisQuotaTokens>().AddSingleton<IUsageStore, RedisUsageStore>();
}
