using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlagsService.HyperCache.Tokens;
using FlagsService.Observability;
using FlagsService.RequestLogging;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Sinks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace FlagsService.TestKit.Host;

/// <summary>The server on a real loopback port, on an embedded store of its own or on a given Postgres.</summary>
public sealed class FlagsServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string? folder;
    private bool isDisposed;

    private FlagsServer(WebApplication app, string? folder, CapturedLines log)
    {
        this.app = app;
        this.folder = folder;
        Log = log;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>A client with that base address.</summary>
    public HttpClient Client { get; }

    /// <summary>Services of the running server.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Connection string of its Postgres; null on the embedded store.</summary>
    public string? Postgres { get; private init; }

    /// <summary>What it logged.</summary>
    public CapturedLines Log { get; }

    /// <summary>File of its embedded store; null on Postgres.</summary>
    public string? StoragePath { get; private init; }

    /// <summary>What was printed on the console at the first start.</summary>
    public string Printed { get; private init; } = "";

    /// <summary>Tokens of the first project.</summary>
    public TeamTokens Tokens { get; private init; } = null!;

    /// <summary>A server with an empty embedded store, or on a Postgres database.</summary>
    public static async Task<FlagsServer> StartAsync(string? postgres = null, string? storagePath = null, TimeProvider? time = null, bool waitUntilReady = true, Action<IServiceCollection>? configure = null, params IEnumerable<string> settings)
    {
        var folder = postgres is null && storagePath is null ? Directory.CreateTempSubdirectory("flagsservice-").FullName : null;
        var console = new StringWriter();
        var log = new CapturedLines();
        string[] store = postgres is null
            ? ["--FlagsService:Storage:Path", storagePath ?? Path.Combine(folder!, "flags.db")]
            : ["--ConnectionStrings:Postgres", postgres];
        storagePath = postgres is null ? store[1] : null;
        var app = FlagsHost.Build(["--urls", "http://127.0.0.1:0", "--FlagsService:Logging:Level", "Verbose", .. store, .. settings], services =>
        {
            services.AddSingleton<TextWriter>(console);
            services.AddSingleton(_ => new LogOutput(log));
            if (time is not null)
            {
                services.AddSingleton(time);
            }

            configure?.Invoke(services);
        });
        await app.StartAsync();
        if (!waitUntilReady)
        {
            return new FlagsServer(app, folder, log) { Postgres = postgres, StoragePath = storagePath };
        }

        await app.Services.GetRequiredService<Startup.StoreReadiness>().WaitAsync(CancellationToken.None);
        var tokens = await app.Services.GetRequiredService<ITokenAdministration>().ReadAsync(null, CancellationToken.None);
        LeakWatch.Current.Add(tokens[0].Secret);
        var server = new FlagsServer(app, folder, log) { Postgres = postgres, StoragePath = storagePath, Tokens = tokens[0], Printed = console.ToString() };

        // The first project is announced as any change is, and what is remembered or shared meanwhile may be forgotten again. Without its Redis the server never gets there.
        await server.TryCatchUpAsync(TimeSpan.FromSeconds(2));
        return server;
    }

    /// <summary>Waits until the server hears of changes in its Postgres and has carried out those so far: it trusts nothing that it read before.</summary>
    public async Task UntilListeningAsync()
    {
        for (var attempt = 0; !await HoldsAsync("select count(*) > 0 from pg_stat_activity where datname = current_database() and query = 'listen flagsservice_outbox'"); attempt++)
        {
            if (attempt == 400)
            {
                throw new TimeoutException("The server does not listen");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }

        await PostgresServer.ExecuteAsync(Postgres!, "update posthog_team set name = 'changed'");
        await UntilCaughtUpAsync();
    }

    /// <summary>Waits until the changes so far in its store are carried out.</summary>
    public async Task UntilCaughtUpAsync()
    {
        if (!await TryCatchUpAsync(TimeSpan.FromSeconds(20)))
        {
            throw new TimeoutException("The server does not carry out changes");
        }
    }

    private async Task<bool> TryCatchUpAsync(TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await HoldsAsync("select not exists (select 1 from flagsservice_outbox where processed_at is null)"))
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        return true;
    }

    private async Task<bool> HoldsAsync(string sql)
    {
        await using DbConnection connection = Postgres is null ? new SqliteConnection($"Data Source={StoragePath}") : PostgresServer.Connect(Postgres);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToBoolean(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Posts JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, object body, string? userAgent = null) =>
        PostAsync(path, new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), userAgent);

    /// <summary>Posts any content.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? userAgent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (userAgent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Gets with a bearer and a validator.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? bearer = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await Client.SendAsync(request);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        Client.Dispose();
        LeakWatch.Current.Observe("/metrics", app.Services.GetRequiredService<PrometheusText>().Write());
        await app.StopAsync();
        await app.DisposeAsync();
        if (folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }
}
