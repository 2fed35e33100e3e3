namespace FlagsService.LoadTests.Floor;

/// <summary>The answers of a folder, by the path they are asked under.</summary>
internal static class CannedAnswers
{
    internal static Dictionary<string, CannedAnswer> Read(string folder)
    {
        var answers = new Dictionary<string, CannedAnswer>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            var (name, bytes) = (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
            answers["/answer/" + name] = new CannedAnswer(bytes, NeedsPerson: false);
            answers["/lookup/" + name] = new CannedAnswer(bytes, NeedsPerson: true);
        }

        return answers;
    }
}
