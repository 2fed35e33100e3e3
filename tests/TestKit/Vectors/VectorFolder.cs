using System.Text.Json;

namespace FlagsService.TestKit.Vectors;

/// <summary>The files with evaluation cases: those of the folder named by <c>FLAGS_VECTORS</c>, else the checked-in ones.</summary>
public static class VectorFolder
{
    /// <summary>The copy that belongs to this source tree.</summary>
    public static string CheckedIn => Path.Combine(AppContext.BaseDirectory, "vectors");

    /// <summary>The folder to read cases from.</summary>
    public static string Current => Environment.GetEnvironmentVariable("FLAGS_VECTORS") is { Length: > 0 } folder ? folder : CheckedIn;

    /// <summary>All cases of the folder; files without a member <c>cases</c> are passed over.</summary>
    public static IReadOnlyList<VectorCase> Read(string folder)
    {
        var cases = new List<VectorCase>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            if (document.ValueKind == JsonValueKind.Object && document.TryGetProperty("cases", out var list))
            {
                cases.AddRange(list.EnumerateArray().Select(item => new VectorCase(item)));
            }
        }

        return cases;
    }
}
