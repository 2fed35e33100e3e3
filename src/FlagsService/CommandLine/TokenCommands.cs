using System.CommandLine;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary><c>tokens show|rotate|delete-backup|reset</c>. Secrets go to standard output and nowhere else.</summary>
internal static class TokenCommands
{
    internal static Command Create() => new("tokens", "A team's tokens.")
    {
        Create("show", "Print the tokens.", static (_, team, _) => ValueTask.FromResult<TokenChange?>(new TokenChange(team, team))),
        Create("rotate", "Make a new secret; the present one goes on as backup, the backup dies.", static (administration, team, cancel) => administration.RotateSecretAsync(team.TeamId, default, cancel)),
        Create("delete-backup", "End the overlap of a rotation: the backup dies.", static (administration, team, cancel) => administration.DeleteSecretBackupAsync(team.TeamId, default, cancel)),
        Create("reset", "Make a new public token; the present one dies at once.", static (administration, team, cancel) => administration.ResetPublicTokenAsync(team.TeamId, default, cancel)),
    };

    private static Command Create(string name, string description, Func<ITokenAdministration, TeamTokens, CancellationToken, ValueTask<TokenChange?>> act)
    {
        var team = CommandRoot.TeamOption();
        var command = new Command(name, description) { team };
        command.SetAction((result, cancel) => RunAsync(result.GetValue(team), act, cancel));
        return command;
    }

    private static async Task<int> RunAsync(int? teamId, Func<ITokenAdministration, TeamTokens, CancellationToken, ValueTask<TokenChange?>> act, CancellationToken cancellationToken)
    {
        await using var store = await CommandStore.OpenAsync(cancellationToken);
        if (await store.FindTeamAsync(teamId, cancellationToken) is not { } team || await act(store.Get<ITokenAdministration>(), team, cancellationToken) is not { } change)
        {
            return CommandRoot.NoTeam();
        }

        // Servers hear of it through the store; the shared records go at once, also where none is running.
        if (change.IsChange)
        {
            await store.Get<IAuthRecordTier>().ForgetAsync(team.TeamId, change.Digests, cancellationToken);
        }

        var tokens = change.After;
        var table = new Table().AddColumns("token", "value");
        table.AddRow("team", Markup.Escape($"{tokens.TeamId} ({tokens.TeamName})"));
        table.AddRow("public", Markup.Escape(tokens.Public));
        table.AddRow("secret", Markup.Escape(tokens.Secret ?? "-"));
        table.AddRow("secret backup", Markup.Escape(tokens.SecretBackup ?? "-"));
        CommandRoot.Print(table);
        return 0;
    }
}
