using System.Globalization;
using FlagsService.Errors;
using FlagsService.Http;
using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>Holds an address back that presents one unknown secret after another: each costs a look-up. What was accepted within ten minutes passes all the same, for a guesser may share its address with others.</summary>
internal sealed class AuthenticationFailures(IOptions<LimitOptions> options, ClientAddress clients, TimeProvider time)
{
    private static readonly BucketRate OnceInTenMinutes = new(1, TimeSpan.FromMinutes(10), 1);

    // As long as an unknown secret is remembered, so that one asked for again costs nothing and is not charged.
    private static readonly BucketRate OnceInTenSeconds = new(1, TimeSpan.FromSeconds(10), 1);
    private readonly bool isOn = options.Value.AuthenticationFailuresPerMinute > 0;
    private readonly BucketRate rate = BucketRate.PerMinute(Math.Max(1, options.Value.AuthenticationFailuresPerMinute));
    private readonly TokenBuckets failures = new(time);
    private readonly TokenBuckets refused = new(time);
    private readonly TokenBuckets accepted = new(time);

    internal int Count => failures.Count;

    /// <summary>An error when a credential must not be looked up.</summary>
    internal ApiError? Check(HttpContext context, string? credential)
    {
        if (!isOn || failures.Count == 0 || string.IsNullOrEmpty(credential)
            || failures.WaitFor(BucketKey.Of(clients.Of(context)), rate) is not (> 0 and var seconds)
            || accepted.WaitFor(BucketKey.Quick(credential), OnceInTenMinutes) > 0)
        {
            return null;
        }

        LimitMetrics.FailuresLimited.Add(1);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ApiErrors.RateLimited;
    }

    /// <summary>Notes what became of a credential.</summary>
    internal void Note(HttpContext context, string? credential, ApiError? error)
    {
        if (!isOn || string.IsNullOrEmpty(credential))
        {
            return;
        }

        if (error is null)
        {
            accepted.Spend(BucketKey.Quick(credential), OnceInTenMinutes);
        }
        else if ((error == ApiErrors.SecretInvalid || error == ApiErrors.PersonalKeyInvalid || error == ApiErrors.InvalidToken)
            && refused.Spend(BucketKey.Of(credential), OnceInTenSeconds).Outcome == BucketOutcome.Allowed)
        {
            failures.Spend(BucketKey.Of(clients.Of(context)), rate);
        }
    }

    /// <summary>Drops what need not be kept.</summary>
    internal void DropFull()
    {
        failures.DropFull();
        refused.DropFull();
        accepted.DropFull();
    }
}
