using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace FlagsService.LoadTests.Floor;

/// <summary>Reads a body and finds in it, without parsing, the one thing that a look-up needs.</summary>
internal static class RequestBody
{
    private static ReadOnlySpan<byte> Marker => "\"distinct_id\":\""u8;

    internal static async ValueTask<string> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var distinctId = DistinctId(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                return distinctId;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static string DistinctId(ReadOnlySequence<byte> body)
    {
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        var start = bytes.IndexOf(Marker);
        if (start < 0)
        {
            return "";
        }

        var value = bytes[(start + Marker.Length)..];
        return Encoding.UTF8.GetString(value[..value.IndexOf((byte)'"')]);
    }
}
