using System.Globalization;
using FlagsService.HyperCache.FlagDefinitions;
using Microsoft.AspNetCore.OutputCaching;

namespace FlagsService.FlagDefinitions;

/// <summary>Whole answers for output caching, which by itself keeps away from requests with <c>Authorization</c>. Only a request that was let in and gets a document comes here; it looks into the cache under its team and the document's tag and never under a token, so that an answer out of date is never found.</summary>
internal sealed class DefinitionsCachePolicy : IOutputCachePolicy
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);

    internal static string TagOf(int teamId) => string.Create(CultureInfo.InvariantCulture, $"definitions:{teamId}");

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        if (http.Features.Get<DefinitionsDocument>() is not { } document)
        {
            context.EnableOutputCaching = false;
            return ValueTask.CompletedTask;
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
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.AllowCacheStorage &= context.HttpContext.Response.StatusCode == StatusCodes.Status200OK;
        return ValueTask.CompletedTask;
    }
}
