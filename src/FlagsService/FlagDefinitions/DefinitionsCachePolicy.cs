using System.Globalization;
using Microsoft.AspNetCore.OutputCaching;

namespace FlagsService.FlagDefinitions;

/// <summary>Whole answers for output caching, which by itself keeps away from requests with <c>Authorization</c>. A request is decided first; only one that gets a document looks into the cache, under its team and the document's tag and never under a token, so that an answer out of date is never found.</summary>
internal sealed class DefinitionsCachePolicy(DefinitionsAdmission admission) : IOutputCachePolicy
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);

    internal static string TagOf(int teamId) => string.Create(CultureInfo.InvariantCulture, $"definitions:{teamId}");

    public async ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) || await admission.DecideAsync(http) is not { Document: { } document, IsKnown: false })
        {
            context.EnableOutputCaching = false;
            return;
        }

        context.EnableOutputCaching = true;
        context.AllowCacheStorage = true;

        // The cache would compare dates, which this endpoint does not do.
        context.AllowCacheLookup = http.Request.Headers.IfModifiedSince.Count == 0;
        context.CacheVaryByRules.VaryByHost = false;
        context.CacheVaryByRules.CacheKeyPrefix = TagOf(document.TeamId);
        context.CacheVaryByRules.VaryByValues["document"] = document.ETag;
        context.Tags.Add(TagOf(document.TeamId));
        context.ResponseExpirationTimeSpan = Age;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.AllowCacheStorage &= context.HttpContext.Response.StatusCode == StatusCodes.Status200OK;
        return ValueTask.CompletedTask;
    }
}
