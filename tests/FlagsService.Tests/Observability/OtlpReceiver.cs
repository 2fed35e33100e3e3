using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlagsService.Tests.Observability;

/// <summary>As much of a collector as shows what is sent: texts stand as they are in its binary messages.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string Body)> messages = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            messages.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        });
    }

    internal string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    internal string All(string path) => string.Concat(messages.Where(message => message.Path == path).Select(message => message.Body));

    internal async Task<string> WaitForAsync(string path, params string[] texts)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var all = All(path);
            if (texts.All(text => all.Contains(text, StringComparison.Ordinal)))
            {
                return all;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        var received = All(path);
        throw new TimeoutException($"{path} lacks {string.Join(", ", texts.Where(text => !received.Contains(text, StringComparison.Ordinal)))} in {received.Length} bytes");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
