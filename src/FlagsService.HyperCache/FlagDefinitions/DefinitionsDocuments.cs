namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The definitions documents of the teams in use, serialised once for each change.</summary>
public sealed class DefinitionsDocuments
{
    internal DefinitionsDocuments(TeamDocuments<DefinitionsDocument> documents) => Documents = documents;

    /// <summary>How many teams are in memory.</summary>
    public int Count => Documents.Count;

    /// <summary>Bytes of all of them.</summary>
    public long Bytes => Documents.EstimatedBytes;

    internal TeamDocuments<DefinitionsDocument> Documents { get; }

    /// <summary>The current document of a team; every team that exists has one. A miss means that the team does not exist.</summary>
    public ValueTask<StoreAnswer<DefinitionsDocument>> GetAsync(int teamId, CancellationToken cancellationToken)
    {
        var answer = Documents.GetAsync(teamId, cancellationToken);
        if (answer.IsCompletedSuccessfully)
        {
            // A load never ends before it is waited for.
            DefinitionsMetrics.InMemory();
        }

        return answer;
    }
}
