using System.Runtime.InteropServices;

namespace FlagsService.LoadTests.OpenLoop;

/// <summary>Waits for less than the framework's timers can, which tick in milliseconds. Linux only.</summary>
internal static class PreciseWait
{
    internal static void For(TimeSpan duration)
    {
        var wanted = new TimeSpec((long)duration.TotalSeconds, duration.Ticks % TimeSpan.TicksPerSecond * 100);
        _ = Sleep(in wanted, IntPtr.Zero);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(in TimeSpec wanted, IntPtr remaining);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
