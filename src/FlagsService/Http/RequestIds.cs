namespace FlagsService.Http;

/// <summary>By which id a request is found again: the caller's <c>X-REQUEST-ID</c> if that is a UUID, else a new one.</summary>
internal static class RequestIds
{
    internal static Guid Of(HttpRequest request) => request.Headers.TryGetValue("X-REQUEST-ID", out var given) && Guid.TryParse(given, out var id) ? id : New();

    // Version 4 in form. Nobody gains by guessing one, and the system's randomness costs a system call.
    private static Guid New()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
