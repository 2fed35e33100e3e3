using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.Quotas;
using FlagsService.RateLimiting;
using FlagsService.RequestLogging;
using FlagsService.Usage;

namespace FlagsService.FlagDefinitions;

/// <summary>Decides a definitions request in the fixed order of its steps: authenticate, keep to limits and quota, compare the tag, count. Before any response cache, which must not save a request any of it.</summary>
internal sealed class DefinitionsAdmission(DefinitionsAuthentication authentication, DefinitionsDocuments documents, DefinitionsLimits limits, QuotaLimits quotas, UsageCounters usage, RequestDeadlines deadlines)
{
    internal async ValueTask<DefinitionsDecision> DecideAsync(HttpContext context)
    {
        using var deadline = deadlines.Start();
        var (team, error) = await authentication.AuthenticateAsync(context.Request, deadline.Storage);
        context.Features.Get<CanonicalLine>()?.TeamId = team?.Id;
        return error is null ? await DecideAsync(context, team!, deadline.Storage) : Refuse(error);
    }

    private async ValueTask<DefinitionsDecision> DecideAsync(HttpContext context, Team team, CancellationToken cancellationToken)
    {
        var validators = context.Request.Headers.IfNoneMatch;
        var isConditional = EntityTags.IsPresent(validators);
        if (limits.Charge(context, team.Id, isConditional) is { } limited)
        {
            return Refuse(limited);
        }

        if (quotas.RefusesFlags(team))
        {
            return Refuse(ApiErrors.QuotaExceeded);
        }

        var answer = await documents.GetAsync(team.Id, cancellationToken);
        if (!answer.IsHit)
        {
            return Refuse(answer.IsMiss ? ApiErrors.InvalidToken : ApiErrors.DatabaseUnavailable);
        }

        var document = answer.Value;
        if (EntityTags.Matches(validators, document.ETag))
        {
            DefinitionsMetrics.Tags.Add(1, DefinitionsMetrics.TagHit);
            return new DefinitionsDecision(null, document, IsKnown: true);
        }

        DefinitionsMetrics.Tags.Add(1, isConditional ? DefinitionsMetrics.TagMiss : DefinitionsMetrics.NoTag);
        if (isConditional && limits.ChargeDocument(context, team.Id) is { } exhausted)
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
