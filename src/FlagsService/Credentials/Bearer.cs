namespace FlagsService.Credentials;

/// <summary>The credential of the <c>Authorization</c> header.</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";
    private const string SecretPrefix = "phs_";

    // Public tokens, secrets and OAuth tokens are no personal keys; keys made long ago have no prefix at all.
    private static readonly string[] OtherPrefixes = [SecretPrefix, "phc_", "pha_", "phr_"];

    /// <summary>The credential; null when there is none.</summary>
    internal static string? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        return header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.AsSpan(Scheme.Length).Trim() is { IsEmpty: false } value ? value.ToString() : null;
    }

    /// <summary>A team's secret or a project secret key.</summary>
    internal static bool IsSecret(string credential) => credential.StartsWith(SecretPrefix, StringComparison.Ordinal);

    /// <summary>Whether it is worth a look-up as a personal key.</summary>
    internal static bool MayBePersonalKey(string credential) => !Array.Exists(OtherPrefixes, prefix => credential.StartsWith(prefix, StringComparison.Ordinal));
}
