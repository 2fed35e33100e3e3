using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Conformance;

/// <summary>Runs a script of the <c>node</c> folder and reads the JSON line it prints.</summary>
internal static class NodeScript
{
    internal static string Root { get; } = FindRoot();

    internal static async Task<JsonElement> RunAsync(string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.Combine(Root, "tests", "Conformance", "node") };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {output}{await errors}");
        return JsonElement.Parse(output.Trim().Split('\n')[^1]);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FlagsService.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("run from inside the source tree");
        }

        return folder;
    }
}
