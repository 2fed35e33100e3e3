using System.Globalization;
using System.Net.Sockets;
using FlagsService.TestKit.Leaks;

namespace FlagsService.TestKit.Servers;

/// <summary>Shows a watch every command that a Redis is sent, and at the end its keys. The quota sets hold tokens by agreement with others who read them.</summary>
internal sealed class RedisMonitor(int port, LeakWatch watch) : IDisposable
{
    private const string Quotas = "@posthog/quota-limit";
    private TcpClient? client;

    internal async Task StartAsync()
    {
        client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync("MONITOR\r\n"u8.ToArray());
        var reader = new StreamReader(stream);

        // Not before the server has agreed is every command certain to be seen.
        await reader.ReadLineAsync();
        _ = FollowAsync(reader);
    }

    internal void LookAtKeys()
    {
        try
        {
            using var keys = new TcpClient();
            keys.Connect("127.0.0.1", port);
            using var stream = keys.GetStream();
            stream.ReadTimeout = 5000;
            using var reader = new StreamReader(stream);
            var cursor = "0";
            do
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes($"SCAN {cursor} COUNT 1000\r\n"));
                reader.ReadLine();
                reader.ReadLine();
                cursor = reader.ReadLine()!;
                for (var left = int.Parse(reader.ReadLine().AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--)
                {
                    reader.ReadLine();
                    watch.Observe("redis key", reader.ReadLine());
                }
            }
            while (cursor != "0");
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // It was killed already: its keys are gone, and its commands were seen.
        }
    }

    public void Dispose() => client?.Dispose();

    private async Task FollowAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } command)
            {
                if (!command.Contains(Quotas, StringComparison.Ordinal))
                {
                    watch.Observe("redis command", command);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // The server or the test has ended.
        }
    }
}
