using System.CommandLine;
using FlagsService.Caching;
using FlagsService.HyperCache.Management;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary><c>keys create|list|revoke</c>: personal keys and project secret keys.</summary>
internal static class KeyCommands
{
    private const int LongestLabel = 40;
    private const int Attempts = 3;

    internal static Command Create() => new("keys", "API keys.") { CreateKey(), ListKeys(), RevokeKey() };

    private static Command CreateKey()
    {
        var projectSecret = new Option<bool>("--project-secret") { Description = "A secret key of the project (phs_) instead of a personal key (phx_)." };
        var scopes = new Option<string[]>("--scopes") { Description = "For instance feature_flag:read or *.", AllowMultipleArgumentsPerToken = true };
        var label = new Option<string>("--label") { Description = "What the key is for.", DefaultValueFactory = _ => "" };
        var user = new Option<int>("--user") { Description = "Owner of a personal key.", DefaultValueFactory = _ => 1 };
        var team = CommandRoot.TeamOption();
        var command = new Command("create", "Make a key and print it; it is shown only now.") { projectSecret, scopes, label, user, team };
        command.SetAction(async (result, cancel) =>
        {
            await using var store = await CommandStore.OpenAsync(cancel);
            if (await store.FindTeamAsync(result.GetValue(team), cancel) is not { } owner)
            {
                return CommandRoot.NoTeam();
            }

            string[] granted = [.. (result.GetValue(scopes) ?? []).SelectMany(scope => scope.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
            if (await RefusalAsync(store, owner.TeamId, result.GetValue(projectSecret) ? null : result.GetValue(user), granted, result.GetValue(label)!, cancel) is { } refusal)
            {
                await Console.Error.WriteLineAsync(refusal);
                return 1;
            }

            var keys = store.Get<IKeyAdministration>();
            var key = result.GetValue(projectSecret)
                ? await keys.CreateProjectSecretAsync(owner.TeamId, result.GetValue(label)!, granted.Length == 0 ? null : granted, cancel)
                : await keys.CreatePersonalAsync(result.GetValue(user), result.GetValue(label)!, granted, cancel);
            Console.WriteLine($"{key.Id} {key.Secret}");
            return 0;
        });
        return command;
    }

    private static async Task<string?> RefusalAsync(CommandStore store, int teamId, int? userId, string[] scopes, string label, CancellationToken cancellationToken)
    {
        if (label.Length > LongestLabel)
        {
            return $"A label has at most {LongestLabel} characters.";
        }

        return userId is not { } user ? null
            : scopes.Length == 0 ? "A personal key without scopes may do nothing: name some with --scopes, for instance feature_flag:read, project:write or *."
            : await store.Get<IMembershipStore>().FindLevelAsync(user, teamId, cancellationToken) is null ? "There is no such user in the organization of the team." : null;
    }

    private static Command ListKeys()
    {
        var command = new Command("list", "Print all keys, without their secrets.");
        command.SetAction(async (_, cancel) =>
        {
            await using var store = await CommandStore.OpenAsync(cancel);
            var table = new Table().AddColumns("id", "kind", "owner", "label", "mask", "scopes");
            foreach (var key in await store.Get<IKeyAdministration>().ListAsync(cancel))
            {
                table.AddRow(
                    Markup.Escape(key.Id), key.IsProjectSecret ? "project secret" : "personal", key.IsProjectSecret ? $"team {key.Owner}" : $"user {key.Owner}",
                    Markup.Escape(key.Label), Markup.Escape(key.Mask), Markup.Escape(key.Scopes is null ? "-" : string.Join(' ', key.Scopes)));
            }

            CommandRoot.Print(table);
            return 0;
        });
        return command;
    }

    private static Command RevokeKey()
    {
        var id = new Argument<string>("ID") { Description = "Id as list prints it." };
        var command = new Command("revoke", "Delete a key; it stops working at once.") { id };
        command.SetAction(async (result, cancel) =>
        {
            await using var store = await CommandStore.OpenAsync(cancel);
            if (await store.Get<IKeyAdministration>().RevokeAsync(result.GetRequiredValue(id), cancel) is not { } revoked)
            {
                await Console.Error.WriteLineAsync("There is no key of that id.");
                return 1;
            }

            // Where nobody may create triggers in the database, nothing else announces it. What fails here ends with the age of the records.
            await store.ReachCacheAsync(cancel);
            var change = new AnnouncedChange(revoked.TeamId, revoked.Digests, [], null, ConcernsRow: false, ConcernsDefinitions: false);
            for (var attempt = 0; attempt < Attempts && !await store.Get<TeamInvalidation>().CarryOutAsync(change, cancel); attempt++)
            {
            }

            return 0;
        });
        return command;
    }
}
