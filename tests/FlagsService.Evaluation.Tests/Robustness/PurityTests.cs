using Xunit;

namespace FlagsService.Evaluation.Tests.Robustness;

public sealed class PurityTests
{
    [Fact]
    public void The_core_refers_to_nothing_but_the_base_class_library()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = typeof(FlagEvaluator).Assembly.GetReferencedAssemblies();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(File.Exists(Path.Combine(framework, reference.Name + ".dll")), $"{reference.Name} is no part of the runtime"));
        Assert.DoesNotContain(references, reference => reference.Name!.StartsWith("System.Net", StringComparison.Ordinal) || reference.Name.StartsWith("System.Data", StringComparison.Ordinal));
        Assert.DoesNotContain(references, reference => reference.Name!.StartsWith("Microsoft.Extensions", StringComparison.Ordinal));
    }
}
