namespace FlagsService.Storage.Migrations;

/// <summary>The scripts beside this file, as they are embedded in the assembly.</summary>
internal static class MigrationScripts
{
    private const string Marker = "-- table: ";

    internal static string Read(string name)
    {
        using var stream = typeof(MigrationScripts).Assembly.GetManifestResourceStream($"FlagsService.Storage.Migrations.Scripts.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The sections of a script, each under the table that it is about.</summary>
    internal static IReadOnlyList<(string Table, string Sql)> ReadSections(string name) =>
        [.. Read(name).Split(Marker).Skip(1).Select(section => section.Split('\n', 2)).Select(parts => (parts[0].Trim(), parts[1]))];
}
