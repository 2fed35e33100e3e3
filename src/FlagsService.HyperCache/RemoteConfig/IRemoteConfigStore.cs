namespace FlagsService.HyperCache.RemoteConfig;

/// <summary>Reads remote configuration flags from the store of record.</summary>
public interface IRemoteConfigStore
{
    /// <summary>The flag of a key, or of an id, in a project; one of the given team where several teams of the project have it. Active or not; a deleted flag, or one that is no remote configuration, is a miss.</summary>
    ValueTask<StoreAnswer<RemoteConfigFlag>> FindAsync(int teamId, long projectId, RemoteConfigName name, CancellationToken cancellationToken);
}
