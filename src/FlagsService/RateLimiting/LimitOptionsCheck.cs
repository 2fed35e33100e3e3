using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>Finds every mistake in the section at once.</summary>
internal sealed class LimitOptionsCheck : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var mistakes = new List<string>();
        Check(options.Ip, "Ip", mistakes);
        Check(options.Token, "Token", mistakes);
        Positive(options.Definitions.FullPerMinute, "Definitions:FullPerMinute", mistakes);
        Positive(options.Definitions.ConditionalPerMinute, "Definitions:ConditionalPerMinute", mistakes);
        Positive(options.RemoteConfigPerMinute, "RemoteConfigPerMinute", mistakes);
        if (options.WarnRatio is not (>= 0 and <= 1))
        {
            mistakes.Add($"{LimitOptions.Section}:WarnRatio must be from 0 to 1.");
        }

        if (options.AuthenticationFailuresPerMinute < 0)
        {
            mistakes.Add($"{LimitOptions.Section}:AuthenticationFailuresPerMinute must not be negative.");
        }

        if (RateOverrides.TryRead(options.Token.Overrides) is not { Count: <= RateOverrides.Most })
        {
            mistakes.Add($"{LimitOptions.Section}:Token:Overrides must be a JSON object of at most {RateOverrides.Most} rates by token.");
        }

        if (RateOverrides.TryRead(options.Definitions.Overrides) is null)
        {
            mistakes.Add($"{LimitOptions.Section}:Definitions:Overrides must be a JSON object of rates by team id.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static void Check(BucketOptions bucket, string name, List<string> mistakes)
    {
        Positive(bucket.Capacity, name + ":Capacity", mistakes);
        Positive(bucket.RefillPerSecond, name + ":RefillPerSecond", mistakes);
    }

    private static void Positive(double value, string name, List<string> mistakes)
    {
        if (value is not (> 0 and < 1_000_000_000))
        {
            mistakes.Add($"{LimitOptions.Section}:{name} must be more than 0.");
        }
    }
}
