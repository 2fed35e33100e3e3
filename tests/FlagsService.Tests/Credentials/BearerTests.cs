using System.Net.Sockets;
using System.Text;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Credentials;

/// <summary>A connection keeps the credential that it sent last: whoever sends another over it is another, and who has lost access has lost it.</summary>
public sealed class BearerTests : IAsyncLifetime
{
    private FlagsServer server = null!;
    private TcpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = await FlagsServer.StartAsync();
        client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Callers_that_share_a_connection_are_told_apart()
    {
        var secret = server.Tokens.Secret!;
        var stranger = LeakWatch.MadeUp("Stranger".PadRight(secret.Length - "phs_".Length, 'x'))[..secret.Length];
        foreach (var (header, status) in new[]
        {
            ($"Bearer {secret}", 200), ($"Bearer {secret}", 200), ($"Bearer {stranger}", 401), ($"Bearer {secret}", 200), ($"bearer  {secret} ", 200), ("Basic abc", 401), (null, 401), ($"Bearer {secret}", 200),
        })
        {
            Assert.Equal(status, await StatusAsync(header));
        }
    }

    [Fact]
    public async Task A_secret_that_was_rotated_out_is_refused_on_the_connection_that_used_it()
    {
        var header = $"Bearer {server.Tokens.Secret}";
        Assert.Equal(200, await StatusAsync(header));
        var tokens = server.Services.GetRequiredService<ITokenAdministration>();
        for (var rotation = 0; rotation < 2; rotation++)
        {
            LeakWatch.Current.Add((await tokens.RotateSecretAsync(1, default, default))!.After.Secret);
        }

        await server.UntilCaughtUpAsync();
        Assert.Equal(401, await StatusAsync(header));
    }

    // By hand: whether a client takes the same connection again is its own affair.
    private async Task<int> StatusAsync(string? authorization)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /flags/definitions HTTP/1.1\r\nHost: flags\r\n{(authorization is null ? "" : $"Authorization: {authorization}\r\n")}\r\n"));
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            Assert.True(read > 0, "the server closed the connection");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var answer = text.ToString();
            var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end > 0 && Encoding.UTF8.GetByteCount(answer[(end + 4)..]) >= LengthOf(answer[..end]))
            {
                return int.Parse(answer.Split(' ', 3)[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }

    private static int LengthOf(string head) => int.Parse(
        head.Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
