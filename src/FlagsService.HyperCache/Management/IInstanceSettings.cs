namespace FlagsService.HyperCache.Management;

/// <summary>Settings that operators keep in the database (table <c>posthog_instancesetting</c>), to be changed without a restart.</summary>
public interface IInstanceSettings
{
    /// <summary>The stored text of a setting.</summary>
    ValueTask<StoreAnswer<string>> ReadAsync(string key, CancellationToken cancellationToken);
}
