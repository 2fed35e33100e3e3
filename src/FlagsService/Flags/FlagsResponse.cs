using System.Text.Json.Nodes;
using FlagsService.Evaluation.Results;

namespace FlagsService.Flags;

/// <summary>What one answer says, whatever its shape.</summary>
/// <param name="Results">The flags; null for none.</param>
/// <param name="RequestId">Id of the request.</param>
/// <param name="EvaluatedAt">Unix milliseconds.</param>
/// <param name="MinimalFlagCalledEvents">Whether to ask SDKs for reduced events.</param>
/// <param name="IsQuotaLimited">The project has used up its requests. With a configuration, that says so.</param>
/// <param name="Config">Members of the browser configuration, put at the top level.</param>
internal readonly record struct FlagsResponse(
    EvaluationResults? Results, Guid RequestId, long EvaluatedAt, bool MinimalFlagCalledEvents = false, bool IsQuotaLimited = false, JsonObject? Config = null);
