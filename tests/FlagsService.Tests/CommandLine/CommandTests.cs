using System.Diagnostics;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Servers;
using Xunit;

namespace FlagsService.Tests.CommandLine;

/// <summary>The binary as an operator runs it.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flagsservice-");
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_document_is_imported_evaluated_and_explained()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "flags.json"), """{"version":1,"flags":[{"id":1,"key":"beta","active":true,"filters":{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}}]}""");
        Assert.Equal((0, "Imported 1 flags, 0 cohorts, 0 persons and 0 groups into team 1.\n"), await RunAsync("import", "flags.json"));
        var (code, output) = await RunAsync("evaluate", "--distinct-id", "u", "--properties", """{"plan":"free"}""", "--explain");
        Assert.Equal(0, code);
        Assert.Contains("No matching condition set", output, StringComparison.Ordinal);
        Assert.Contains("person plan exact \"pro\"", output, StringComparison.Ordinal);
        Assert.Contains("\"key\": \"beta\"", (await RunAsync("export")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_shown_rotated_and_the_backup_deleted()
    {
        var shown = (await RunAsync("tokens", "show")).Output;
        var secret = shown.Split('│', StringSplitOptions.TrimEntries).Single(cell => cell.StartsWith("phs_", StringComparison.Ordinal));
        var rotated = (await RunAsync("tokens", "rotate")).Output.Split('│', StringSplitOptions.TrimEntries).Where(cell => cell.StartsWith("phs_", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, rotated.Length);
        Assert.Equal(secret, rotated[1]);
        Assert.DoesNotContain(secret, (await RunAsync("tokens", "delete-backup")).Output, StringComparison.Ordinal);
        var token = shown.Split('│', StringSplitOptions.TrimEntries).Single(cell => cell.StartsWith("phc_", StringComparison.Ordinal));
        var reset = (await RunAsync("tokens", "reset")).Output;
        Assert.Contains("phc_", reset, StringComparison.Ordinal);
        Assert.DoesNotContain(token, reset, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_over_its_quota_stays_so_when_its_tokens_are_changed_here()
    {
        await using var redis = await RedisServer.StartNewAsync();
        environment["ConnectionStrings__Redis"] = redis.ConnectionString;
        var tokens = Cells((await RunAsync("tokens", "show")).Output);
        var isMoved = false;
        for (var attempt = 0; attempt < 3 && !isMoved; attempt++)
        {
            // On a machine under load a call may take longer than it has; a server would make up for it, and there is none here.
            await redis.SendAsync("FLUSHALL");
            await redis.SendAsync($"ZADD @posthog/quota-limits/feature_flag_requests 4000000000 {tokens.Single(cell => cell.StartsWith("phc_", StringComparison.Ordinal))}");
            tokens = Cells((await RunAsync("tokens", "reset")).Output);
            Assert.Equal(2, tokens.Length);
            var scores = await Task.WhenAll(tokens.Select(token => redis.SendAsync("ZSCORE @posthog/quota-limits/feature_flag_requests " + token)));
            isMoved = scores.All(score => score.Contains("4000000000", StringComparison.Ordinal)) && (await redis.SendAsync("ZCARD @posthog/quota-limits/feature_flag_requests")).StartsWith(":2", StringComparison.Ordinal);
        }

        Assert.True(isMoved);

        static string[] Cells(string table) => [.. table.Split('│', StringSplitOptions.TrimEntries).Where(cell => cell.StartsWith("ph", StringComparison.Ordinal) && cell.Contains('_', StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Keys_are_made_listed_masked_and_revoked()
    {
        var made = (await RunAsync("keys", "create", "--project-secret", "--scopes", "feature_flag:read")).Output.Trim().Split(' ');
        Assert.StartsWith("phs_", made[1], StringComparison.Ordinal);
        var listed = (await RunAsync("keys", "list")).Output;
        Assert.Contains(made[0], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(made[1], listed, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("keys", "revoke", made[0])).Code);
        Assert.Equal(1, (await RunAsync("keys", "revoke", made[0])).Code);
    }

    [Fact]
    public async Task A_revoked_key_is_forgotten_by_everybody_although_nothing_else_announces_it()
    {
        await using var redis = await RedisServer.StartNewAsync();
        environment["ConnectionStrings__Redis"] = redis.ConnectionString;
        foreach (var kind in new[] { "--user=1", "--project-secret" })
        {
            var made = (await RunAsync("keys", "create", kind, "--scopes", "feature_flag:read")).Output.Trim().Split(' ');
            var record = "posthog:auth_token:" + TokenDigest.Of(made[1]);
            await redis.SendAsync("SET " + record + " any");
            Assert.Equal(0, (await RunAsync("keys", "revoke", made[0])).Code);
            Assert.StartsWith(":0", await redis.SendAsync("EXISTS " + record), StringComparison.Ordinal);
        }

        Assert.Matches("cmdstat_publish:calls=[2-6],", await redis.SendAsync("INFO commandstats"));
    }

    [Fact]
    public async Task A_personal_key_needs_scopes_and_a_member()
    {
        Assert.Equal(1, (await RunAsync("keys", "create")).Code);
        Assert.Equal(1, (await RunAsync("keys", "create", "--scopes", "*", "--user", "7")).Code);
        Assert.Equal(1, (await RunAsync("keys", "create", "--scopes", "*", "--label", new string('x', 41))).Code);
        Assert.Contains("phx_", (await RunAsync("keys", "create", "--scopes", "project:write")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_words_are_2_and_failures_1()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "bad.json"), """{"flags":[{"key":"a"}]}""");
        Assert.Equal(2, (await RunAsync("bogus")).Code);
        Assert.Equal(2, (await RunAsync("evaluate")).Code);
        Assert.Equal(1, (await RunAsync("import", "bad.json")).Code);
        Assert.Equal(1, (await RunAsync("import", "nowhere.json")).Code);
        Assert.Equal(1, (await RunAsync("healthcheck", "--url", "http://127.0.0.1:9")).Code);
        Assert.False(Directory.Exists(Path.Combine(folder.FullName, "data")));
    }

    private async Task<(int Code, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName };
        start.ArgumentList.Add(typeof(FlagsHost).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return (process.ExitCode, output);
    }
}
