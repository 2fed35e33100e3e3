namespace FlagsService.TestKit.Faults;

/// <summary>What happens on the way to a store.</summary>
public enum FaultMode
{
    /// <summary>Bytes pass.</summary>
    None,

    /// <summary>Connections are refused, those that stand are cut.</summary>
    Down,

    /// <summary>Connections are taken, and nothing passes in either direction.</summary>
    Hanging,

    /// <summary>Answers are replaced by bytes that are no answer.</summary>
    Garbage,
}
