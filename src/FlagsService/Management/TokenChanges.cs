using FlagsService.HyperCache.Tokens;

namespace FlagsService.Management;

/// <summary>Changes tokens and then, after the commit and before the answer, what depends on them. Nothing is forgotten before the commit: a reader could put the old row back.</summary>
internal sealed class TokenChanges(ITokenAdministration administration, IEnumerable<ITokenChangeStep> steps, TimeProvider time, ILogger<TokenChanges> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal async Task<TokenChange?> ApplyAsync(TokenOperation operation, int teamId, Actor actor)
    {
        // A client that leaves does not take a change back half-way.
        var change = operation switch
        {
            TokenOperation.RotateSecret => await administration.RotateSecretAsync(teamId, actor, CancellationToken.None),
            TokenOperation.DeleteSecretBackup => await administration.DeleteSecretBackupAsync(teamId, actor, CancellationToken.None),
            _ => await administration.ResetPublicTokenAsync(teamId, actor, CancellationToken.None),
        };
        if (change is { IsChange: true })
        {
            ManagementLog.Changed(logger, operation, teamId, actor.UserId);
            await Task.WhenAll(steps.Select(step => FollowAsync(step, change)));
        }

        return change;
    }

    private async Task FollowAsync(ITokenChangeStep step, TokenChange change)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        try
        {
            if (await step.ApplyAsync(change, timer.Token))
            {
                return;
            }

            ManagementLog.StepFailed(logger, step.Name, change.After.TeamId, "unavailable");
        }
        catch (Exception exception)
        {
            // The tokens are changed and the caller must learn the new ones; the announcement is repeated until it succeeds.
            ManagementLog.StepFailed(logger, step.Name, change.After.TeamId, exception.GetType().Name);
        }

        ManagementMetrics.InvalidationFailures.Add(1, new KeyValuePair<string, object?>("step", step.Name));
    }
}
