namespace FlagsService.LoadTests.Benchmarks;

/// <summary>The straight line nearest to some points, by least squares.</summary>
internal readonly record struct LinearFit(double Intercept, double Slope, double RSquared)
{
    internal static LinearFit Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(point => point.X), points.Average(point => point.Y));
        var slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / points.Sum(point => Math.Pow(point.X - meanX, 2));
        var intercept = meanY - (slope * meanX);
        var residual = points.Sum(point => Math.Pow(point.Y - (intercept + (slope * point.X)), 2));
        return new LinearFit(intercept, slope, 1 - (residual / points.Sum(point => Math.Pow(point.Y - meanY, 2))));
    }
}
