using Microsoft.Extensions.Primitives;

namespace FlagsService.FlagDefinitions;

/// <summary>Reads <c>If-None-Match</c> in every spelling clients send: quoted, weak, bare, a list, or a star.</summary>
internal static class EntityTags
{
    /// <summary>Whether the client has something to compare; an empty header is none.</summary>
    internal static bool IsPresent(StringValues header)
    {
        foreach (var line in header)
        {
            if (line.AsSpan().ContainsAnyExcept(" \t,\""))
            {
                return true;
            }
        }

        return false;
    }

    internal static bool Matches(StringValues header, string tag)
    {
        foreach (var line in header)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var validator = line.AsSpan()[part].Trim();
                if (validator.StartsWith("W/", StringComparison.Ordinal))
                {
                    validator = validator[2..];
                }

                validator = validator.Trim('"');
                if (validator.SequenceEqual("*") || validator.SequenceEqual(tag))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
