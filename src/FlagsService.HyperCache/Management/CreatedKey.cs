namespace FlagsService.HyperCache.Management;

/// <summary>A key at the only moment its secret is known.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Secret">The secret, to be shown once and never logged.</param>
public sealed record CreatedKey(string Id, string Secret);
