using FlagsService.HyperCache.Tokens;
using Xunit;

namespace FlagsService.HyperCache.Tests;

public sealed class TokenDigestTests
{
    [Theory]
    [InlineData("phs_example_primary_0001", "sha256$0105d2a73aa98e11b6ca2da628032f280e2c14c3cd7fca22d8d608f87cec113d")]
    [InlineData("test_key_12345", "sha256$45af89b510a3279a817f851de5d3f95b73485d58ec2672a39e52d8aeeb014059")]
    public void The_digest_is_the_one_that_others_compute(string token, string digest) => Assert.Equal(digest, TokenDigest.Of(token).Text);
}
