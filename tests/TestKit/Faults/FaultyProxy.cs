using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FlagsService.TestKit.Faults;

/// <summary>Stands between the server and a store on loopback, and fails on demand.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly int target;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> clients = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private volatile FaultMode mode;
    private int held;
    private TaskCompletionSource passing = Passing(isOpen: true);

    /// <summary>In front of a loopback port.</summary>
    public FaultyProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where the server connects to.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>As Redis is configured.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>How many times something came and was held.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>What happens now; connections that stand are cut when that changes, but for a hang.</summary>
    public FaultMode Mode
    {
        get => mode;
        set
        {
            mode = value;
            if (value == FaultMode.Hanging)
            {
                passing = Passing(isOpen: false);
                return;
            }

            foreach (var client in clients.Keys)
            {
                client.Dispose();
            }

            passing.TrySetResult();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Mode = FaultMode.Down;
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private static TaskCompletionSource Passing(bool isOpen)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (isOpen)
        {
            source.SetResult();
        }

        return source;
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);
            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        clients[client] = true;
        try
        {
            if (mode == FaultMode.Down)
            {
                return;
            }

            await PassAsync();
            await server.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
            clients[server] = true;
            await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream(), isAnswer: false), PumpAsync(server.GetStream(), client.GetStream(), isAnswer: true));
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut, as it was meant to be.
        }
        finally
        {
            clients.TryRemove(client, out _);
            clients.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private Task PassAsync()
    {
        if (mode == FaultMode.Hanging)
        {
            Interlocked.Increment(ref held);
        }

        return passing.Task.WaitAsync(stopping.Token);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, stopping.Token) is var count and > 0)
            {
                await PassAsync();
                if (isAnswer && mode == FaultMode.Garbage)
                {
                    buffer.AsSpan(0, count).Fill((byte)'?');
                }

                await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side is told by the cut.
        }
    }
}
