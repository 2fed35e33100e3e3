namespace FlagsService.Flags;

/// <summary>Which shape an old or new client is used to.</summary>
internal static class FlagsShapes
{
    internal static FlagsShape Of(bool isDecide, int? version) => isDecide
        ? version switch
        {
            >= 4 => FlagsShape.V2,
            3 => FlagsShape.V1,
            2 => FlagsShape.DecideV2,
            _ => FlagsShape.DecideV1,
        }
        : version >= 2 ? FlagsShape.V2 : FlagsShape.V1;
}
