using FlagsService.HyperCache.Tokens;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FlagsService.Startup;

/// <summary>Tells whoever started an empty server how to talk to it. Straight to the console and only once: a secret never goes through the logger.</summary>
internal sealed class FirstStart(IServer server, TextWriter console)
{
    internal void Announce(TeamTokens tokens)
    {
        var address = (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? FlagsHost.DefaultAddress)
            .Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).TrimEnd('/');
        console.WriteLine(
            $$"""

            A first project was created. These tokens are shown once; "FlagsService tokens show" prints them again.

              public token   {{tokens.Public}}
              secret token   {{tokens.Secret}}

            Try it:

              curl -s '{{address}}/flags/?v=2' -H 'Content-Type: application/json' -d '{"token":"{{tokens.Public}}","distinct_id":"user-1"}'

            """);
    }
}
