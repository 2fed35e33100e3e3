namespace FlagsService.Evaluation.Definitions;

/// <summary>Why a stored document cannot be read at all.</summary>
internal sealed record StoredJsonFault(string Reason, bool TooDeep);
