namespace FlagsService.HyperCache.Quotas;

/// <summary>What a project may have used up.</summary>
public enum QuotaResource
{
    /// <summary>Evaluations and definitions.</summary>
    FeatureFlagRequests,

    /// <summary>Session recordings.</summary>
    Recordings,
}
