using System.CommandLine;

namespace FlagsService.CommandLine;

/// <summary>Asks a running server whether it is alive, for container images that have no curl.</summary>
internal static class HealthCheckCommand
{
    internal static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Address of the server.", DefaultValueFactory = _ => FlagsHost.DefaultAddress };
        var command = new Command("healthcheck", "Exit code 0 when the server answers.") { url };
        command.Hidden = true;
        command.SetAction(async (result, cancel) =>
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
            try
            {
                using var response = await client.GetAsync(new Uri(new Uri(result.GetRequiredValue(url)), "/_liveness"), cancel);
                return response.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return 1;
            }
        });
        return command;
    }
}
