using System.Text;
using FlagsService.Errors;
using FlagsService.Flags;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.Quotas;
using FlagsService.RequestLogging;

namespace FlagsService.RemoteConfig;

/// <summary>The configuration that a browser asks for before anything else. A secret in a path is nobody's token.</summary>
internal sealed class BrowserConfigEndpoint(TeamDirectory teams, TeamSnapshots snapshots, IBrowserConfigSource configs, QuotaLimits quotas, RequestDeadlines deadlines)
{
    internal Task HandleAsync(HttpContext context)
    {
        CrossOrigin.Allow(context);
        return ReadOnlyRoute.HandleAsync(context, GetAsync);
    }

    private async Task GetAsync(HttpContext context)
    {
        using var deadline = deadlines.Start();
        var token = (string)context.Request.RouteValues["token"]!;
        var resolution = PresentedToken.IsSecretText(token) ? new TeamResolution(TokenOutcome.Unknown, null, null, "") : await teams.ResolveAsync(token, deadline.Storage);
        if (resolution.Team is not { } team)
        {
            await context.WriteErrorAsync(resolution.Outcome == TokenOutcome.Unavailable ? ApiErrors.DatabaseUnavailable : ApiErrors.NotFound);
            return;
        }

        context.Features.Get<CanonicalLine>()?.TeamId = team.Id;
        var config = await configs.GetAsync(team, (await snapshots.GetAsync(team.Id, deadline.Storage)).Value, context.Request, deadline.Storage);
        quotas.ApplyTo(config, team);
        config["token"] = team.PublicToken;
        var body = Encoding.UTF8.GetBytes(config.ToJsonString());
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.Vary = "Origin";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
