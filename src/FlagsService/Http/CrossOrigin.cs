using Microsoft.Extensions.Primitives;

namespace FlagsService.Http;

/// <summary>The permissive CORS of the browser routes: origin and headers are mirrored, credentials allowed, on errors too.</summary>
internal static class CrossOrigin
{
    private static readonly StringValues Vary = "origin, access-control-request-method, access-control-request-headers";

    internal static void Allow(HttpContext context)
    {
        var response = context.Response.Headers;
        response.Vary = Vary;
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            return;
        }

        response.AccessControlAllowOrigin = origin;
        response.AccessControlAllowCredentials = "true";
        response.AccessControlAllowMethods = "GET,POST,OPTIONS,HEAD";
        var requested = context.Request.Headers.AccessControlRequestHeaders;
        if (requested.Count > 0)
        {
            response.AccessControlAllowHeaders = requested;
        }
    }
}
