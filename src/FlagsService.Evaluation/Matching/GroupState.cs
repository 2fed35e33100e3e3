namespace FlagsService.Evaluation.Matching;

/// <summary>What one request says about one group type.</summary>
internal struct GroupState
{
    /// <summary>The caller sent a key that names a group: text that is not empty, or a number.</summary>
    public bool HasKey;

    /// <summary>The key as text; empty without one.</summary>
    public ReadOnlyMemory<byte> Key;

    /// <summary>The stored row was asked for.</summary>
    public bool IsFetched;
}
