using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace FlagsService.RequestLogging;

/// <summary>Logs as JSON lines on standard output through a bounded queue, and one line a request.</summary>
internal static class LoggingRegistration
{
    /// <summary>Source of the line that sums up a request.</summary>
    internal const string RequestSource = "FlagsService.RequestLogging";

    internal static IServiceCollection AddRequestLogging(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(LoggingOptions.Section).Get<LoggingOptions>() ?? new LoggingOptions();
        options.Validate();
        services.AddSingleton(options)
            .AddSingleton<LogQueue>()
            .AddSingleton(static _ => LogOutput.Console())
            .AddSingleton(CreateLogger)
            .AddSingleton<Serilog.ILogger>(static provider => provider.GetRequiredService<Logger>())
            .AddSingleton<RequestLog>()
            .AddSingleton<BodyLog>()
            .AddHostedService<BodyLogRefresh>();
        return services.AddLogging(logging =>
        {
            logging.ClearProviders();
            logging.Services.AddSingleton<ILoggerProvider>(static provider => new SerilogLoggerProvider(provider.GetRequiredService<Logger>()));
            logging.SetMinimumLevel(LogLevel.Trace);
            if (options.FrameworkLevel > LogEventLevel.Information)
            {
                // While this category may log anything at all the host makes an Activity and a log scope for every request.
                logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            }
        });
    }

    private static Logger CreateLogger(IServiceProvider services)
    {
        var options = services.GetRequiredService<LoggingOptions>();
        var logger = new LoggerConfiguration()
            .MinimumLevel.Is(options.Level)
            .MinimumLevel.Override("Microsoft", options.FrameworkLevel)
            .MinimumLevel.Override("System", options.FrameworkLevel)
            .WriteTo.Sink(services.GetRequiredService<LogQueue>());
        if (options.FrameworkLevel > LogEventLevel.Information && options.Level <= LogEventLevel.Information)
        {
            logger.MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information);
        }

        if (options.RequestLevel is { } level)
        {
            logger.MinimumLevel.Override(RequestSource, level);
        }

        return logger.CreateLogger();
    }
}
