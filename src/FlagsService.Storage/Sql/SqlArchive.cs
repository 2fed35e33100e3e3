using FlagsService.HyperCache.Archive;

namespace FlagsService.Storage.Sql;

/// <summary>Import and export of a whole team.</summary>
internal sealed class SqlArchive(SqlDatabase database) : IArchive
{
    public async Task ImportAsync(int teamId, ArchiveDocument document, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await new ArchiveWriter(database, connection, transaction, teamId, progress).WriteAsync(document, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<ArchiveDocument> ExportAsync(int teamId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellationToken);
        return await new ArchiveReader(database, connection, teamId).ReadAsync(cancellationToken);
    }
}
