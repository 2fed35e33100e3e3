using FlagsService.HyperCache.Tokens;
using Microsoft.AspNetCore.Connections.Features;

namespace FlagsService.Credentials;

/// <summary>The credential of the <c>Authorization</c> header.</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    // Public tokens, secrets and OAuth tokens are no personal keys; keys made long ago have no prefix at all.
    private static readonly string[] OtherPrefixes = ["phs_", "phc_", "pha_", "phr_"];

    /// <summary>The credential; null when there is none. An SDK sends the same header again and again: while it does, its connection keeps the credential with its digest.</summary>
    internal static PresentedToken? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is null)
        {
            return null;
        }

        // The server hands out the same text, not a copy, for as long as a connection sends the same header. Only where one request at a time comes over it.
        var kept = HttpProtocol.IsHttp11(request.Protocol) ? request.HttpContext.Features.Get<IConnectionItemsFeature>()?.Items : null;
        if (kept is not null && kept.TryGetValue(typeof(Bearer), out var last) && last is Presented presented && ReferenceEquals(presented.Header, header))
        {
            return presented.Credential;
        }

        var credential = Read(header);
        kept?[typeof(Bearer)] = new Presented(header, credential);
        return credential;
    }

    /// <summary>Whether it is worth a look-up as a personal key.</summary>
    internal static bool MayBePersonalKey(PresentedToken credential) => !Array.Exists(OtherPrefixes, prefix => credential.Text.StartsWith(prefix, StringComparison.Ordinal));

    private static PresentedToken? Read(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.AsSpan(Scheme.Length).Trim() is { IsEmpty: false } value ? new PresentedToken(value.ToString()) : null;

    private sealed class Presented(string header, PresentedToken? credential)
    {
        internal string Header { get; } = header;

        internal PresentedToken? Credential { get; } = credential;
    }
}
