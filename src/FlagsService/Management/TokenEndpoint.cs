using System.Data.Common;
using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.Tokens;
using FlagsService.RequestLogging;

namespace FlagsService.Management;

/// <summary>Changes of a project's tokens over HTTP. The request has no body that matters; the answer holds secrets and is never stored.</summary>
internal sealed class TokenEndpoint(ProjectAdministrators administrators, TokenChanges changes, RequestDeadlines deadlines)
{
    internal async Task HandleAsync(HttpContext context, TokenOperation operation)
    {
        if (HttpMethods.IsPatch(context.Request.Method))
        {
            await PatchAsync(context, operation);
            return;
        }

        context.Response.Headers.Allow = "PATCH, OPTIONS";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await context.WriteErrorAsync(ApiErrors.MethodNotAllowed);
    }

    private async Task PatchAsync(HttpContext context, TokenOperation operation)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            using var deadline = deadlines.Start();
            var (error, team, user) = await administrators.AdmitAsync(context.Request, (string)context.Request.RouteValues["project"]!, deadline.Storage);
            if (team is null)
            {
                await context.WriteKeyErrorAsync(error!);
                return;
            }

            context.Features.Get<CanonicalLine>()?.TeamId = team.Id;
            if (await changes.ApplyAsync(operation, team.Id, new Actor(user)) is not { } change)
            {
                await context.WriteKeyErrorAsync(ApiErrors.NotFound);
                return;
            }

            var body = ProjectJson.Write(team, change.After);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException && !context.Response.HasStarted)
        {
            await context.WriteKeyErrorAsync(ApiErrors.DatabaseUnavailable);
        }
    }
}
