namespace FlagsService.Flags;

/// <summary>The shapes an answer can have.</summary>
internal enum FlagsShape
{
    /// <summary><c>flags</c> with reasons and metadata; what every current SDK asks for.</summary>
    V2,

    /// <summary><c>featureFlags</c> and <c>featureFlagPayloads</c>.</summary>
    V1,

    /// <summary>A list of enabled keys.</summary>
    DecideV1,

    /// <summary>A map of enabled flags.</summary>
    DecideV2,
}
