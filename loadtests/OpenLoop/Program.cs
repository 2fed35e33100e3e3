// A constant rate of requests: each leaves at its time, however many are still under way. A slow answer therefore delays no other request, and none of the waiting is left out.
//   OpenLoop URL TOKEN REQUESTS_PER_SECOND SECONDS
// prints, tab-separated: sent, failed, and p50, p90, p99, p99.9 and maximum in microseconds.
using System.Globalization;
using FlagsService.LoadTests.OpenLoop;

if (args is not [var url, var token, var rate, var seconds])
{
    await Console.Error.WriteLineAsync("usage: OpenLoop URL TOKEN REQUESTS_PER_SECOND SECONDS");
    return 2;
}

var perSecond = double.Parse(rate, CultureInfo.InvariantCulture);
var schedule = new Schedule(perSecond, TimeProvider.System);
using var sender = new FlagsSender(new Uri(url), token);

// The first second warms connections and code, and is not counted.
await schedule.RunAsync((int)perSecond, sender.SendAsync);
var latencies = await schedule.RunAsync((int)(perSecond * double.Parse(seconds, CultureInfo.InvariantCulture)), sender.SendAsync);
Console.WriteLine(latencies.ToLine());
return latencies.Failed == 0 ? 0 : 1;
