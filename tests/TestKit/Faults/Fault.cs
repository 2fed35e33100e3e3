namespace FlagsService.TestKit.Faults;

/// <summary>What fails in one cell of the fault matrix. Down means that the process is killed, and started again for the recovery; Redis then comes back empty.</summary>
public enum Fault
{
    /// <summary>Redis is killed.</summary>
    RedisDown,

    /// <summary>Redis takes connections and never answers.</summary>
    RedisHanging,

    /// <summary>Redis answers what is no answer.</summary>
    RedisGarbage,

    /// <summary>Redis is killed and back at once, empty.</summary>
    RedisEmpty,

    /// <summary>Postgres is killed.</summary>
    PostgresDown,

    /// <summary>Postgres takes connections and never answers.</summary>
    PostgresHanging,

    /// <summary>Object storage answers 503.</summary>
    ObjectsFailing,

    /// <summary>Object storage never answers.</summary>
    ObjectsHanging,

    /// <summary>Redis is killed, object storage answers 503.</summary>
    RedisAndObjectsDown,

    /// <summary>Redis and Postgres are killed.</summary>
    RedisAndPostgresDown,

    /// <summary>Redis and Postgres take connections and never answer.</summary>
    RedisAndPostgresHanging,

    /// <summary>Nothing but the server is left.</summary>
    EverythingDown,
}
