using FlagsService.Storage.Sql;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class TokenMintTests
{
    private const int Count = 10_000;

    [Theory]
    [InlineData("phs_", 52)]
    [InlineData("phx_", 52)]
    [InlineData("phc_", 47)]
    public void Ten_thousand_tokens_are_different_of_the_alphabet_no_longer_than_said_and_begin_with_any_digit(string prefix, int longest)
    {
        var tokens = Enumerable.Range(0, Count).Select(_ => Mint(prefix)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Count, tokens.Count);
        Assert.All(tokens, token =>
        {
            Assert.StartsWith(prefix, token, StringComparison.Ordinal);
            Assert.InRange(token.Length, longest - 8, longest);
            Assert.All(token[prefix.Length..], digit => Assert.True(char.IsAsciiLetterOrDigit(digit)));
        });

        // The first digit depends on the length; the last one is evenly spread: each of 62 about 161 times.
        Assert.All(tokens.CountBy(token => token[^1]), digit => Assert.InRange(digit.Value, 80, 260));
        Assert.Equal(62, tokens.CountBy(token => token[^1]).Count());
        Assert.InRange(tokens.CountBy(token => token[prefix.Length]).Max(digit => digit.Value), 1, Count / 2);
        Assert.InRange(tokens.CountBy(token => token[prefix.Length]).Count(), 8, 62);
    }

    private static string Mint(string prefix) => prefix switch
    {
        "phs_" => TokenMint.Secret(),
        "phx_" => TokenMint.Personal(),
        _ => TokenMint.Public(),
    };
}
