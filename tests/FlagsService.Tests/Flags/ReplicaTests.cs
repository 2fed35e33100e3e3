using System.Net;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class ReplicaTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_servers_agree_on_every_token_while_the_secret_rotates(bool withRedis)
    {
        await using var redis = withRedis ? await RedisServer.StartNewAsync() : null;
        string[] settings = redis is null ? [] : ["--ConnectionStrings:Redis", redis.ConnectionString];
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var first = await FlagsServer.StartAsync(postgres, settings: settings);
        await using var second = await FlagsServer.StartAsync(postgres, settings: settings);
        var administration = first.Services.GetRequiredService<ITokenAdministration>();
        var current = first.Tokens;
        for (var rotation = 0; rotation < 5; rotation++)
        {
            var before = current;
            await AssertEventuallyAsync(HttpStatusCode.OK, before.Secret!, first, second);
            current = (await administration.RotateSecretAsync(before.TeamId, default, default))!.After;

            foreach (var server in new[] { first, second })
            {
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, current.SecretBackup!));
            }

            await AssertEventuallyAsync(HttpStatusCode.OK, current.Secret!, first, second);
            if (before.SecretBackup is { } dead)
            {
                await AssertEventuallyAsync(HttpStatusCode.Unauthorized, dead, first, second);
            }
        }
    }

    private static async Task AssertEventuallyAsync(HttpStatusCode status, string token, params IEnumerable<FlagsServer> servers)
    {
        foreach (var server in servers)
        {
            for (var attempt = 0; await StatusAsync(server, token) != status; attempt++)
            {
                Assert.True(attempt < 100, $"still not {status}");
                await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);
            }
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(FlagsServer server, string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;
}
