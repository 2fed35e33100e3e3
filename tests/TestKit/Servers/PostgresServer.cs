using System.Globalization;
using Npgsql;

namespace FlagsService.TestKit.Servers;

/// <summary>A Postgres of the tests' own, from the Debian package's binaries: a fresh cluster in a temporary folder, on a free loopback port.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static PostgresServer? shared;
    private readonly string folder = Path.Combine(Path.GetTempPath(), "flagsservice-pg-" + Guid.NewGuid().ToString("N"));
    private ServerProcess? process;
    private int databases;

    private PostgresServer() => Port = ServerProcess.FreePort();

    /// <summary>Loopback port.</summary>
    public int Port { get; }

    /// <summary>The one server of this test process; it ends with the process.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (shared is null)
            {
                shared = await StartNewAsync();
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => shared.Remove();
            }

            return shared;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>A server for tests that kill it.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer();
        Directory.CreateDirectory(server.folder);
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root.
            ServerProcess.Run("chown", "postgres", server.folder);
        }

        server.Run("initdb", "-D", server.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync");
        await server.StartAsync();
        return server;
    }

    private string Data => Path.Combine(folder, "data");

    /// <summary>Connection string of a database that nobody else uses.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync(ConnectionString("postgres"), $"create database {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs SQL.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = Untraced(connectionString).Build();
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A closed connection of the tests' own, outside of every pool.</summary>
    public static NpgsqlConnection Connect(string connectionString) => Untraced(connectionString + ";Pooling=false").Build().CreateConnection();

    /// <summary>Starts the server after <see cref="Kill"/>, on the same port and data.</summary>
    public async Task StartAsync()
    {
        var (file, prefix) = Program("postgres");
        process = ServerProcess.Start(file, [.. prefix, "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", folder, "-F", "-c", "max_connections=200"]);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ExecuteAsync(ConnectionString("postgres"), "select 1");
                return;
            }
            catch (NpgsqlException) when (attempt < 200)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>Ends the server as a crash would.</summary>
    public void Kill() => process?.Kill();

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    // Statements of tests may name secrets; the server's never do, which the traces are watched for.
    private static NpgsqlDataSourceBuilder Untraced(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString).ConfigureTracing(static tracing => tracing.ConfigureCommandFilter(static _ => false));

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Pooling=true;Timeout=5");

    private void Remove()
    {
        process?.Dispose();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Run(string program, params IEnumerable<string> arguments)
    {
        var (file, prefix) = Program(program);
        ServerProcess.Run(file, [.. prefix, .. arguments]);
    }

    private static (string File, string[] Prefix) Program(string name)
    {
        var path = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault() ?? name
            : name;
        return Environment.IsPrivilegedProcess ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path]) : (path, []);
    }
}
