using FlagsService.Errors;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.Quotas;
using FlagsService.RateLimiting;
using FlagsService.RequestLogging;
using FlagsService.Usage;

namespace FlagsService.FlagDefinitions;

/// <summary>Decides a definitions request in the fixed order of its steps: authenticate, keep to limits and quota, compare the tag, count. Before any response cache, which must not save a request any of it.</summary>
internal sealed class DefinitionsAdmission(DefinitionsAuthentication authentication, DefinitionsDocuments documents, DefinitionsLimits limits, QuotaLimits quotas, UsageCounters usage)
{
    /// <summary>The decision, made once for a request.</summary>
    internal async ValueTask<DefinitionsDecision> DecideAsync(HttpContext context)
    {
        if (context.Features.Get<DefinitionsDecision>() is { } made)
        {
            return made;
        }

        var (team, error) = await authentication.AuthenticateAsync(context.Request, context.RequestAborted);
        context.Features.Get<CanonicalLine>()?.TeamId = team?.Id;
        var decision = error is null ? await DecideAsync(context, team!) : new DefinitionsDecision(error, null, false);
        context.Features.Set(decision);
        return decision;
    }

    private async ValueTask<DefinitionsDecision> DecideAsync(HttpContext context, Team team)
    {
        var validators = context.Request.Headers.IfNoneMatch;
        var isConditional = EntityTags.IsPresent(validators);
        if (await limits.ChargeAsync(context, team.Id, isConditional, context.RequestAborted) is { } limited)
        {
            return Refuse(limited);
        }

        if (quotas.RefusesFlags(team))
        {
            return Refuse(ApiErrors.QuotaExceeded);
        }

        var answer = await documents.GetAsync(team.Id, context.RequestAborted);
        if (!answer.IsHit)
        {
            return Refuse(answer.IsMiss ? ApiErrors.InvalidToken : ApiErrors.DatabaseUnavailable);
        }

        var document = answer.Value;
        if (EntityTags.Matches(validators, document.ETag))
        {
            return new DefinitionsDecision(null, document, IsKnown: true);
        }

        if (isConditional && await limits.ChargeDocumentAsync(context, team.Id, context.RequestAborted) is { } exhausted)
        {
            return Refuse(exhausted);
        }

        if (document.IsBillable)
        {
            usage.CountDefinitions(team.Id, context.Request);
        }

        return new DefinitionsDecision(null, document, IsKnown: false);
    }

    private static DefinitionsDecision Refuse(ApiError error) => new(error, null, false);
}
