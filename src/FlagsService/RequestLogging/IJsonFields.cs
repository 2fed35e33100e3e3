using System.Text.Json;

namespace FlagsService.RequestLogging;

/// <summary>A log property that writes its own members into the line: one object instead of a property and a box for each of forty numbers.</summary>
internal interface IJsonFields
{
    void WriteTo(Utf8JsonWriter json);
}
