using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlagsService.TestKit.Host;
using FlagsService.Tests.FlagDefinitions;
using Xunit;

namespace FlagsService.Tests.Flags;

/// <summary>What SDKs that do not run here put on the wire, header by header and member by member.</summary>
public sealed class RecordedClientTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private static int nextFlag = 200;

    public static TheoryData<string> Clients => ["dotnet", "go", "python", "ruby", "php", "java"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Remote_evaluation_answers_what_the_client_reads(string client)
    {
        foreach (var token in new[] { embedded.Token, embedded.Secret })
        {
            using var request = Evaluation(client, token);
            var response = await embedded.Server.Client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            var answer = await response.ReadJsonAsync();
            Assert.False(answer.GetProperty("errorsWhileComputingFlags").GetBoolean());
            Assert.True(answer.GetProperty("evaluatedAt").TryGetInt64(out _) && Guid.TryParse(answer.GetProperty("requestId").GetString(), out _));
            Assert.False(answer.TryGetProperty("quotaLimited", out _) || answer.TryGetProperty("minimalFlagCalledEvents", out _));
            var flags = answer.GetProperty("flags");
            Assert.True(flags.GetProperty("pro-only").GetProperty("enabled").GetBoolean());
            Assert.True(flags.GetProperty("server-side").GetProperty("enabled").GetBoolean());
            Assert.True(flags.GetProperty("for-company").GetProperty("enabled").GetBoolean());
            foreach (var flag in flags.EnumerateObject())
            {
                AssertReadable(flag.Name, flag.Value);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Definitions_are_loaded_found_unchanged_and_loaded_again_after_a_change(string client)
    {
        var first = await PollAsync(client, null);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Empty(StrictReader.FindRefusals(await first.ReadJsonAsync()));

        // A typed reader takes the header only quoted, and sends it back in that form.
        var tag = EntityTagHeaderValue.Parse(first.Headers.GetValues("ETag").Single());
        Assert.False(tag.IsWeak);
        var second = await PollAsync(client, tag);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(tag, second.Headers.ETag);

        var added = Interlocked.Increment(ref nextFlag);
        await embedded.ImportAsync(EmbeddedServer.Flag(added, $"added-for-{client}", """{"groups":[{"properties":[],"rollout_percentage":100}]}"""));
        var third = await PollAsync(client, tag);
        for (var attempt = 0; third.StatusCode == HttpStatusCode.NotModified; attempt++)
        {
            Assert.True(attempt < 400, "the change was never seen");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            third = await PollAsync(client, tag);
        }

        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.NotEqual(tag, third.Headers.ETag);
    }

    private async Task<HttpResponseMessage> PollAsync(string client, EntityTagHeaderValue? tag)
    {
        var token = Uri.EscapeDataString(embedded.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, client switch
        {
            "go" => $"/flags/definitions?send_cohorts=true&token={token}",
            "ruby" => $"/flags/definitions?token={token}&send_cohorts=true",
            "php" => $"/flags/definitions?send_cohorts&token={token}",
            "java" => $"/api/feature_flag/local_evaluation/?token={token}&send_cohorts",
            _ => $"/flags/definitions?token={token}&send_cohorts",
        });
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", embedded.Secret);
        request.Headers.TryAddWithoutValidation("User-Agent", Agent(client));
        if (client == "go")
        {
            request.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return await embedded.Server.Client.SendAsync(request);
    }

    private static HttpRequestMessage Evaluation(string client, string token)
    {
        var body = client switch
        {
            "dotnet" => $$$"""{"api_key":"{{{token}}}","distinct_id":"user-1","groups":{"company":"acme"},"group_properties":{"company":{"$group_key":"acme"}},"geoip_disable":false,"person_properties":{"plan":"pro"},"evaluation_contexts":["server","api"],"properties":{"$lib":"posthog-dotnet","$lib_version":"2.13.3","$os":"Linux","$framework":".NET 10.0","$arch":"X64","$geoip_disable":false,"$is_server":true},"timestamp":"2026-06-15T12:00:00.0000000+00:00"}""",
            "go" => $$$"""{"api_key":"{{{token}}}","distinct_id":"user-1","groups":{"company":"acme"},"person_properties":{"plan":"pro"},"group_properties":{"company":{"$group_key":"acme"}},"geoip_disable":true}""",
            "python" => $$$"""{"distinct_id":"user-1","groups":{"company":7},"person_properties":{"plan":"pro","distinct_id":"user-1"},"group_properties":{"company":{"$group_key":7}},"geoip_disable":true,"device_id":null,"sent_at":"2026-06-15T12:00:00+00:00","api_key":"{{{token}}}"}""",
            "ruby" => $$$"""{"distinct_id":"user-1","groups":{"company":"acme"},"person_properties":{"distinct_id":"user-1","plan":"pro"},"group_properties":{"company":{"$group_key":"acme"}},"token":"{{{token}}}"}""",
            "php" => $$$"""{"api_key":"{{{token}}}","distinct_id":"user-1","groups":{"company":"acme"},"person_properties":{"distinct_id":"user-1","plan":"pro"},"group_properties":{"company":{"$group_key":"acme"}},"geoip_disable":false}""",
            _ => $$$"""{"api_key":"{{{token}}}","distinct_id":"user-1","groups":{"company":"acme"},"person_properties":{"plan":"pro"},"group_properties":{"company":{"$group_key":"acme"}},"geoip_disable":false,"$device_id":"device-1","evaluation_contexts":["server"]}""",
        };
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2");
        request.Headers.TryAddWithoutValidation("User-Agent", Agent(client));
        request.Headers.TransferEncodingChunked = client == "dotnet";
        request.Content = new ByteArrayContent(client == "java" ? Packed(bytes) : bytes);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", client is "dotnet" or "java" ? "application/json; charset=utf-8" : "application/json");
        if (client == "java")
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        return request;
    }

    // What one of them refuses, or loses every flag on, is a failure for all.
    private static void AssertReadable(string key, JsonElement flag)
    {
        Assert.Equal(key, flag.GetProperty("key").GetString());
        Assert.True(flag.GetProperty("enabled").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.True(flag.GetProperty("variant") is { ValueKind: JsonValueKind.Null } or { ValueKind: JsonValueKind.String });
        Assert.NotEmpty(flag.GetProperty("reason").GetProperty("code").GetString()!);
        Assert.NotEmpty(flag.GetProperty("reason").GetProperty("description").GetString()!);
        Assert.True(flag.GetProperty("reason").GetProperty("condition_index").ValueKind is JsonValueKind.Null or JsonValueKind.Number);
        var metadata = flag.GetProperty("metadata");
        Assert.True(metadata.GetProperty("id").TryGetInt32(out _) && metadata.GetProperty("version").TryGetInt32(out _));
        Assert.True(metadata.TryGetProperty("description", out _));
        if (metadata.GetProperty("payload") is { ValueKind: not JsonValueKind.Null } payload)
        {
            JsonElement.Parse(payload.GetString()!);
        }

        Assert.False(flag.TryGetProperty("failed", out _));
    }

    private static string Agent(string client) => client switch
    {
        "dotnet" => "posthog-dotnet/2.13.3 (.NET 10.0.0; Linux; X64)",
        "go" => "posthog-go/1.23.0",
        "python" => "posthog-python/7.42.0",
        "ruby" => "posthog-ruby/3.23.0",
        "php" => "posthog-php/4.13.0",
        _ => "posthog-server/2.0.0",
    };

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
