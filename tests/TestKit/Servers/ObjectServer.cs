using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlagsService.TestKit.Servers;

/// <summary>A small S3 server in memory: GET, PUT with conditions, DELETE, 404, and trouble on demand. No real one can be started here.</summary>
public sealed class ObjectServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> objects = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private WebApplication app = null!;
    private int requests;

    /// <summary>What <c>FlagsService:ObjectStorage:*</c> takes, as arguments of a server.</summary>
    public IReadOnlyList<string> Settings => [.. Configuration.SelectMany(pair => new[] { "--" + pair.Key, pair.Value! })];

    /// <summary>The same as configuration.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Configuration =>
    [
        new("FlagsService:ObjectStorage:Bucket", "bucket"),
        new("FlagsService:ObjectStorage:Endpoint", app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        new("FlagsService:ObjectStorage:AccessKey", "test"),
        new("FlagsService:ObjectStorage:SecretKey", "test"),
    ];

    /// <summary>How it behaves.</summary>
    public ObjectServerMode Mode { get; set; }

    /// <summary>How many requests it has had.</summary>
    public int Requests => requests;

    /// <summary>Names of all objects.</summary>
    public IReadOnlyCollection<string> Names => [.. objects.Keys];

    /// <summary>A running, empty server.</summary>
    public static async Task<ObjectServer> StartNewAsync()
    {
        var server = new ObjectServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server.app = builder.Build();
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Puts bytes under a name, past the protocol.</summary>
    public void Put(string name, byte[] bytes) => objects[name] = bytes;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(hurry.Token);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        if (Mode == ObjectServerMode.Hanging)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Mode == ObjectServerMode.Failing)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable");
            return;
        }

        var name = context.Request.Path.Value!["/bucket/".Length..];
        switch (context.Request.Method)
        {
            case "PUT":
                await PutAsync(context, name, body.ToArray());
                break;
            case "DELETE":
                objects.TryRemove(name, out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            default:
                await GetAsync(context, name);
                break;
        }
    }

    private async Task GetAsync(HttpContext context, string name)
    {
        if (!objects.TryGetValue(name, out var bytes))
        {
            await FailAsync(context, StatusCodes.Status404NotFound, "NoSuchKey");
            return;
        }

        context.Response.Headers.ETag = TagOf(bytes);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    private Task PutAsync(HttpContext context, string name, byte[] bytes)
    {
        lock (gate)
        {
            var tag = objects.TryGetValue(name, out var held) ? TagOf(held) : null;
            string? wanted = context.Request.Headers.IfMatch;
            if ((context.Request.Headers.IfNoneMatch == "*" && tag is not null) || (!string.IsNullOrEmpty(wanted) && wanted != tag))
            {
                return FailAsync(context, StatusCodes.Status412PreconditionFailed, "PreconditionFailed");
            }

            objects[name] = bytes;
        }

        context.Response.Headers.ETag = TagOf(bytes);
        return Task.CompletedTask;
    }

    private static Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }

    // The client compares the tag of an upload with the MD5 of what it sent, as S3 has it.
#pragma warning disable CA5351
    private static string TagOf(byte[] bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";
#pragma warning restore CA5351
}
