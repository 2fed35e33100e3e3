using System.CommandLine;
using FlagsService.Archive;
using FlagsService.HyperCache.Archive;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary><c>import</c> and <c>export</c>.</summary>
internal static class ArchiveCommands
{
    private const int RowsWorthABar = 200;

    internal static Command Import()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "JSON document as export writes it." };
        var team = CommandRoot.TeamOption();
        var command = new Command("import", "Write flags, cohorts, people and groups of a document into a team. The same document twice changes nothing more.") { file, team };
        command.SetAction((result, cancel) => ImportAsync(result.GetRequiredValue(file), result.GetValue(team), cancel));
        return command;
    }

    internal static Command Export()
    {
        var team = CommandRoot.TeamOption();
        var command = new Command("export", "Print all flags, cohorts, people and groups of a team as one JSON document.") { team };
        command.SetAction((result, cancel) => ExportAsync(result.GetValue(team), cancel));
        return command;
    }

    private static async Task<int> ImportAsync(FileInfo file, int? teamId, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file {file.FullName}.");
            return 1;
        }

        var reader = new ArchiveReader();
        var document = reader.Read(await File.ReadAllBytesAsync(file.FullName, cancellationToken));
        if (reader.Errors.Count > 0)
        {
            foreach (var error in reader.Errors)
            {
                await Console.Error.WriteLineAsync(error);
            }

            await Console.Error.WriteLineAsync($"{reader.Errors.Count} errors; nothing was written.");
            return 1;
        }

        await using var store = await CommandStore.OpenAsync(cancellationToken);
        if (await store.FindTeamAsync(teamId, cancellationToken) is not { } team)
        {
            return CommandRoot.NoTeam();
        }

        await WriteAsync(store.Get<IArchive>(), team.TeamId, document, cancellationToken);
        Console.WriteLine($"Imported {document.Flags.Count} flags, {document.Cohorts.Count} cohorts, {document.Persons.Count} persons and {document.Groups.Count} groups into team {team.TeamId}.");
        return 0;
    }

    private static Task WriteAsync(IArchive archive, int teamId, ArchiveDocument document, CancellationToken cancellationToken)
    {
        var rows = document.GroupTypes.Count + document.Cohorts.Count + document.Flags.Count + document.Persons.Count + document.Groups.Count;
        return rows < RowsWorthABar || Console.IsOutputRedirected
            ? archive.ImportAsync(teamId, document, null, cancellationToken)
            : AnsiConsole.Progress().StartAsync(context =>
            {
                var bar = context.AddTask("Importing", maxValue: rows);
                return archive.ImportAsync(teamId, document, new InlineProgress(written => bar.Value = written), cancellationToken);
            });
    }

    private static async Task<int> ExportAsync(int? teamId, CancellationToken cancellationToken)
    {
        await using var store = await CommandStore.OpenAsync(cancellationToken);
        if (await store.FindTeamAsync(teamId, cancellationToken) is not { } team)
        {
            return CommandRoot.NoTeam();
        }

        var document = await store.Get<IArchive>().ExportAsync(team.TeamId, cancellationToken);
        await using var output = Console.OpenStandardOutput();
        ArchiveWriter.Write(output, document);
        output.Write("\n"u8);
        return 0;
    }

    private sealed class InlineProgress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
