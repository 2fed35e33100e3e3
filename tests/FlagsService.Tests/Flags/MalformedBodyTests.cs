using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class MalformedBodyTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private const int Bodies = 200;

    [Fact]
    public async Task Two_hundred_malformed_bodies_get_the_status_of_the_contract_and_the_envelope()
    {
        var random = new Random(20261124);
        var valid = Encoding.UTF8.GetBytes($$$"""{"token":"{{{embedded.Token}}}","distinct_id":"user-1","person_properties":{"plan":"pro","list":[1,2,{"a":"\u00e9"}]},"groups":{"company":"x"}}""");
        for (var i = 0; i < Bodies; i++)
        {
            var body = Spoil(valid, i % 8, random);
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (i % 8 == 6)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            var response = await embedded.Server.PostAsync("/flags/?v=2", content);
            var status = (int)response.StatusCode;
            Assert.True(status is 200 or 400 or 401 or 413, $"body {i} gave {status}: {Encoding.UTF8.GetString(body[..Math.Min(200, body.Length)])}");
            var answer = await response.ReadJsonAsync();
            if (status == 200)
            {
                Assert.True(answer.TryGetProperty("flags", out _));
            }
            else
            {
                Assert.Equal(["type", "code", "detail", "attr"], answer.EnumerateObject().Select(member => member.Name));
            }
        }

        var after = await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "u" });
        Assert.Equal(200, (int)after.StatusCode);
    }

    private static byte[] Spoil(byte[] valid, int kind, Random random) => kind switch
    {
        0 => valid[..random.Next(valid.Length)],
        1 => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { token = random.Next(3) == 0 ? (object)5 : "x", distinct_id = new object[] { true, new[] { 1 }, new { a = 1 } }[random.Next(3)], groups = "no", person_properties = 7 })),
        2 => Encoding.UTF8.GetBytes("{\"a\":" + new string(random.Next(2) == 0 ? '[' : '{', random.Next(100, 5000))),
        3 => Encoding.UTF8.GetBytes($"{{\"token\":\"x\",\"distinct_id\":{new string('9', random.Next(1, 2000))}e{random.Next(10000)}}}"),
        4 => Encoding.UTF8.GetBytes($"{{\"token\":\"\\ud8{random.Next(10, 99)}\",\"distinct_id\":\"\\udc00\\ud83d\",\"\\ud800\":1}}"),
        5 => [.. valid[..20], 0xFF, 0xFE, 0xC0, .. valid[20..]],
        6 => Bomb(random.Next(5, 20)),
        _ => [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => (byte)random.Next(256))],
    };

    private static byte[] Bomb(int mebibytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(new byte[mebibytes * 1024 * 1024]);
        }

        return output.ToArray();
    }
}
