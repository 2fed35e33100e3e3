using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class WarmThroughTests : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private ServiceProvider services = null!;
    private string database = "";
    private TeamTokens tokens = null!;

    private TeamDirectory Directory { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Postgres", database)]).Build())
            .AddSingleton<TieredDocuments>().AddSingleton<SecretTokenAuthenticator>().AddSingleton<TeamDirectory>().BuildServiceProvider();
        await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(default);
        await services.GetRequiredService<IBootstrap>().CreateFirstProjectAsync(default);
        tokens = (await services.GetRequiredService<ITokenAdministration>().RotateSecretAsync(1, default, default))!.After;
        Directory = services.GetRequiredService<TeamDirectory>();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task One_statement_makes_every_token_of_a_team_known()
    {
        using var counter = new CommandCounter();
        foreach (var token in new[] { tokens.Secret, tokens.Public, tokens.SecretBackup })
        {
            Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync(token, default)).Outcome);
        }

        Assert.True((await Directory.FindByIdAsync(1, default)).IsHit);
        Assert.Equal(1, counter.Count);
    }

    [Fact]
    public async Task A_row_that_is_loaded_evicts_secrets_that_are_no_longer_its_own()
    {
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync(tokens.Secret, default)).Outcome);
        time.Advance(TimeSpan.FromSeconds(8));
        await PostgresServer.ExecuteAsync(database, "update posthog_team set secret_api_token = 'phs_other', secret_api_token_backup = null");
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync(tokens.Secret, default)).Outcome);
        Directory.Doubt(1);
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync(tokens.Public, default)).Outcome);
        Assert.Equal(TokenOutcome.SecretInvalid, (await Directory.ResolveAsync(tokens.Secret, default)).Outcome);
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync("phs_other", default)).Outcome);
    }

    [Fact]
    public async Task An_unknown_token_costs_one_statement_however_often_it_is_sent()
    {
        using var counter = new CommandCounter();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.Equal(TokenOutcome.SecretInvalid, (await Directory.ResolveAsync("phs_nobody", default)).Outcome);
        }

        Assert.Equal(1, counter.Count);
        Assert.Equal(0, Directory.NegativeCount);
        await PostgresServer.ExecuteAsync(database, "update posthog_team set secret_api_token = 'phs_nobody'");
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync("phs_nobody", default)).Outcome);
    }

    [Fact]
    public async Task A_hundred_thousand_random_tokens_cost_one_statement_each_and_evict_nobody()
    {
        const int count = 100_000;
        var secrets = services.GetRequiredService<SecretTokenAuthenticator>();
        Assert.Equal(TokenOutcome.Accepted, (await Directory.ResolveAsync(tokens.Public, default)).Outcome);
        using var counter = new CommandCounter();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (number, cancel) =>
        {
            var resolution = await Directory.ResolveAsync($"{(number % 2 == 0 ? "phs" : "phc")}_random{number}", cancel);
            Assert.True(resolution.Outcome is TokenOutcome.Unknown or TokenOutcome.SecretInvalid, resolution.Outcome.ToString());
        });

        Assert.InRange(Directory.NegativeCount, 1, 10_000);
        Assert.InRange(secrets.UnknownCount, 1, 10_000);
        Assert.Equal("memory", (await Directory.ResolveAsync(tokens.Public, default)).Source);
        Assert.Equal(1, Directory.RowCount);

        // Opening a connection of the pool counts, too.
        Assert.InRange(counter.Count, count, count + 10);
    }
}
