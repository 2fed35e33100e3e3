using System.Diagnostics.CodeAnalysis;

namespace FlagsService.HyperCache;

/// <summary>What a store or a tier said: found, definitely absent, or nobody could tell.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Status">Which of the three.</param>
/// <param name="Value">Present exactly on a hit.</param>
/// <param name="Trouble">On <see cref="StoreStatus.Unavailable"/>, a short code without secrets, for instance <c>timeout</c>.</param>
public readonly record struct StoreAnswer<T>(StoreStatus Status, T? Value, string? Trouble = null)
    where T : class
{
    /// <summary>Whether <see cref="Value"/> is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsHit => Status == StoreStatus.Hit;

    /// <summary>Definitely absent.</summary>
    public bool IsMiss => Status == StoreStatus.Miss;

    /// <summary>Nobody could tell.</summary>
    public bool IsUnavailable => Status == StoreStatus.Unavailable;
}
