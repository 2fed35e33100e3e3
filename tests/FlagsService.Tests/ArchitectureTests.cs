using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace FlagsService.Tests;

public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("FlagsService.Evaluation", "System")]
    [InlineData("FlagsService.HyperCache", "System", "FlagsService.Evaluation")]
    [InlineData("FlagsService.Storage", "System", "Microsoft.Extensions", "FlagsService.Evaluation", "FlagsService.HyperCache", "Npgsql", "Microsoft.Data.Sqlite", "Dapper", "Polly", "StackExchange.Redis", "AWSSDK")]
    public void An_assembly_knows_only_what_it_may(string name, params string[] allowed)
    {
        var unwanted = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!).Where(reference => !allowed.Any(prefix => reference.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Empty(unwanted);
    }

    [Fact]
    public void The_host_names_no_database_and_no_cache_client()
    {
        string[] stores = ["Npgsql", "Microsoft.Data.Sqlite", "StackExchange.Redis", "Polly", "AWSSDK"];
        var references = Assembly.Load("FlagsService").GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.DoesNotContain(references, reference => stores.Any(store => reference.StartsWith(store, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_package_is_listed_with_its_licence()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "FlagsService.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        var listed = File.ReadLines(Path.Combine(root, "THIRD-PARTY.md")).Where(line => line.StartsWith('|')).SelectMany(line => line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
        var used = XDocument.Load(Path.Combine(root, "Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToArray();
        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, package => !listed.Contains(package));
    }
}
