using FlagsService.TestKit.Leaks;
using Xunit;

[assembly: AssemblyFixture(typeof(LeakCheck))]
