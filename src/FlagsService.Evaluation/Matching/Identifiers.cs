using System.Text;
using FlagsService.Evaluation.Bucketing;
using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Matching;

/// <summary>What is hashed for a flag: each identifier of a request has a number, so that hashes of the same one can be computed together.</summary>
internal sealed class Identifiers(RequestContext context)
{
    public const int Unknown = -2;

    /// <summary>The hash key stored for this very flag.</summary>
    public const int OfFlag = -1;

    public const int Distinct = 0;
    public const int Device = 1;
    public const int Anonymous = 2;
    public const int FirstGroup = 3;

    private static readonly byte[] HoldoutPrefix = "holdout-"u8.ToArray();

    private double[] holdoutHashes = [];

    public void Begin()
    {
        var count = FirstGroup + context.Set.Properties.GroupTypes.Count;
        if (holdoutHashes.Length < count)
        {
            holdoutHashes = new double[count];
        }

        holdoutHashes.AsSpan().Fill(double.NaN);
    }

    /// <summary>The identifier by which a condition buckets.</summary>
    public int Of(CompiledFlag flag, int aggregation)
    {
        if (aggregation < 0 && flag.IsContinuityEligible && context.HashKeys is { } keys && keys.ContainsKey(flag.Key))
        {
            return OfFlag;
        }

        return Shared(flag, aggregation);
    }

    /// <summary>The identifier's text, UTF-8.</summary>
    public ReadOnlyMemory<byte> Text(CompiledFlag flag, int identifier) => identifier switch
    {
        OfFlag => Encoding.UTF8.GetBytes(context.HashKeys![flag.Key]),
        Distinct => context.DistinctId,
        Device => context.DeviceId,
        Anonymous => context.AnonymousId,
        _ => context.Groups[identifier - FirstGroup].Key,
    };

    /// <summary>Whether the caller is held out. Unlike percentages, holdouts hash an empty identifier, and know no stored hash keys.</summary>
    public bool IsHeldOut(CompiledFlag flag)
    {
        if (flag.Holdout is not { } holdout)
        {
            return false;
        }

        if (holdout.Percentage == 100)
        {
            return true;
        }

        var identifier = Shared(flag, flag.Aggregation);
        ref var hash = ref holdoutHashes[identifier];
        if (double.IsNaN(hash))
        {
            hash = BucketingHash.Compute(HoldoutPrefix, Text(flag, identifier).Span, default);
        }

        return hash <= holdout.Threshold;
    }

    private int Shared(CompiledFlag flag, int aggregation)
    {
        if (aggregation >= 0)
        {
            return FirstGroup + aggregation;
        }

        if (flag.UsesDeviceId && !context.DeviceId.IsEmpty)
        {
            return Device;
        }

        return flag.IsContinuityEligible && !context.AnonymousId.IsEmpty ? Anonymous : Distinct;
    }
}
