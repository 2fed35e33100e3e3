using System.Net;
using Xunit;

namespace FlagsService.Tests.Observability;

public sealed class ProbeTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    [Theory]
    [InlineData("/_liveness", "alive")]
    [InlineData("/_startup", "started")]
    [InlineData("/_readiness", "ready")]
    public async Task A_probe_answers_in_plain_text(string path, string text)
    {
        var response = await embedded.Server.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, text, "text/plain"), (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("HEAD", path)).StatusCode);
    }

    [Theory]
    [InlineData("/_liveness")]
    [InlineData("/_startup")]
    [InlineData("/_readiness")]
    [InlineData("/metrics")]
    public async Task Another_method_is_refused_in_the_envelope(string path)
    {
        foreach (var method in new[] { "POST", "PUT", "DELETE", "PATCH" })
        {
            var response = await SendAsync(method, path);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(["GET", "OPTIONS", "HEAD"], response.Content.Headers.Allow);
            Assert.Equal("""{"type":"validation_error","code":"method_not_allowed","detail":"Method not allowed.","attr":null}""", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("OPTIONS", path)).StatusCode);
    }

    [Fact]
    public async Task Metrics_tell_whether_the_database_answers() =>
        Assert.Contains("\nflags_store_degraded 0\n", await embedded.Server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);

    private async Task<HttpResponseMessage> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await embedded.Server.Client.SendAsync(request);
    }
}
