using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FlagsService.LoadTests.OpenLoop;

/// <summary>Asks for the flags of a thousand rotating people.</summary>
internal sealed class FlagsSender(Uri address, string token) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly string[] Countries = ["US", "GB", "DE", "FR", "JP", "BR", "IN", "CA"];

    private readonly HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly byte[][] bodies = [.. Enumerable.Range(0, 1000).Select(i => Body(i, token))];

    public void Dispose() => client.Dispose();

    internal async Task<bool> SendAsync(int number)
    {
        using var content = new ByteArrayContent(bodies[number % bodies.Length]);
        content.Headers.ContentType = Json;
        try
        {
            using var response = await client.PostAsync(address, content);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static byte[] Body(int i, string token) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$$"""{"api_key":"{{{token}}}","distinct_id":"user-{{{i}}}","person_properties":{"email":"user{{{i}}}@example.com","country":"{{{Countries[i % 8]}}}","age":{{{18 + (i % 60)}}}}}"""));
}
