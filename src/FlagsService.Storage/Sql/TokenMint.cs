using System.Numerics;
using System.Security.Cryptography;

namespace FlagsService.Storage.Sql;

/// <summary>Makes tokens: a prefix and random bits in base 62.</summary>
internal static class TokenMint
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PublicBytes = 32;
    private const int SecretBytes = 35;

    internal static string Public() => "phc_" + Base62(PublicBytes);

    internal static string Secret() => "phs_" + Base62(SecretBytes);

    internal static string Personal() => "phx_" + Base62(SecretBytes);

    /// <summary>First and last four characters; eight stars for anything short enough to guess from them.</summary>
    internal static string Mask(string token) => token.Length < 16 ? "********" : $"{token[..4]}...{token[^4..]}";

    private static string Base62(int bytes)
    {
        var number = new BigInteger(RandomNumberGenerator.GetBytes(bytes), isUnsigned: true);
        var digits = new Stack<char>();
        while (number > 0)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits.Push(Alphabet[(int)digit]);
        }

        return new string([.. digits]);
    }
}
