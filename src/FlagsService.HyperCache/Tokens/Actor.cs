namespace FlagsService.HyperCache.Tokens;

/// <summary>Who changes a token, for the activity log.</summary>
/// <param name="UserId">User id; null for the command line, which is logged as the system.</param>
public readonly record struct Actor(int? UserId);
