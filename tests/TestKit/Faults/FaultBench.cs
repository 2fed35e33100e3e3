using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using FlagsService.Caching.Upkeep;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace FlagsService.TestKit.Faults;

/// <summary>A server with real stores behind faulty proxies, and clients who check every answer.</summary>
public sealed class FaultBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PostgresServer postgres;
    private readonly RedisServer redis;
    private readonly ObjectServer objects;
    private readonly FaultyProxy postgresProxy;
    private readonly FaultyProxy redisProxy;
    private readonly int clients;
    private string connection = "";
    private TeamTokens tokens = null!;
    private string tag = "";

    private FaultBench(PostgresServer postgres, RedisServer redis, ObjectServer objects, int clients)
    {
        (this.postgres, this.redis, this.objects, this.clients) = (postgres, redis, objects, clients);
        postgresProxy = new(postgres.Port);
        redisProxy = new(redis.Port);
    }

    private enum Kind
    {
        Public,
        Secret,
        Definitions,
    }

    /// <summary>Stores with one team and its flags.</summary>
    public static async Task<FaultBench> StartAsync(int clients)
    {
        var bench = new FaultBench(await PostgresServer.StartNewAsync(), await RedisServer.StartNewAsync(), await ObjectServer.StartNewAsync(), clients);
        var direct = await bench.postgres.CreateDatabaseAsync();
        bench.connection = direct.Replace(
            string.Create(CultureInfo.InvariantCulture, $"Port={bench.postgres.Port}"),
            string.Create(CultureInfo.InvariantCulture, $"Port={bench.postgresProxy.Port}"), StringComparison.Ordinal).Replace("Timeout=5", "Timeout=2", StringComparison.Ordinal);
        await using var server = await FlagsServer.StartAsync(direct);
        bench.tokens = server.Tokens;
        await PostgresServer.ExecuteAsync(direct, """
            insert into posthog_featureflag (team_id, key, filters) values
            (1, 'pro', '{"groups":[{"properties":[{"key":"plan","type":"person","value":["pro"],"operator":"exact"}],"rollout_percentage":100}]}'),
            (1, 'never', '{"groups":[{"properties":[],"rollout_percentage":0}]}')
            """);
        return bench;
    }

    /// <summary>Runs one cell: the fault, clients for a while, and the recovery.</summary>
    /// <param name="fault">What fails.</param>
    /// <param name="isWarm">Whether the server has answered before.</param>
    /// <param name="isServed">Whether every kind of request is to be answered 200 while the fault lasts, if not at once; waited for.</param>
    /// <param name="duration">How long the clients ask.</param>
    public async Task<FaultReport> RunAsync(Fault fault, bool isWarm, bool isServed, TimeSpan duration)
    {
        // A record of a secret lives two minutes: one of an earlier cell could end in the middle of this one.
        await redis.SendAsync("DEL " + SecretRecord);
        var server = await StartServerAsync();
        try
        {
            await UntilWellAsync(server);
            await UntilSharedAsync(server);
            if (!isWarm)
            {
                // The next server starts into the fault, with whatever the shared tiers still hold.
                await server.DisposeAsync();
                await BreakAsync(fault);
                server = await StartServerAsync();
            }
            else
            {
                await BreakAsync(fault);
            }

            var seen = await HammerAsync(server, duration);
            if (isServed)
            {
                await UntilWellAsync(server);
            }

            var mended = Stopwatch.GetTimestamp();
            await MendAsync(fault);
            await UntilWellAsync(server);
            var wrong = seen.Where(answer => answer.Problem is not null).Select(answer => answer.Problem!).Distinct(StringComparer.Ordinal).ToList();
            return new FaultReport(
                fault, isWarm, seen.Count(answer => answer.Status == HttpStatusCode.OK), seen.Count(answer => answer.Status == HttpStatusCode.ServiceUnavailable), wrong,
                seen.Max(answer => answer.Elapsed), Stopwatch.GetElapsedTime(mended));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await postgresProxy.DisposeAsync();
        await redisProxy.DisposeAsync();
        await objects.DisposeAsync();
        await redis.DisposeAsync();
        await postgres.DisposeAsync();
    }

    private string SecretRecord => "posthog:auth_token:" + TokenDigest.Of(tokens.Secret!).Text;

    private Task<FlagsServer> StartServerAsync() => FlagsServer.StartAsync(
        connection, waitUntilReady: false, settings: ["--ConnectionStrings:Redis", redisProxy.Address, .. objects.Settings, "--FlagsService:RateLimiting:Definitions:FullPerMinute", "1000000", "--FlagsService:Logging:Level", "Fatal"]);

    private async Task BreakAsync(Fault fault)
    {
        if (fault is Fault.RedisDown or Fault.RedisEmpty or Fault.RedisAndObjectsDown or Fault.RedisAndPostgresDown or Fault.EverythingDown)
        {
            redis.Kill();
        }

        if (fault is Fault.PostgresDown or Fault.RedisAndPostgresDown or Fault.EverythingDown)
        {
            postgres.Kill();
        }

        if (fault == Fault.RedisEmpty)
        {
            await redis.StartAsync();
        }

        redisProxy.Mode = fault switch
        {
            Fault.RedisHanging or Fault.RedisAndPostgresHanging => FaultMode.Hanging,
            Fault.RedisGarbage => FaultMode.Garbage,
            _ => FaultMode.None,
        };
        postgresProxy.Mode = fault is Fault.PostgresHanging or Fault.RedisAndPostgresHanging ? FaultMode.Hanging : FaultMode.None;
        objects.Mode = fault switch
        {
            Fault.ObjectsHanging => ObjectServerMode.Hanging,
            Fault.ObjectsFailing or Fault.RedisAndObjectsDown or Fault.EverythingDown => ObjectServerMode.Failing,
            _ => ObjectServerMode.Well,
        };
    }

    private async Task MendAsync(Fault fault)
    {
        if (fault is Fault.RedisDown or Fault.RedisAndObjectsDown or Fault.RedisAndPostgresDown or Fault.EverythingDown)
        {
            await redis.StartAsync();
        }

        if (fault is Fault.PostgresDown or Fault.RedisAndPostgresDown or Fault.EverythingDown)
        {
            await postgres.StartAsync();
        }

        redisProxy.Mode = FaultMode.None;
        postgresProxy.Mode = FaultMode.None;
        objects.Mode = ObjectServerMode.Well;
    }

    private async Task<IReadOnlyCollection<Answer>> HammerAsync(FlagsServer server, TimeSpan duration)
    {
        var seen = new ConcurrentBag<Answer>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            for (var number = client; Stopwatch.GetElapsedTime(started) < duration; number++)
            {
                seen.Add(await AskAsync(server, (Kind)(number % 3)));

                // Enough to be load, not so much that the clients starve the server on a small machine.
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }));
        return seen;
    }

    private async Task UntilWellAsync(FlagsServer server)
    {
        var started = Stopwatch.GetTimestamp();
        for (var inARow = 0; inARow < 2; inARow++)
        {
            foreach (var kind in Enum.GetValues<Kind>())
            {
                var answer = await AskAsync(server, kind);
                if (answer.Status != HttpStatusCode.OK)
                {
                    if (Stopwatch.GetElapsedTime(started) > Patience)
                    {
                        throw new TimeoutException($"{kind} is still answered {answer.Status} {answer.Problem}");
                    }

                    inARow = -1;
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                    break;
                }
            }
        }
    }

    // Copies are written after the answer, and a cell must not depend on whether they were.
    private async Task UntilSharedAsync(FlagsServer server)
    {
        string[] names = ["flags:1:cache/teams/1/feature_flags/flags.json", "flags:1:cache/teams/1/feature_flags/flags_with_cohorts.json", $"flags:1:cache/team_tokens/{tokens.Public}/team_metadata/full_metadata.json", SecretRecord];
        for (var attempt = 1; attempt < 600; attempt++)
        {
            if (objects.Names.Count == 2 && (await redis.SendAsync("EXISTS " + string.Join(' ', names))).StartsWith(":4", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            if (attempt % 40 == 0)
            {
                // A write that found no time is made up for by the upkeep, which the cell does not wait for.
                await server.Services.GetRequiredService<VerifyDocuments>().FixAsync(CancellationToken.None);
                await AskAsync(server, Kind.Secret);
            }
        }

        throw new TimeoutException("The documents were not shared");
    }

    private async Task<Answer> AskAsync(FlagsServer server, Kind kind)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = kind == Kind.Definitions
                ? await server.GetAsync($"/flags/definitions?token={tokens.Public}&send_cohorts", tokens.Secret)
                : await server.PostAsync("/flags/?v=2", new { token = kind == Kind.Secret ? tokens.Secret : tokens.Public, distinct_id = "u", person_properties = new { plan = "pro" } });
            var problem = response.StatusCode switch
            {
                HttpStatusCode.ServiceUnavailable => null,
                HttpStatusCode.OK => Check(kind, response, await response.Content.ReadAsByteArrayAsync()),
                _ => $"{kind}: {(int)response.StatusCode}",
            };
            return new Answer(response.StatusCode, problem, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return new Answer(default, $"{kind}: {exception.GetType().Name}", Stopwatch.GetElapsedTime(started));
        }
    }

    private string? Check(Kind kind, HttpResponseMessage response, byte[] body)
    {
        var json = JsonElement.Parse(body);
        var flags = json.GetProperty("flags");
        if (kind == Kind.Definitions)
        {
            var current = response.Headers.ETag!.Tag;
            tag = tag.Length == 0 ? current : tag;
            return flags.GetArrayLength() == 2 && current == tag ? null : $"{kind}: other definitions";
        }

        return flags.GetProperty("pro").GetProperty("enabled").GetBoolean() && !flags.GetProperty("never").GetProperty("enabled").GetBoolean() ? null : $"{kind}: wrong value";
    }

    private readonly record struct Answer(HttpStatusCode Status, string? Problem, TimeSpan Elapsed);
}
