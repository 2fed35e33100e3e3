namespace FlagsService.HyperCache.Management;

/// <summary>Brings the store of record to the shape this service needs.</summary>
public interface IDatabaseMigrator
{
    /// <summary>Creates the tables that are missing and the triggers that announce changes; never alters what exists. Safe to run from many processes at once and any number of times.</summary>
    /// <exception cref="System.Data.Common.DbException">The database could not be reached or refused.</exception>
    Task<MigrationReport> MigrateAsync(CancellationToken cancellationToken);
}
