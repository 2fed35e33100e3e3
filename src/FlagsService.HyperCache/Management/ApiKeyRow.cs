namespace FlagsService.HyperCache.Management;

/// <summary>A key as listed.</summary>
/// <param name="Id">Row id.</param>
/// <param name="IsProjectSecret">A project secret key (<c>phs_</c>) instead of a personal one (<c>phx_</c>).</param>
/// <param name="Owner">Team id of a project secret key, user id of a personal one.</param>
/// <param name="Label">Human label.</param>
/// <param name="Mask">First and last characters of the secret.</param>
/// <param name="Scopes">Scopes; null means unrestricted on a project secret key and none on a personal one.</param>
public sealed record ApiKeyRow(string Id, bool IsProjectSecret, int Owner, string Label, string Mask, IReadOnlyList<string>? Scopes);
