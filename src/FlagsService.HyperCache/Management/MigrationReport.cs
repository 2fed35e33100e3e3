namespace FlagsService.HyperCache.Management;

/// <summary>What a migration found and did.</summary>
/// <param name="CreatedTables">Tables that were missing.</param>
/// <param name="HasOutbox">False where the role may neither find nor create the outbox: revisions then come from the database's snapshot and changes are found by polling.</param>
/// <param name="HasTriggers">Whether every definition table announces its changes.</param>
public sealed record MigrationReport(IReadOnlyList<string> CreatedTables, bool HasOutbox, bool HasTriggers);
