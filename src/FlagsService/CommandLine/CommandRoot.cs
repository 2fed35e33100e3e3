using System.CommandLine;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary>The commands of the binary. Without one it serves, and every argument goes to the web host.</summary>
internal static class CommandRoot
{
    private const int Failed = 1;
    private const int Usage = 2;

    internal static Task<int> RunAsync(string[] args) =>
        args.Length == 0 || args[0] is "serve" || (args[0].StartsWith('-') && args[0] is not ("--help" or "-h" or "-?" or "--version"))
            ? ServeAsync(args is ["serve", .. var rest] ? rest : args)
            : InvokeAsync(args);

    internal static Option<int?> TeamOption() => new("--team") { Description = "Team id; may be left out where there is only one." };

    internal static int NoTeam()
    {
        Console.Error.WriteLine("There is no such team, or there are several: name one with --team.");
        return Failed;
    }

    /// <summary>A table as wide as its content: a narrow terminal must not fold a token.</summary>
    internal static void Print(Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        await FlagsHost.Build(args).RunAsync();
        return 0;
    }

    private static async Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand("A feature-flag server for PostHog's SDKs.")
        {
            new Command("serve", "Serve requests (the default); all further arguments go to the web host, for instance --urls."),
            ArchiveCommands.Import(),
            ArchiveCommands.Export(),
            TokenCommands.Create(),
            KeyCommands.Create(),
            CacheCommands.Create(),
            EvaluateCommand.Create(),
            HealthCheckCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"Failed: {(exception is System.Data.Common.DbException ? "the database could not be read or written (" + exception.GetType().Name + ")" : exception.Message)}");
            return Failed;
        }
    }
}
