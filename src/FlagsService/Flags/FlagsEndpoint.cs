using System.Diagnostics;
using System.Text;
using FlagsService.Errors;
using FlagsService.Evaluation.Lookups;
using FlagsService.Http;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Persons;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.Quotas;
using FlagsService.RateLimiting;
using FlagsService.RequestLogging;
using FlagsService.Usage;

namespace FlagsService.Flags;

/// <summary>Remote evaluation: one POST from bytes to bytes, in the fixed order of its steps.</summary>
internal sealed class FlagsEndpoint(
    TeamDirectory teams, TeamSnapshots snapshots, IPersonStore persons, IBrowserConfigSource configs, QuotaLimits quotas, FlagsLimits limits, AuthenticationFailures failures, UsageCounters usage,
    KeyUses uses, FlagsWorkspaces workspaces, FlagsConcurrency concurrency, RequestDeadlines deadlines, BodyLog bodyLog, TimeProvider time)
{
    private const int LongestIdentifier = 800;

    internal Task HandleAsync(HttpContext context, bool isDecidePath)
    {
        CrossOrigin.Allow(context);
        var method = context.Request.Method;
        if (HttpMethods.IsPost(method))
        {
            return PostAsync(context, isDecidePath);
        }

        context.Response.ContentType = "application/json";
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            return MinimalAsync(context, isDecidePath);
        }

        context.Response.Headers.Allow = "GET, POST, OPTIONS, HEAD";
        if (HttpMethods.IsOptions(method))
        {
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return context.WriteErrorAsync(ApiErrors.MethodNotAllowed);
    }

    private async Task PostAsync(HttpContext context, bool isDecidePath)
    {
        var started = Stopwatch.GetTimestamp();
        var isAnswered = false;
        var workspace = workspaces.Rent();
        try
        {
            if (limits.ChargeAddress(context) is { } refused)
            {
                await context.WriteErrorAsync(refused);
                isAnswered = true;
                return;
            }

            using var deadline = deadlines.Start();
            using var permit = await concurrency.EnterAsync(deadline);
            var line = context.Features.Get<CanonicalLine>();
            line?.HandlerReached(Stopwatch.GetElapsedTime(started));
            var error = permit.IsAcquired ? await AnswerAsync(context, line, isDecidePath, workspace, deadline) : ApiErrors.Overloaded;
            if (error is not null)
            {
                await context.WriteErrorAsync(error);
            }

            isAnswered = true;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            FlagsMetrics.Timeouts.Add(1);
            await context.WriteErrorAsync(ApiErrors.Timeout);
            isAnswered = true;
        }
        finally
        {
            workspaces.Return(workspace);
            Count(isAnswered ? context.Response.StatusCode : StatusCodes.Status500InternalServerError, started);
        }
    }

    private static void Count(int status, long started)
    {
        FlagsMetrics.Requests.Add(1, FlagsMetrics.Labelled(status));
        FlagsMetrics.Duration.Record(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (status >= 500)
        {
            FlagsMetrics.Faults.Add(1);
        }
    }

    private async ValueTask<ApiError?> AnswerAsync(HttpContext context, CanonicalLine? line, bool isDecidePath, FlagsWorkspace workspace, RequestDeadline deadline)
    {
        var query = FlagsQuery.Parse(context.Request);
        var request = workspace.Request;
        var began = Stopwatch.GetTimestamp();
        var unreadable = await ReadAsync(context, query, request, deadline);
        line?.BodyRead(Stopwatch.GetElapsedTime(began));
        if (unreadable is not null)
        {
            return unreadable;
        }

        var secret = request.Token.AsSpan().TrimStart().StartsWith("phs_", StringComparison.Ordinal) ? request.Token : null;
        if (failures.Check(context, secret) is { } held)
        {
            return held;
        }

        var resolution = await teams.ResolveAsync(request.Token, deadline.Storage);
        Describe(line, request, query, resolution);
        var refusal = resolution.Team is null ? Refusal(resolution.Outcome) : null;
        failures.Note(context, secret, refusal);
        if (resolution.Team is not { } team)
        {
            return refusal;
        }

        uses.Note(resolution.Credential);
        if (query.Explain && resolution.Credential is null)
        {
            return ApiErrors.ExplainNeedsSecret;
        }

        if (!request.DisableFlags && !request.HasDistinctId)
        {
            return ApiErrors.MissingDistinctId;
        }

        TeamSnapshot? snapshot = null;
        var response = new FlagsResponse(null, line?.RequestId ?? RequestIds.Of(context.Request), time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!request.DisableFlags && quotas.RefusesFlags(team))
        {
            line?.QuotaLimited = true;
            response = response with { IsQuotaLimited = true };
        }
        else if (!request.DisableFlags)
        {
            var answer = await SnapshotMetrics.Count(snapshots.GetAsync(team.Id, deadline.Storage), line);
            if (answer.IsUnavailable)
            {
                return ApiErrors.DatabaseUnavailable;
            }

            snapshot = answer.Value;
            if (snapshot is not null)
            {
                await EvaluateAsync(context.Request, line, query, workspace, team, snapshot, deadline);
                response = response with { Results = workspace.Results, MinimalFlagCalledEvents = snapshot.Flags.Definitions.MinimalFlagCalledEvents };
            }
        }

        bodyLog.Write(team.Id, request, response);
        if (query.WantsConfig)
        {
            var config = await configs.GetAsync(team, snapshot, context.Request, deadline.Storage);
            quotas.ApplyTo(config, team, response.IsQuotaLimited);
            response = response with { Config = config };
        }

        if (response.Results is not null && !query.Explain && UsageCounters.IsBillable(workspace.Results))
        {
            usage.CountEvaluation(team.Id, context.Request, request.Evaluation.PersonPropertiesJson.Span);
        }

        await SendAsync(context, workspace.Writer.Write(response, ShapeOf(context.Request, isDecidePath, query)));
        return null;
    }

    private async ValueTask<ApiError?> ReadAsync(HttpContext context, FlagsQuery query, FlagsRequest request, RequestDeadline deadline)
    {
        var http = context.Request;
        var (body, unread) = await FlagsBodyReader.ReadAsync(http, request, deadline.Token);
        if (unread is not null)
        {
            return unread;
        }

        // The limit speaks before the decoder: who is over it is not told what is wrong with the body.
        var undecodable = FlagsRequestReader.Decode(body, http.ContentType, http.Headers.ContentEncoding, query.Compression, request);
        return limits.ChargeToken(context, undecodable is null && request.IsPlain ? request.Token : null) ?? undecodable;
    }

    private async ValueTask EvaluateAsync(HttpRequest http, CanonicalLine? line, FlagsQuery query, FlagsWorkspace workspace, Team team, TeamSnapshot snapshot, RequestDeadline deadline)
    {
        var evaluation = workspace.Request.Evaluation;
        evaluation.Runtime = workspace.Request.StatedRuntime ?? RuntimeDetection.Detect(http.Headers);
        evaluation.OnlySurveyFlags = query.OnlySurveyFlags;
        evaluation.OnlyOverrideProperties = query.OnlyOverrideProperties;
        evaluation.Explain = query.Explain;
        evaluation.Now = time.GetUtcNow();
        var plan = workspace.Evaluator.Plan(snapshot.Flags, evaluation);
        var began = Stopwatch.GetTimestamp();
        var lookup = plan.IsEmpty ? LookupResult.None : await persons.FetchAsync(team.Id, plan, deadline.Storage);
        var lookupTook = plan.IsEmpty ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began);
        workspace.Evaluator.Evaluate(snapshot.Flags, evaluation, lookup, workspace.Results);
        line?.Evaluated(workspace.Results, plan, lookup, lookupTook);
        FlagsMetrics.CountEvaluated(evaluation, plan, lookup);
        if (workspace.Results.ErrorsWhileComputing)
        {
            FlagsMetrics.FlagErrors.Add(1);
        }

        if (workspace.Results.UnknownFlagKeys > 0)
        {
            FlagsMetrics.UnknownFlagKeys.Add(workspace.Results.UnknownFlagKeys);
        }
    }

    private static void Describe(CanonicalLine? line, FlagsRequest request, FlagsQuery query, TeamResolution resolution)
    {
        if (line is null)
        {
            return;
        }

        // Texts are copied: the buffers that they stand in are given back before the line is written.
        var evaluation = request.Evaluation;
        line.TeamId = resolution.Team?.Id;
        line.TeamSource = resolution.Source;
        line.ApiVersion = query.Version;
        line.FlagsDisabled = request.DisableFlags;
        line.DistinctId = Text(evaluation.DistinctId);
        line.DeviceId = Text(evaluation.DeviceId);
        line.AnonymousId = Text(evaluation.AnonymousId);
        (line.Library, line.LibraryVersion) = ClientLibrary.OfProperties(evaluation.PersonPropertiesJson.Span);
    }

    private static string? Text(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8.Span[..Math.Min(utf8.Length, LongestIdentifier)]);

    private async Task MinimalAsync(HttpContext context, bool isDecidePath)
    {
        var response = new FlagsResponse(null, RequestIds.Of(context.Request), time.GetUtcNow().ToUnixTimeMilliseconds(), Config: MinimalConfig.Create());
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var workspace = workspaces.Rent();
        try
        {
            var version = FlagsQuery.Parse(context.Request).Version;
            await SendAsync(context, workspace.Writer.Write(response, isDecidePath ? FlagsShapes.Of(isDecide: true, version) : version >= 2 ? FlagsShape.V2 : FlagsShape.V1));
        }
        finally
        {
            workspaces.Return(workspace);
        }
    }

    private static FlagsShape ShapeOf(HttpRequest request, bool isDecidePath, FlagsQuery query) => query.Explain
        ? FlagsShape.V2
        : FlagsShapes.Of(isDecidePath || request.Headers["X-Original-Endpoint"] == "decide", query.Version);

    private static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }

    private static ApiError Refusal(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.Missing => ApiErrors.MissingToken,
        TokenOutcome.SecretInvalid => ApiErrors.SecretInvalid,
        TokenOutcome.Unavailable => ApiErrors.DatabaseUnavailable,
        _ => ApiErrors.InvalidToken,
    };
}
