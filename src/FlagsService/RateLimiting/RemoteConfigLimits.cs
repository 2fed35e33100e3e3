using System.Globalization;
using FlagsService.Errors;
using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>How often one key may read remote configuration; keys of teams without limits as often as they like.</summary>
internal sealed class RemoteConfigLimits(IOptions<LimitOptions> options, AllowedTeams allowed, TimeProvider time)
{
    private readonly BucketRate rate = BucketRate.PerMinute(options.Value.RemoteConfigPerMinute);
    private readonly TokenBuckets buckets = new(time);

    /// <summary>Charges a key; an error when the request must be refused.</summary>
    internal ApiError? Charge(HttpContext context, int teamId, string credential)
    {
        if (allowed.Contains(teamId))
        {
            return null;
        }

        var answer = buckets.Spend(BucketKey.Of(credential), rate);
        if (answer.Outcome != BucketOutcome.Blocked)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = answer.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return ApiErrors.RateLimited;
    }

    /// <summary>Drops what need not be kept.</summary>
    internal void DropFull() => buckets.DropFull();
}
