namespace FlagsService.HyperCache.Tokens;

/// <summary>What kind of secret a digest belongs to.</summary>
public enum AuthRecordKind
{
    /// <summary>Primary or backup secret of a team (<c>secret</c>).</summary>
    Secret,

    /// <summary>Project secret API key (<c>project_secret</c>).</summary>
    ProjectSecret,

    /// <summary>Personal API key (<c>personal</c>); never valid on <c>/flags</c>.</summary>
    Personal,
}
