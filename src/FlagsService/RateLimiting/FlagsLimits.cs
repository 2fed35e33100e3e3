using System.Collections.Frozen;
using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.RequestLogging;
using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>The limits of the flag routes: by address before anything is read, then by token, so that inventing tokens gains nothing.</summary>
internal sealed partial class FlagsLimits
{
    private const string WarningHeader = "X-PostHog-Rate-Limit-Warning";
    private readonly ClientAddress clients;
    private readonly FlagsLimiter? byAddress;
    private readonly FlagsLimiter? byToken;
    private readonly FrozenDictionary<UInt128, BucketRate> overrides;

    public FlagsLimits(IOptions<LimitOptions> options, ClientAddress clients, TimeProvider time, ILogger<FlagsLimits> logger)
    {
        this.clients = clients;
        var (ip, token, warnRatio) = (options.Value.Ip, options.Value.Token, options.Value.WarnRatio);
        byAddress = ip.Enabled ? new FlagsLimiter(ip, warnRatio, time) : null;
        byToken = token.Enabled ? new FlagsLimiter(token, warnRatio, time) : null;
        var rates = new Dictionary<UInt128, BucketRate>();
        foreach (var (presented, text) in RateOverrides.TryRead(token.Overrides)!)
        {
            var key = BucketKey.Of(presented.Trim());
            if (BucketRate.TryParse(text) is { } rate)
            {
                rates[key] = rate;
            }
            else
            {
                NoRate(logger, key.ToString("x32", System.Globalization.CultureInfo.InvariantCulture)[..8]);
            }
        }

        overrides = rates.ToFrozenDictionary();
    }

    internal int AddressCount => byAddress?.Buckets.Count ?? 0;

    internal int TokenCount => byToken?.Buckets.Count ?? 0;

    /// <summary>Charges the client's address; an error when the request must be refused.</summary>
    internal ApiError? ChargeAddress(HttpContext context) =>
        byAddress is not null && !Passes(byAddress, BucketKey.Of(clients.Of(context)), byAddress.Rate, context, FlagsLimiter.Address) ? ApiErrors.AddressRateLimited : null;

    /// <summary>Charges the token of a plain JSON body; where there is none to be seen, as in a compressed body, the address.</summary>
    internal ApiError? ChargeToken(HttpContext context, string? token)
    {
        if (byToken is null)
        {
            return null;
        }

        var presented = token?.Trim();
        var isToken = !string.IsNullOrEmpty(presented);
        var key = isToken ? BucketKey.Of(presented!) : BucketKey.Of(clients.Of(context));
        var rate = isToken && overrides.TryGetValue(key, out var own) ? own : byToken.Rate;
        var kind = isToken && presented!.StartsWith("phs_", StringComparison.Ordinal) ? FlagsLimiter.Secret : FlagsLimiter.Public;
        return Passes(byToken, key, rate, context, kind) ? null : ApiErrors.TokenRateLimited;
    }

    /// <summary>Drops what need not be kept.</summary>
    internal void DropFull()
    {
        byAddress?.Buckets.DropFull();
        byToken?.Buckets.DropFull();
    }

    private static bool Passes(FlagsLimiter limiter, UInt128 key, in BucketRate rate, HttpContext context, KeyValuePair<string, object?> kind)
    {
        var answer = limiter.Buckets.Spend(key, rate);
        if (answer.Outcome == BucketOutcome.Allowed)
        {
            return true;
        }

        limiter.Count(kind, answer.Outcome);
        if (answer.Outcome == BucketOutcome.Warned || limiter.IsLogOnly)
        {
            context.Response.Headers[WarningHeader] = "true";
            context.Features.Get<CanonicalLine>()?.RateLimitWarned = true;
            return true;
        }

        context.Features.Get<CanonicalLine>()?.RateLimited = true;
        context.Response.Headers.Remove(WarningHeader);
        context.Response.Headers.RetryAfter = answer.RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return false;
    }

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "The rate of the token whose digest begins with {Digest} cannot be read; the common rate applies to it")]
    private static partial void NoRate(ILogger logger, string digest);
}
