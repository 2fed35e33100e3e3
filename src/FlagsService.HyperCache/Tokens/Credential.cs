using FlagsService.HyperCache.Teams;

namespace FlagsService.HyperCache.Tokens;

/// <summary>A secret that is somebody's.</summary>
/// <param name="Record">Whose.</param>
/// <param name="Row">The team's row, where the same statement read it.</param>
public sealed record Credential(AuthRecord Record, TeamRow? Row = null);
