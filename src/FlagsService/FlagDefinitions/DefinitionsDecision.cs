using FlagsService.Errors;
using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.FlagDefinitions;

/// <summary>What a definitions request gets: an error, a document, or the news that it has that document already.</summary>
internal readonly record struct DefinitionsDecision(ApiError? Error, DefinitionsDocument? Document, bool IsKnown);
