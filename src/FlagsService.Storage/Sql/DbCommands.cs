using System.Data.Common;

namespace FlagsService.Storage.Sql;

/// <summary>Plain ADO.NET with fewer words, for the statements that requests wait for.</summary>
internal static class DbCommands
{
    internal static DbCommand Command(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    internal static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static byte[]? JsonOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : System.Text.Encoding.UTF8.GetBytes(reader.GetString(column));

    /// <summary>A JSON column that may be null; an absent document and an empty one are different things, and a bare null would become the empty one.</summary>
    internal static ReadOnlyMemory<byte>? DocumentOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(System.Text.Encoding.UTF8.GetBytes(reader.GetString(column)));

    /// <summary>A boolean column, which is a number in SQLite; null is false.</summary>
    internal static bool Flag(this DbDataReader reader, int column) => !reader.IsDBNull(column) && Convert.ToBoolean(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    internal static IReadOnlyList<T>? ListOrNull<T>(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : System.Text.Json.JsonSerializer.Deserialize<List<T>>(reader.GetString(column));
}
