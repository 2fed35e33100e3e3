using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using FlagsService.HyperCache.Invalidation;

namespace FlagsService.Storage.Redis;

/// <summary>Messages over Redis publish/subscribe: <c>{"team_id":n,"hashes":["sha256$..."]}</c>.</summary>
internal sealed class RedisTeamChannel(RedisConnection redis, TimeProvider time) : ITeamChannel
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> PublishAsync(TeamMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new Document(message.TeamId, message.Digests.Count == 0 ? null : [.. message.Digests]));
            await redis.CallAsync(json, static (database, body) => database.PublishAsync(RedisNames.TeamChanged, body), cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    public async IAsyncEnumerable<TeamMessage?> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heard = Channel.CreateUnbounded<TeamMessage?>();
        void MissedSome(object? sender, EventArgs restored) => heard.Writer.TryWrite(null);
        redis.Restored += MissedSome;
        try
        {
            while (!await TrySubscribeAsync(body => heard.Writer.TryWrite(TryRead(body)), cancellationToken))
            {
                await Task.Delay(RetryInterval, time, cancellationToken);
            }

            yield return null;
            await foreach (var message in heard.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            redis.Restored -= MissedSome;
        }
    }

    private async Task<bool> TrySubscribeAsync(Action<byte[]?> hear, CancellationToken cancellationToken)
    {
        try
        {
            await redis.SubscribeAsync(RedisNames.TeamChanged, hear, cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    // Whatever cannot be read may have been about anything.
    private static TeamMessage? TryRead(byte[]? body)
    {
        try
        {
            return JsonSerializer.Deserialize<Document>(body) is { } document ? new TeamMessage(document.TeamId, document.Hashes ?? []) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Document(
        [property: JsonPropertyName("team_id")] int? TeamId,
        [property: JsonPropertyName("hashes"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Hashes);
}
