using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.RateLimiting;

public sealed class RemoteConfigLimitsTests
{
    private const string Section = "--FlagsService:RateLimiting:";

    [Theory]
    [InlineData("", new[] { 404, 404, 429 })]
    [InlineData("1", new[] { 404, 404, 404 })]
    public async Task Each_key_has_a_budget_and_teams_of_the_allow_list_have_none(string allowed, int[] expected)
    {
        await using var server = await FlagsServer.StartAsync(time: new FakeTime(), settings: [Section + "RemoteConfigPerMinute", "2", Section + "Definitions:AllowListTeams", allowed]);
        var personal = (await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["feature_flag:read"], default)).Secret;
        foreach (var key in new[] { server.Tokens.Secret, personal })
        {
            var statuses = new List<int>();
            for (var i = 0; i < expected.Length; i++)
            {
                statuses.Add((int)(await server.GetAsync("/api/projects/@current/feature_flags/nothing/remote_config", key)).StatusCode);
            }

            Assert.Equal(expected, statuses);
        }
    }
}
