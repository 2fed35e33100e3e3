using System.Globalization;
using System.Net.Sockets;
using FlagsService.TestKit.Leaks;

namespace FlagsService.TestKit.Servers;

/// <summary>A Redis of the tests' own on a free loopback port, in memory only.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly LeakWatch watch;
    private ServerProcess? process;
    private RedisMonitor? monitor;

    private RedisServer(LeakWatch watch)
    {
        this.watch = watch;
        Port = ServerProcess.FreePort();
    }

    /// <summary>Loopback port.</summary>
    public int Port { get; }

    /// <summary>What <c>ConnectionStrings:Redis</c> takes.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>A running, empty server.</summary>
    public static async Task<RedisServer> StartNewAsync(LeakWatch? watch = null)
    {
        var server = new RedisServer(watch ?? LeakWatch.Current);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it (again), empty, on the same port.</summary>
    public async Task StartAsync()
    {
        process = ServerProcess.Start("redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", Port);
                break;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            }
        }

        monitor = new RedisMonitor(Port, watch);
        await monitor.StartAsync();
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        monitor?.LookAtKeys();
        process?.Kill();
        monitor?.Dispose();
        monitor = null;
    }

    /// <summary>Sends one command as text and answers the raw reply.</summary>
    public async Task<string> SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(command + "\r\nQUIT\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Kill();
        process?.Dispose();
        return ValueTask.CompletedTask;
    }
}
