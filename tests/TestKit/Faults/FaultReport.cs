namespace FlagsService.TestKit.Faults;

/// <summary>What clients saw in one cell.</summary>
/// <param name="Fault">What failed.</param>
/// <param name="IsWarm">Whether the server had answered before.</param>
/// <param name="Answered">Requests answered 200.</param>
/// <param name="Unavailable">Requests answered 503.</param>
/// <param name="Wrong">Everything else: another status, a wrong value, no answer; in words.</param>
/// <param name="Slowest">The slowest answer.</param>
/// <param name="Recovery">From the end of the fault until every kind of request was answered 200.</param>
public sealed record FaultReport(Fault Fault, bool IsWarm, int Answered, int Unavailable, IReadOnlyList<string> Wrong, TimeSpan Slowest, TimeSpan Recovery);
