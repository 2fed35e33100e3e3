using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.Invalidation;
using FlagsService.TestKit.Host;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests;

/// <summary>One embedded server with a few flags, shared by the tests of a class.</summary>
public sealed class EmbeddedServer : IAsyncLifetime
{
    internal FlagsServer Server { get; private set; } = null!;

    internal string Token => Server.Tokens.Public;

    internal string Secret => Server.Tokens.Secret!;

    public async ValueTask InitializeAsync()
    {
        Server = await FlagsServer.StartAsync();
        await ImportAsync(
            Flag(1, "on", """{"groups":[{"properties":[],"rollout_percentage":100}],"payloads":{"true":"{\"a\":1}"}}"""),
            Flag(2, "pro-only", """{"groups":[{"properties":[{"key":"plan","type":"person","value":["pro"],"operator":"exact"}],"rollout_percentage":100}]}"""),
            Flag(3, "split", """{"groups":[{"properties":[],"rollout_percentage":100}],"multivariate":{"variants":[{"key":"a","rollout_percentage":50},{"key":"b","rollout_percentage":50}]},"payloads":{"a":7,"b":"text"}}"""),
            Flag(4, "for-company", """{"aggregation_group_type_index":0,"groups":[{"properties":[],"rollout_percentage":100}]}"""),
            Flag(5, "off", """{"groups":[{"properties":[],"rollout_percentage":100}]}""") with { Active = false },
            Flag(6, "survey-targeting-x", """{"groups":[{"properties":[],"rollout_percentage":100}]}"""),
            Flag(7, "server-side", """{"groups":[{"properties":[],"rollout_percentage":100}]}""") with { EvaluationRuntime = "server" });
        while ((await Server.Services.GetRequiredService<IOutbox>().ReadPendingAsync(1, CancellationToken.None)).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task ImportAsync(params FlagRow[] flags) => Server.Services.GetRequiredService<IArchive>().ImportAsync(
        Server.Tokens.TeamId, new ArchiveDocument { Flags = flags, GroupTypes = new Dictionary<int, string> { [0] = "company" } }, null, CancellationToken.None);

    internal static FlagRow Flag(int id, string key, string filters) =>
        new() { Id = id, TeamId = 1, Key = key, Active = true, Version = 3, FiltersJson = System.Text.Encoding.UTF8.GetBytes(filters) };
}
