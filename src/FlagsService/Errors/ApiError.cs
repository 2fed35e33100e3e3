using System.Text.Json;

namespace FlagsService.Errors;

/// <summary>One error as every endpoint but capture sends it: <c>{"type","code","detail","attr":null}</c>.</summary>
internal sealed class ApiError
{
    internal ApiError(int status, string code, string detail, string? name = null)
    {
        Status = status;
        Name = name ?? code;
        Json = JsonSerializer.SerializeToUtf8Bytes(new { type = TypeOf(status), code, detail, attr = (string?)null });
    }

    /// <summary>HTTP status.</summary>
    internal int Status { get; }

    /// <summary>Name in logs and metrics; differs from the code sent where PostHog's does.</summary>
    internal string Name { get; }

    /// <summary>The body.</summary>
    internal byte[] Json { get; }

    private static string TypeOf(int status) => status switch
    {
        401 or 403 => "authentication_error",
        402 => "quota_limited",
        404 => "invalid_request",
        >= 500 => "server_error",
        _ => "validation_error",
    };
}
