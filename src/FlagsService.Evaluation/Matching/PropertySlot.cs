using System.Text.Json;

namespace FlagsService.Evaluation.Matching;

/// <summary>One property that some filter of the team asks for, and the views of it computed so far in this request.</summary>
internal struct PropertySlot
{
    /// <summary>JSON kind; <see cref="JsonTokenType.None"/> when absent.</summary>
    public JsonTokenType Kind;

    /// <summary>A string whose <see cref="Json"/> contains escapes.</summary>
    public bool IsEscaped;

    /// <summary>The value as JSON, strings without their quotes (with them when <see cref="IsEscaped"/>).</summary>
    public ReadOnlyMemory<byte> Json;

    /// <summary>The text view; default until computed.</summary>
    public ReadOnlyMemory<byte> Text;

    /// <summary>The text with ASCII letters lowered; default until computed.</summary>
    public ReadOnlyMemory<byte> AsciiLower;

    /// <summary>The text lowered by Unicode's simple mapping; default until computed.</summary>
    public ReadOnlyMemory<byte> Lower;

    /// <summary>The number view, when <see cref="NumberState"/> says so.</summary>
    public double Number;

    /// <summary>0 not computed, 1 a number, 2 not a number.</summary>
    public byte NumberState;

    /// <summary>Which of the text views are computed.</summary>
    public TextViews Computed;

    public readonly bool Has(TextViews view) => (Computed & view) != TextViews.None;
}
