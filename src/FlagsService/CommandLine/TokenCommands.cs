using System.CommandLine;
using FlagsService.Management;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary><c>tokens show|rotate|delete-backup|reset</c>. Secrets go to standard output and nowhere else.</summary>
internal static class TokenCommands
{
    internal static Command Create() => new("tokens", "A team's tokens.")
    {
        Create("show", "Print the tokens.", null),
        Create("rotate", "Make a new secret; the present one goes on as backup, the backup dies.", TokenOperation.RotateSecret),
        Create("delete-backup", "End the overlap of a rotation: the backup dies.", TokenOperation.DeleteSecretBackup),
        Create("reset", "Make a new public token; the present one dies at once.", TokenOperation.ResetPublicToken),
    };

    private static Command Create(string name, string description, TokenOperation? operation)
    {
        var team = CommandRoot.TeamOption();
        var command = new Command(name, description) { team };
        command.SetAction((result, cancel) => RunAsync(result.GetValue(team), operation, cancel));
        return command;
    }

    private static async Task<int> RunAsync(int? teamId, TokenOperation? operation, CancellationToken cancellationToken)
    {
        await using var store = await CommandStore.OpenAsync(cancellationToken);
        var tokens = await store.FindTeamAsync(teamId, cancellationToken);
        if (tokens is not null && operation is { } wanted)
        {
            await store.ReachCacheAsync(cancellationToken);
            tokens = (await store.Get<TokenChanges>().ApplyAsync(wanted, tokens.TeamId, default))?.After;
        }

        if (tokens is null)
        {
            return CommandRoot.NoTeam();
        }

        var table = new Table().AddColumns("token", "value");
        table.AddRow("team", Markup.Escape($"{tokens.TeamId} ({tokens.TeamName})"));
        table.AddRow("public", Markup.Escape(tokens.Public));
        table.AddRow("secret", Markup.Escape(tokens.Secret ?? "-"));
        table.AddRow("secret backup", Markup.Escape(tokens.SecretBackup ?? "-"));
        CommandRoot.Print(table);
        return 0;
    }
}
