namespace FlagsService.Management;

/// <summary>What can be done to a team's tokens.</summary>
internal enum TokenOperation
{
    /// <summary>A new secret; the old one goes on as backup, the old backup dies.</summary>
    RotateSecret,

    /// <summary>The backup dies.</summary>
    DeleteSecretBackup,

    /// <summary>A new public token; the old one dies.</summary>
    ResetPublicToken,
}
