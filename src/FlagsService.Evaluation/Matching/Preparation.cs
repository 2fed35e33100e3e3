namespace FlagsService.Evaluation.Matching;

/// <summary>Whether storage was asked for properties.</summary>
internal enum Preparation
{
    /// <summary>Nobody needed it: what the caller sent is all there is, and what is absent is known to be absent.</summary>
    Skipped,

    /// <summary>It answered; its data serves all flags.</summary>
    Ran,

    /// <summary>It did not answer: what is absent may exist.</summary>
    Failed,
}
