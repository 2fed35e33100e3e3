using System.Net;
using Microsoft.Extensions.Options;

namespace FlagsService.Http;

/// <summary>Who asks: the peer of the socket, or, when that is a trusted proxy, the last address in <c>X-Forwarded-For</c> that is not one too. Anybody can write that header, so nobody else is believed.</summary>
internal sealed class ClientAddress(IOptions<TrustedProxies> trusted)
{
    private readonly IPNetwork[] networks = [.. trusted.Value.Parse().Select(network => network!.Value)];

    /// <summary>The client of a request; null only where the peer has no address.</summary>
    internal IPAddress? Of(HttpContext context)
    {
        var peer = Plain(context.Connection.RemoteIpAddress);
        return networks.Length > 0 && peer is not null && IsTrusted(peer) ? Forwarded(context.Request.Headers["X-Forwarded-For"]) ?? peer : peer;
    }

    private IPAddress? Forwarded(Microsoft.Extensions.Primitives.StringValues header)
    {
        for (var line = header.Count - 1; line >= 0; line--)
        {
            var rest = header[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (TryParse(rest[(comma + 1)..].Trim()) is not { } address)
                {
                    return null;
                }

                if (!IsTrusted(address))
                {
                    return address;
                }

                rest = comma < 0 ? default : rest[..comma];
            }
        }

        return null;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An address as proxies write it: bare, <c>[v6]:port</c> or <c>v4:port</c>.</summary>
    private static IPAddress? TryParse(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..])
        {
            var end = text.IndexOf(']');
            text = end < 0 ? default : text[1..end];
        }
        else if (text.Contains('.') && text.Count(':') == 1)
        {
            text = text[..text.IndexOf(':')];
        }

        return IPAddress.TryParse(text, out var address) ? Plain(address) : null;
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
