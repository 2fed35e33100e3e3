using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Results;

/// <summary>One possible result of one flag, rendered once and shared by every request that ends in it.</summary>
public sealed class FlagOutcome
{
    /// <summary>The flag.</summary>
    public required CompiledFlag Flag { get; init; }

    /// <summary>Whether the flag is on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The variant; null when there is none or its key is empty.</summary>
    public string? Variant { get; init; }

    /// <summary>Why.</summary>
    public required FlagReason Reason { get; init; }

    /// <summary>The evaluation of this flag failed; SDKs keep their previous value.</summary>
    public bool Failed { get; init; }

    /// <summary>The payload as JSON text, which travels as a string; null when there is none.</summary>
    public string? Payload { get; init; }

    /// <summary><c>"key":{...}</c> of the v2 shape, UTF-8, without the explain trace: its last byte is the closing brace, before which <c>,"conditions":[...]</c> may be put.</summary>
    public ReadOnlyMemory<byte> V2Member { get; init; }

    /// <summary><c>"key":true|false|"variant"</c> of the v1 shape, UTF-8.</summary>
    public ReadOnlyMemory<byte> ValueMember { get; init; }

    /// <summary><c>"key":"payload text"</c> of the v1 shape, UTF-8; empty without a payload.</summary>
    public ReadOnlyMemory<byte> PayloadMember { get; init; }

    /// <summary>The variant that dependent flags compare with, also when its key is empty.</summary>
    internal string? DependencyVariant { get; init; }
}
