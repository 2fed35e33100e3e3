using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Conformance;

public sealed class NodeSdkTests
{
    [Fact]
    public async Task Posthog_node_works_against_the_embedded_server()
    {
        await using var server = await FlagsServer.StartAsync();
        await AssertSdkWorksAsync(server);
    }

    [Fact]
    public async Task Posthog_node_works_against_postgres_and_redis()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(postgres: await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await AssertSdkWorksAsync(server);

        // A call that took too long on a busy machine stored nothing; the next load does, once memory has forgotten.
        for (var attempt = 0; !(await redis.SendAsync("KEYS *")).Contains("posthog:auth_token:" + TokenDigest.Of(server.Tokens.Secret!), StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 120, "the record was never shared");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            await server.GetAsync("/flags/definitions", server.Tokens.Secret);
        }

        Assert.DoesNotContain("phs_", await redis.SendAsync("KEYS *"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_files_parse()
    {
        var parsed = await NodeScript.RunAsync("parse.mjs", NodeScript.Root);
        var instructions = parsed.GetProperty("instructions").EnumerateArray().Select(item => item.GetString()).ToArray();
        Assert.Equal(2, instructions.Count(instruction => instruction == "FROM"));
        Assert.Contains("USER", instructions);
        Assert.Contains("HEALTHCHECK", instructions);
        Assert.Equal(["flags", "postgres", "redis"], parsed.GetProperty("services").EnumerateArray().Select(item => item.GetString()!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("flags.js")]
    [InlineData("flag_definitions.js")]
    [InlineData("lib/settings.js")]
    public async Task Load_scripts_are_valid_modules(string script)
    {
        var checkedScript = Path.Combine(Path.GetTempPath(), $"k6-{Guid.NewGuid():N}.mjs");
        File.Copy(Path.Combine(NodeScript.Root, "k6", script), checkedScript);
        Assert.Equal("ok", (await NodeScript.RunAsync("check.mjs", checkedScript)).GetString());
        File.Delete(checkedScript);
    }

    private static async Task AssertSdkWorksAsync(FlagsServer server)
    {
        await server.Services.GetRequiredService<IArchive>().ImportAsync(
            server.Tokens.TeamId,
            new ArchiveDocument
            {
                Flags =
                [
                    Flag(1, "rollout", """{"groups":[{"properties":[],"rollout_percentage":50}]}"""),
                    Flag(2, "payload", """{"groups":[{"properties":[],"rollout_percentage":100}],"payloads":{"true":"{\"limit\":7}"}}"""),
                    Flag(3, "pro", """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro","operator":"exact"}],"rollout_percentage":100}]}"""),
                    Flag(4, "variant", """{"groups":[{"properties":[],"rollout_percentage":100}],"multivariate":{"variants":[{"key":"a","rollout_percentage":50},{"key":"b","rollout_percentage":50}]}}"""),
                ],
            },
            null,
            CancellationToken.None);

        var seen = await NodeScript.RunAsync("sdk.mjs", server.Address.ToString().TrimEnd('/'), server.Tokens.Public, server.Tokens.Secret!);

        var remote = seen.GetProperty("remoteAll");
        Assert.Equal(4, remote.EnumerateObject().Count());
        Assert.True(remote.GetProperty("pro").GetBoolean());
        Assert.Equal(JsonValueKind.String, remote.GetProperty("variant").ValueKind);
        Assert.Equal(7, seen.GetProperty("remotePayload").GetProperty("limit").GetInt32());
        Assert.True(seen.GetProperty("localReady").GetBoolean());
        Assert.True(JsonElement.DeepEquals(remote, seen.GetProperty("localAll")), $"{remote} against {seen.GetProperty("localAll")}");
        Assert.True(JsonElement.DeepEquals(remote, seen.GetProperty("secretAll")));
        Assert.Equal([200, 304], seen.GetProperty("pollStatuses").EnumerateArray().Select(status => status.GetInt32()));
    }

    internal static FlagRow Flag(int id, string key, string filters) => new() { Id = id, TeamId = 1, Key = key, Active = true, Version = 1, FiltersJson = Encoding.UTF8.GetBytes(filters) };
}
