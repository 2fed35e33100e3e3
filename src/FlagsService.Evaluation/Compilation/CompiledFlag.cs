namespace FlagsService.Evaluation.Compilation;

/// <summary>One flag, ready to run.</summary>
public sealed class CompiledFlag
{
    /// <summary>Row id.</summary>
    public required int Id { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }
}
