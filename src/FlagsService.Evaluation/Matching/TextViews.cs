namespace FlagsService.Evaluation.Matching;

[Flags]
internal enum TextViews : byte
{
    None = 0,
    Text = 1,
    AsciiLower = 2,
    Lower = 4,
}
