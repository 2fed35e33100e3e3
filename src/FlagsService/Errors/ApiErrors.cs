namespace FlagsService.Errors;

/// <summary>Every error this service answers. SDKs react to the status: 401 and 402 make them drop flags, so our own trouble is always 503.</summary>
internal static class ApiErrors
{
    internal static ApiError MissingToken { get; } = new(401, "not_authenticated", "No API token provided. Please include a valid API token in your request.", "missing_token");

    internal static ApiError InvalidToken { get; } = new(401, "authentication_failed", "The provided API key is invalid or has expired. Please check your API key and try again.", "invalid_token");

    internal static ApiError SecretInvalid { get; } = new(401, "authentication_failed", "Secret API token is invalid.", "secret_api_token_invalid");

    internal static ApiError PersonalKeyInvalid { get; } = new(401, "authentication_failed", "Personal API key is invalid.", "personal_api_key_invalid");

    internal static ApiError PersonalKeyLacksScopes { get; } =
        new(403, "permission_denied", "Personal API key lacks required scopes (feature_flag:read or feature_flag:write).", "personal_api_key_insufficient_scopes");

    internal static ApiError PersonalKeyLacksProjectScope { get; } =
        new(403, "permission_denied", "Personal API key lacks required scopes (project:write).", "personal_api_key_insufficient_scopes");

    internal static ApiError NotAnAdministrator { get; } = new(403, "permission_denied", "Only administrators of the organization can do this.", "not_an_administrator");

    internal static ApiError SecretOfAnotherProject { get; } = new(403, "permission_denied", "The secret belongs to another project.", "secret_of_another_project");

    internal static ApiError ExplainNeedsSecret { get; } = new(403, "permission_denied", "explain=true requires the project's secret token.", "explain_needs_secret");

    internal static ApiError NoCredentials { get; } = new(401, "not_authenticated", "Authentication credentials were not provided.", "no_authentication");

    internal static ApiError TokenParameterRequired { get; } =
        new(400, "bad_request", "The 'token' query parameter is required unless authenticating with a phs_-prefixed token.");

    internal static ApiError QuotaExceeded { get; } = new(402, "payment_required", "You have exceeded your feature flag request quota", "billing_limit");

    internal static ApiError RateLimited { get; } = new(429, "rate_limit_exceeded", "Rate limit exceeded", "rate_limited");

    internal static ApiError AddressRateLimited { get; } = new(429, "rate_limit_exceeded", "Rate limit exceeded", "ip_rate_limited");

    internal static ApiError TokenRateLimited { get; } = new(429, "rate_limit_exceeded", "Rate limit exceeded", "token_rate_limited");

    internal static ApiError NotFound { get; } = new(404, "not_found", "Not found.");

    internal static ApiError MethodNotAllowed { get; } = new(405, "method_not_allowed", "Method not allowed.");

    internal static ApiError MissingDistinctId { get; } =
        new(400, "missing_distinct_id", "The distinct_id field is missing from the request. Please include a valid identifier.");

    internal static ApiError BodyTooLarge { get; } = new(413, "payload_too_large", "Failed to buffer the request body: length limit exceeded");

    internal static ApiError BodyUnreadable { get; } = new(400, "bad_request", "Failed to read the request body.");

    internal static ApiError InvalidJson { get; } = Undecodable("invalid JSON");

    internal static ApiError UnsupportedCompression { get; } = Undecodable("Unsupported compression type");

    internal static ApiError InvalidGzip { get; } = Undecodable("gzip decompression failed");

    internal static ApiError InvalidUtf8 { get; } = Undecodable("invalid UTF-8");

    internal static ApiError GzipInForm { get; } = Undecodable("Gzip compression not supported for form-urlencoded data");

    internal static ApiError Internal { get; } =
        new(500, "internal_error", "An internal server error occurred. Please try again later or contact support if the problem persists.");

    internal static ApiError RemoteConfigDecryptFailed { get; } =
        new(500, "remote_config_decrypt_failed", "Failed to decrypt the remote config payload. Please contact support if the problem persists.");

    internal static ApiError DatabaseUnavailable { get; } =
        new(503, "database_unavailable", "Our database service is currently unavailable. This is likely a temporary issue. Please try again later.");

    internal static ApiError Timeout { get; } =
        new(503, "timeout", "The request timed out. This could be due to high load or network issues. Please try again later.");

    internal static ApiError Overloaded { get; } = new(503, "service_unavailable", "Service is currently unavailable. Please try again later.");

    internal static ApiError UnsupportedContentType(string contentType) => Undecodable($"unsupported content type: {contentType}");

    internal static ApiError DecompressedTooLarge(int limit, long got) =>
        new(413, "payload_too_large", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Decompressed request body exceeded {limit} bytes (got {got})."));

    private static ApiError Undecodable(string why) =>
        new(400, "request_decoding_error", $"Failed to decode request: {why}. Please check your request format and try again.");
}
