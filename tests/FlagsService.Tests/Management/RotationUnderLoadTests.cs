using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Management;

/// <summary>Clients hammer two servers with every token while the secret rotates twenty times on one of them.</summary>
public sealed class RotationUnderLoadTests
{
    private const int Clients = 8;
    private const int Rotations = 20;
    private readonly ConcurrentBag<string> wrong = [];
    private readonly ConcurrentDictionary<string, bool> deadOnSecond = new(StringComparer.Ordinal);
    private State state = null!;

    [Fact]
    public async Task Living_tokens_are_never_refused_and_dead_ones_never_accepted_after_the_answer()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        string[] settings = ["--ConnectionStrings:Redis", redis.ConnectionString];
        await using var first = await FlagsServer.StartAsync(postgres, settings: settings);
        await using var second = await FlagsServer.StartAsync(postgres, settings: settings);
        var key = (await first.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "ci", ["*"], default)).Secret;
        state = new State(0, first.Tokens.Secret!, null, []);
        using var stopping = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => HammerAsync(client % 2 == 0 ? first : second, isFirst: client % 2 == 0, client, stopping.Token)).ToArray();
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            await RotateAsync(first, key);
            await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System);
        }

        await stopping.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Empty(wrong);
        foreach (var dead in state.Dead)
        {
            for (var attempt = 0; await StatusAsync(second, dead) != HttpStatusCode.Unauthorized; attempt++)
            {
                Assert.True(attempt < 200, "still alive on the second server");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    // An odd step says that a rotation is under way: the backup may die at any moment then.
    private async Task RotateAsync(FlagsServer server, string key)
    {
        var before = state;
        state = before with { Step = before.Step + 1 };
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/projects/1/rotate_secret_token/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var team = await response.ReadJsonAsync();
        Assert.Equal(before.Current, team.GetProperty("secret_api_token_backup").GetString());
        state = new State(before.Step + 2, team.GetProperty("secret_api_token").GetString()!, before.Current, before.Backup is { } dead ? [.. before.Dead, dead] : before.Dead);
    }

    private async Task HammerAsync(FlagsServer server, bool isFirst, int seed, CancellationToken stopping)
    {
        for (var number = seed; !stopping.IsCancellationRequested; number++)
        {
            var before = state;
            var (token, role) = (number % 3) switch
            {
                0 when before.Backup is { } backup && before.Step % 2 == 0 => (backup, "backup"),
                1 when before.Dead.Count > 0 => (before.Dead[number % before.Dead.Count], "dead"),
                _ => (before.Current, "current"),
            };
            var status = await StatusAsync(server, token);
            var isRight = role switch
            {
                "current" => status == HttpStatusCode.OK || state.Step >= before.LastStepOfCurrent,
                "backup" => status == HttpStatusCode.OK || state.Step != before.Step,
                _ => status == HttpStatusCode.Unauthorized || (!isFirst && !deadOnSecond.ContainsKey(token)),
            };
            if (role == "dead" && !isFirst && status == HttpStatusCode.Unauthorized)
            {
                deadOnSecond[token] = true;
            }

            if (!isRight)
            {
                wrong.Add($"{role} on {(isFirst ? "the first" : "the second")} server: {(int)status}");
            }
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(FlagsServer server, string token)
    {
        using var response = await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" });
        return response.StatusCode;
    }

    private sealed record State(int Step, string Current, string? Backup, IReadOnlyList<string> Dead)
    {
        /// <summary>The rotation under way, or else the next one, makes it the backup; the one after that, which begins with this step, ends it.</summary>
        internal int LastStepOfCurrent => Step + (Step % 2 == 0 ? 3 : 2);
    }
}
