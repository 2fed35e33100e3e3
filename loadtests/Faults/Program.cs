// dotnet run -c Release --project loadtests/Faults -- [CLIENTS] [SECONDS]     every fault at a cold and a warm start, as a table
using System.Globalization;
using FlagsService.TestKit.Faults;

// A request may take four and a half seconds, and is then answered; the rest is the client's own time on a busy machine.
var deadline = TimeSpan.FromSeconds(5);
var clients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
var duration = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 8);
var isSafe = true;
await using var bench = await FaultBench.StartAsync(clients);
Console.WriteLine("| fault | start | answered 200 | answered 503 | anything else | slowest ms | well again after ms |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var fault in Enum.GetValues<Fault>())
{
    foreach (var isWarm in (bool[])[false, true])
    {
        var report = await bench.RunAsync(fault, isWarm, isServed: false, duration);
        isSafe &= report.Wrong.Count == 0 && report.Slowest < deadline;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {(isWarm ? "warm" : "cold")} | {report.Answered} | {report.Unavailable} | {(report.Wrong.Count == 0 ? "none" : string.Join("; ", report.Wrong))} | {report.Slowest.TotalMilliseconds:F0} | {report.Recovery.TotalMilliseconds:F0} |"));
    }
}

return isSafe ? 0 : 1;
