using FlagsService.Caching;
using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Tokens;
using FlagsService.Quotas;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FlagsService.Tests.Quotas;

public sealed class QuotaTokenSyncTests
{
    [Fact]
    public async Task What_was_read_before_a_change_is_never_written_after_it()
    {
        var store = new SlowStore();
        using var sync = new QuotaTokenSync(store, store, TimeProvider.System, NullLogger<QuotaTokenSync>.Instance);
        var (before, after) = (new TeamTokens(1, "", "phc_before", null, null), new TeamTokens(1, "", "phc_after", null, null));

        store.Current = before;
        var announced = sync.FollowAsync(new AnnouncedChange(1, ["sha256$any"], [], 1, ConcernsRow: true), CancellationToken.None);
        Assert.True(store.IsWriting);
        store.Current = after;
        var changed = sync.ApplyAsync(new TokenChange(before, after), CancellationToken.None);
        store.FirstWrite.SetResult();

        Assert.True(await announced);
        Assert.True(await changed);
        Assert.Equal(["phc_before", "phc_after"], store.Written);
    }

    /// <summary>Both stores at once, of which the first write takes as long as the test wants: no real one can be held between its reading and its writing.</summary>
    private sealed class SlowStore : IQuotaTokens, ITokenAdministration
    {
        internal TeamTokens Current { get; set; } = null!;

        internal TaskCompletionSource FirstWrite { get; } = new();

        internal List<string> Written { get; } = [];

        internal bool IsWriting { get; private set; }

        public bool IsConfigured => true;

        public async ValueTask<bool> MoveAsync(QuotaTokenMove move, DateTimeOffset now, CancellationToken cancellationToken)
        {
            if (!IsWriting)
            {
                IsWriting = true;
                await FirstWrite.Task;
            }

            Written.Add(move.Current.Single());
            return true;
        }

        public ValueTask<IReadOnlyList<TeamTokens>> ReadAsync(int? teamId, CancellationToken cancellationToken) => new([Current]);

        public ValueTask<TokenChange?> RotateSecretAsync(int teamId, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TokenChange?> DeleteSecretBackupAsync(int teamId, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TokenChange?> ResetPublicTokenAsync(int teamId, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
