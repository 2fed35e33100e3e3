using Microsoft.AspNetCore.WebUtilities;

namespace FlagsService.Http;

/// <summary>One parameter of a query, without a dictionary of all of them.</summary>
internal static class QueryParameter
{
    /// <summary>The first value under a name, decoded; null when there is none.</summary>
    internal static string? Of(HttpRequest request, string name)
    {
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (pair.DecodeName().Span.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair.DecodeValue().ToString();
            }
        }

        return null;
    }
}
