using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using FlagsService.HyperCache.Management;
using Microsoft.Extensions.Options;

namespace FlagsService.RateLimiting;

/// <summary>Teams without limits on the definitions: from the setting, or from the database where somebody wrote them there. Read at most once a minute, beside the requests.</summary>
internal sealed partial class AllowedTeams(IInstanceSettings settings, IOptions<LimitOptions> options, TimeProvider time, ILogger<AllowedTeams> logger)
{
    private const string Key = "constance:posthog:RATE_LIMITING_ALLOW_LIST_TEAMS";
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(60);
    private readonly FrozenSet<int> configured = Parse(options.Value.Definitions.AllowListTeams, logger);
    private volatile FrozenSet<int>? known;
    private long readAt = long.MinValue;

    internal bool Contains(int teamId)
    {
        var before = Volatile.Read(ref readAt);
        var now = time.GetTimestamp();
        if ((before == long.MinValue || time.GetElapsedTime(before, now) > Age) && Interlocked.CompareExchange(ref readAt, now, before) == before)
        {
            // Nobody waits: until it has been read, what is known counts.
            _ = RefreshAsync();
        }

        return (known ?? configured).Contains(teamId);
    }

    // What was known stays when the database cannot be read.
    private async Task RefreshAsync()
    {
        var answer = await settings.ReadAsync(Key, CancellationToken.None);
        if (!answer.IsUnavailable)
        {
            known = answer.IsHit ? Parse(Unquote(answer.Value), logger) : configured;
        }
    }

    private static string Unquote(string raw)
    {
        try
        {
            using var json = JsonDocument.Parse(raw);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.String => json.RootElement.GetString()!,
                JsonValueKind.Null => "",
                _ => raw,
            };
        }
        catch (JsonException)
        {
            return raw;
        }
    }

    private static FrozenSet<int> Parse(string text, ILogger logger)
    {
        var ids = new HashSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                ids.Add(id);
            }
            else
            {
                NoTeam(logger);
            }
        }

        return ids.ToFrozenSet();
    }

    [LoggerMessage(EventId = 51, Level = LogLevel.Warning, Message = "The list of teams without limits holds something that is no team id; it is left out")]
    private static partial void NoTeam(ILogger logger);
}
