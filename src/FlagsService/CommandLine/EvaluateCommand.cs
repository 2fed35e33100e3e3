using System.CommandLine;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Results;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Persons;
using Spectre.Console;

namespace FlagsService.CommandLine;

/// <summary><c>evaluate</c>: what a user would get, and why.</summary>
internal static class EvaluateCommand
{
    internal static Command Create()
    {
        var distinctId = new Option<string>("--distinct-id") { Description = "Whom to evaluate for.", Required = true };
        var properties = new Option<string?>("--properties") { Description = "Person properties as a JSON object." };
        var groups = new Option<string?>("--groups") { Description = "Group keys by type as a JSON object." };
        var explain = new Option<bool>("--explain") { Description = "Print for each condition what was compared with what." };
        var team = CommandRoot.TeamOption();
        var command = new Command("evaluate", "Evaluate all flags of a team for one user.") { distinctId, properties, groups, explain, team };
        command.SetAction(async (result, cancel) =>
        {
            var request = new EvaluationRequest
            {
                DistinctId = Encoding.UTF8.GetBytes(result.GetRequiredValue(distinctId)),
                PersonPropertiesJson = Encoding.UTF8.GetBytes(result.GetValue(properties) ?? ""),
                GroupsJson = Encoding.UTF8.GetBytes(result.GetValue(groups) ?? ""),
                Runtime = RequestRuntime.All,
                Explain = result.GetValue(explain),
                MayWrite = false,
                Now = TimeProvider.System.GetUtcNow(),
            };
            if (!IsObject(request.PersonPropertiesJson) || !IsObject(request.GroupsJson))
            {
                await Console.Error.WriteLineAsync("--properties and --groups take JSON objects.");
                return 2;
            }

            await using var store = await CommandStore.OpenAsync(cancel);
            return await RunAsync(store, result.GetValue(team), request, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandStore store, int? teamId, EvaluationRequest request, CancellationToken cancellationToken)
    {
        if (await store.FindTeamAsync(teamId, cancellationToken) is not { } team)
        {
            return CommandRoot.NoTeam();
        }

        var definitions = await store.Get<IFlagStore>().LoadAsync(team.TeamId, cancellationToken);
        if (!definitions.IsHit)
        {
            await Console.Error.WriteLineAsync("The definitions could not be read.");
            return 1;
        }

        var set = CompiledFlagSet.Compile(definitions.Value);
        var evaluator = new FlagEvaluator();
        var plan = evaluator.Plan(set, request);
        var results = new EvaluationResults();
        evaluator.Evaluate(set, request, await store.Get<IPersonStore>().FetchAsync(team.TeamId, plan, cancellationToken), results);
        Print(results);
        return 0;
    }

    private static void Print(EvaluationResults results)
    {
        var table = new Table().AddColumns("flag", "value", "reason", "payload");
        foreach (var outcome in results.Outcomes.ToArray().OrderBy(outcome => outcome.Flag.Key, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(outcome.Flag.Key), Markup.Escape(outcome.Failed ? "failed" : outcome.Variant ?? (outcome.Enabled ? "true" : "false")),
                Markup.Escape(outcome.Reason.Description), Markup.Escape(outcome.Payload ?? ""));
        }

        CommandRoot.Print(table);
        foreach (var (key, conditions) in (results.Traces ?? []).OrderBy(trace => trace.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(key);
            foreach (var condition in conditions)
            {
                Console.WriteLine($"  [{condition.Index}] {condition.Explanation}");
                foreach (var property in condition.Properties)
                {
                    Console.WriteLine($"      {property.Type} {property.Key} {property.Operator} {property.ValueJson}: {property.Explanation}");
                }
            }
        }
    }

    private static bool IsObject(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
