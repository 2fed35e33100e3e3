namespace FlagsService.TestKit.Leaks;

/// <summary>Secrets were seen where none may be.</summary>
public sealed class LeakException(IEnumerable<string> findings) : Exception("Secrets were seen where none may be:\n" + string.Join('\n', findings.Take(20)));
