using System.Net;

namespace FlagsService.Http;

/// <summary>The setting <c>FlagsService:TrustedProxies</c>: a list of networks, or one text with commas.</summary>
internal sealed class TrustedProxies
{
    internal const string Section = "FlagsService:TrustedProxies";

    /// <summary>Addresses and CIDR networks.</summary>
    public IReadOnlyList<string> Networks { get; set; } = [];

    /// <summary>The networks; null for each that is none.</summary>
    internal IEnumerable<IPNetwork?> Parse() => Networks.Select(Parse);

    internal static void Read(TrustedProxies options, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        options.Networks = [.. section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    private static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)
            && (slash < 0 ? address.GetAddressBytes().Length * 8 : int.TryParse(text.AsSpan(slash + 1), out var bits) ? bits : -1) is var length
            && length >= 0 && length <= address.GetAddressBytes().Length * 8
            ? new IPNetwork(Masked(address, length), length)
            : null;
    }

    private static IPAddress Masked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(length - (i * 8), 0, 8));
        }

        return new IPAddress(bytes);
    }
}
