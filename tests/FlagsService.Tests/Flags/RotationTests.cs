using System.Net;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class RotationTests : IClassFixture<EmbeddedServer>
{
    private readonly FlagsServer server;
    private readonly ITokenAdministration administration;

    public RotationTests(EmbeddedServer embedded)
    {
        server = embedded.Server;
        administration = server.Services.GetRequiredService<ITokenAdministration>();
    }

    [Fact]
    public async Task Rotated_out_secret_stops_resolving_and_the_backup_goes_on()
    {
        var first = (await administration.ReadAsync(1, default))[0].Secret!;
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(first));

        var second = (await administration.RotateSecretAsync(1, default, default))!.After;
        Assert.Equal(first, second.SecretBackup);
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(first));
        await EventuallyAsync(HttpStatusCode.OK, second.Secret!);

        var third = (await administration.RotateSecretAsync(1, default, default))!.After;
        await EventuallyAsync(HttpStatusCode.Unauthorized, first);
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(second.Secret!));
        await EventuallyAsync(HttpStatusCode.OK, third.Secret!);

        await administration.DeleteSecretBackupAsync(1, default, default);
        await EventuallyAsync(HttpStatusCode.Unauthorized, second.Secret!);
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(third.Secret!));
    }

    private async Task<HttpStatusCode> FlagsAsync(string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;

    // Rotation happens in the store, as another process would do it; the outbox carries it here.
    private async Task EventuallyAsync(HttpStatusCode status, string token)
    {
        for (var attempt = 0; await FlagsAsync(token) != status; attempt++)
        {
            Assert.True(attempt < 200, $"still not {status}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
