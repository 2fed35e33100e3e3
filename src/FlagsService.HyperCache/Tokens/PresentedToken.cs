namespace FlagsService.HyperCache.Tokens;

/// <summary>A token as somebody presented it, and its digest, which is made when it is first asked for and then kept with it. Lives no longer than what it was presented with: a request, or a connection.</summary>
/// <param name="text">The token, without blanks around it.</param>
public sealed class PresentedToken(string text)
{
    private const string SecretPrefix = "phs_";
    private TokenDigest digest;

    /// <summary>The token itself: for a store to compare, and for nothing that is written down.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it is a team's secret or a project secret key, which the prefix <c>phs_</c> alone decides.</summary>
    public bool IsSecret => IsSecretText(Text);

    /// <summary>What it is looked up by. A second caller at the same time makes the same one.</summary>
    public TokenDigest Digest
    {
        get
        {
            if (digest.Text is null)
            {
                digest = TokenDigest.Of(Text);
            }

            return digest;
        }
    }

    /// <summary>Whether a text is a secret by its prefix.</summary>
    public static bool IsSecretText(string token) => token.StartsWith(SecretPrefix, StringComparison.Ordinal);

    /// <summary>Nothing: a token must not come into a message by way of a placeholder.</summary>
    public override string ToString() => nameof(PresentedToken);
}
