namespace FlagsService.HyperCache.Archive;

/// <summary>Writes and reads a whole team.</summary>
public interface IArchive
{
    /// <summary>Writes a document in one transaction: flags are found by key, cohorts by id, people by their first distinct id; ids inside filters are rewritten to those of the rows. The same document twice changes nothing more.</summary>
    /// <param name="teamId">The team.</param>
    /// <param name="document">A document that has been validated.</param>
    /// <param name="progress">Told after each row, with the number of rows written so far.</param>
    /// <param name="cancellationToken">Rolls everything back.</param>
    Task ImportAsync(int teamId, ArchiveDocument document, IProgress<int>? progress, CancellationToken cancellationToken);

    /// <summary>Reads everything of a team, ordered so that two exports of one state are equal.</summary>
    Task<ArchiveDocument> ExportAsync(int teamId, CancellationToken cancellationToken);
}
