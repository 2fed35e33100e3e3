using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FlagsService.RemoteConfig;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

public sealed class FernetTests
{
    private const string Key = "our-short-key";
    private const string Token = "gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD21zV2cleP9icQ_B12SencHWtmCrH85LqMbVrDxEl8hCEEuIaSmz6MaDlu6xU8E9mg==";

    // Made by another implementation.
    [Theory]
    [InlineData(Key, Token, """{"limit":7}""")]
    [InlineData("our-own-forty-three-char-flags-secret-key-0001", "gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD979vd3SZ2a-p0NkOmiMsnFdgZUivAAobralC1lWFVh_I3xUh7g7H2K8mlB37u1KKQ==", """{"limit":7}""")]
    [InlineData("kürzer-als-zweiunddreißig", "gAAAAABlU_EAEBESExQVFhcYGRobHB0eHz_yTLUOrCADmW-hE-vccocxPrLO2sNtzX5AEKcQdoQVEvNCU5zoKwvRUi4ny-LI7w==", "\"a plain text\"")]
    [InlineData(
        "exactly-32-bytes-long-secret-key",
        "gAAAAABrSdIAICEiIyQlJicoKSorLC0uL72f9soakk5PBOwQy8CSBtPOfQXwc9DaQegtYtgexj1PI6-tzEVH5ArWylrBvOH2aSdx3-0EiNUUDIKTXrA1c0FtdL-ooXKhkcDBCHThRd6eEGGkp1cYonzXy1MmRpnKM3MErT41ctmEDmH6EiBVQzE=",
        """{"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","ü":[1,2,3]}""")]
    [InlineData("a", "gAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAABddN8G7iFHkQLiSc5UbJOS0pSFu_3lkSPgbyZSIfYeFj03hNSeb5JQxaBsPg47g8w==", "")]
    public void Known_tokens_decrypt(string key, string token, string expected) => Assert.Equal(expected, FernetToken.TryDecrypt(token, [FernetKey.Of(key)]));

    [Fact]
    public void Tokens_of_any_length_made_here_decrypt_under_any_of_the_keys()
    {
        for (var length = 0; length < 70; length++)
        {
            var text = new string('ä', length);
            Assert.Equal(text, FernetToken.TryDecrypt(Encrypt("second", text), [FernetKey.Of("a-first-key-of-more-than-32-bytes-in-all"), FernetKey.Of("second"), FernetKey.Of("third")]));
            Assert.Equal(text, FernetToken.TryDecrypt(Encrypt("second", text).TrimEnd('='), [FernetKey.Of("second")]));
        }
    }

    [Fact]
    public void Without_the_key_nothing_is_decrypted()
    {
        Assert.Null(FernetToken.TryDecrypt(Token, []));
        Assert.Null(FernetToken.TryDecrypt(Token, [FernetKey.Of("our-short-kez")]));
    }

    [Fact]
    public void No_bit_can_be_changed()
    {
        var bytes = Base64Url.DecodeFromChars(Token);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(FernetToken.TryDecrypt(Base64Url.EncodeToString(bytes), [FernetKey.Of(Key)]));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("gAAAAA")]
    [InlineData("not a token at all!")]
    [InlineData("""{"limit":7}""")]
    public void What_is_no_token_is_refused_quietly(string token) => Assert.Null(FernetToken.TryDecrypt(token, [FernetKey.Of(Key)]));

    [Fact]
    public void A_signed_token_with_broken_padding_or_text_is_refused_quietly()
    {
        Assert.Null(FernetToken.TryDecrypt(Encrypt(Key, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99], PaddingMode.None), [FernetKey.Of(Key)]));
        Assert.Null(FernetToken.TryDecrypt(Encrypt(Key, [0xff, 0xfe], PaddingMode.PKCS7), [FernetKey.Of(Key)]));
    }

    internal static string Encrypt(string key, string text) => Encrypt(key, Encoding.UTF8.GetBytes(text), PaddingMode.PKCS7);

    private static string Encrypt(string key, byte[] text, PaddingMode padding)
    {
        var secret = new byte[32];
        Encoding.UTF8.GetBytes(key).CopyTo(secret, 32 - Encoding.UTF8.GetByteCount(key));
        using var aes = Aes.Create();
        aes.Key = secret[16..];
        byte[] content = [0x80, 0, 0, 0, 0, 1, 2, 3, 4, .. aes.IV, .. aes.EncryptCbc(text, aes.IV, padding)];
        return Convert.ToBase64String([.. content, .. HMACSHA256.HashData(secret[..16], content)]).Replace('+', '-').Replace('/', '_');
    }
}
