using System.Collections.Frozen;
using System.Globalization;
using FlagsService.Errors;
using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>The two budgets that a team has on the definitions: a large one for asking whether they changed, a small one for getting them.</summary>
internal sealed partial class DefinitionsLimits
{
    private static readonly KeyValuePair<string, object?> FullLabel = new("budget", "full");
    private static readonly KeyValuePair<string, object?> ConditionalLabel = new("budget", "conditional");
    private readonly AllowedTeams allowed;
    private readonly TokenBuckets full;
    private readonly TokenBuckets conditional;
    private readonly BucketRate fullRate;
    private readonly BucketRate conditionalRate;
    private readonly FrozenDictionary<int, BucketRate> overrides;

    public DefinitionsLimits(IOptions<LimitOptions> options, AllowedTeams allowed, TimeProvider time, ILogger<DefinitionsLimits> logger)
    {
        this.allowed = allowed;
        full = new(time);
        conditional = new(time);
        fullRate = BucketRate.PerMinute(options.Value.Definitions.FullPerMinute);
        conditionalRate = BucketRate.PerMinute(options.Value.Definitions.ConditionalPerMinute);
        var rates = new Dictionary<int, BucketRate>();
        foreach (var (team, text) in RateOverrides.TryRead(options.Value.Definitions.Overrides)!)
        {
            if (int.TryParse(team, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && BucketRate.TryParse(text) is { } rate)
            {
                rates[id] = rate;
            }
            else
            {
                NoRate(logger);
            }
        }

        overrides = rates.ToFrozenDictionary();
    }

    internal int Count => full.Count + conditional.Count;

    /// <summary>Charges a request as it comes; an error when it must be refused.</summary>
    internal ApiError? Charge(HttpContext context, int teamId, bool isConditional)
    {
        var label = isConditional ? ConditionalLabel : FullLabel;
        LimitMetrics.Definitions.Add(1, label);
        if (allowed.Contains(teamId))
        {
            LimitMetrics.DefinitionsBypassed.Add(1, label);
            return null;
        }

        return isConditional ? Charge(context, conditional, teamId, conditionalRate, label) : Charge(context, full, teamId, FullRateOf(teamId), label);
    }

    /// <summary>Charges the document for a request that asked whether it changed, when it has.</summary>
    internal ApiError? ChargeDocument(HttpContext context, int teamId) =>
        allowed.Contains(teamId) ? null : Charge(context, full, teamId, FullRateOf(teamId), FullLabel);

    /// <summary>Drops what need not be kept.</summary>
    internal void DropFull()
    {
        full.DropFull();
        conditional.DropFull();
    }

    private BucketRate FullRateOf(int teamId) => overrides.TryGetValue(teamId, out var own) ? own : fullRate;

    private static ApiError? Charge(HttpContext context, TokenBuckets buckets, int teamId, in BucketRate rate, KeyValuePair<string, object?> label)
    {
        var answer = buckets.Spend((uint)teamId, rate);
        if (answer.Outcome != BucketOutcome.Blocked)
        {
            return null;
        }

        LimitMetrics.DefinitionsLimited.Add(1, label);
        context.Response.Headers.RetryAfter = answer.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return ApiErrors.RateLimited;
    }

    [LoggerMessage(EventId = 52, Level = LogLevel.Warning, Message = "A rate by team cannot be read; the common rate applies to that team")]
    private static partial void NoRate(ILogger logger);
}
