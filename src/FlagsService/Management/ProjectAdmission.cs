using FlagsService.Errors;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Management;

/// <summary>The team and the user who may change it, or why not.</summary>
/// <param name="Error">The refusal; null when admitted.</param>
/// <param name="Team">The team; null when refused.</param>
/// <param name="UserId">The user; 0 when refused.</param>
internal readonly record struct ProjectAdmission(ApiError? Error, Team? Team = null, int UserId = 0);
