// What the platform costs: the same listener, a body read to its end, and an answer of the same size that nobody had to compute.
//   /answer/NAME   the bytes of NAME.json         /lookup/NAME   the same after one person look-up
//   /unchanged     304 with an entity tag         /metrics       bytes allocated so far
using FlagsService.LoadTests.Floor;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(static server => server.AddServerHeader = false);
var answers = CannedAnswers.Read(builder.Configuration["Answers"] ?? ".");
await using var persons = new PersonLookup(builder.Configuration["ConnectionStrings:Postgres"] ?? "");
var app = builder.Build();
app.Run(async context =>
{
    var response = context.Response;
    var path = context.Request.Path.Value!;
    if (path is "/unchanged")
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        response.Headers.ETag = "\"0123456789abcdef\"";
        return;
    }

    if (path is "/metrics")
    {
        await response.WriteAsync($"dotnet_gc_heap_total_allocated_total {GC.GetTotalAllocatedBytes()}\n");
        return;
    }

    var distinctId = await RequestBody.ReadAsync(context.Request.BodyReader, context.RequestAborted);
    if (!answers.TryGetValue(path, out var answer))
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        return;
    }

    if (answer.NeedsPerson)
    {
        await persons.FetchAsync(teamId: 50, distinctId, context.RequestAborted);
    }

    response.ContentType = "application/json";
    response.ContentLength = answer.Bytes.Length;
    await response.Body.WriteAsync(answer.Bytes, context.RequestAborted);
});
await app.RunAsync();
