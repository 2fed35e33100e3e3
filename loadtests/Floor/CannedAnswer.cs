namespace FlagsService.LoadTests.Floor;

internal sealed record CannedAnswer(ReadOnlyMemory<byte> Bytes, bool NeedsPerson);
