using System.Globalization;
using System.Text;

namespace ClaudeProxy.Speed.Results;

/// <summary>Writes tables in Markdown, aligned for those who read them as text.</summary>
internal static class Markdown
{
    /// <summary>A table whose first row is its head.</summary>
    public static string Table(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            var cells = rows[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            if (i == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select((width, column) => new string('-', width + 1) + (column == 0 ? '-' : ':'))).Append("|\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A number with the digits that count, and no more.</summary>
    public static string Number(double? value) => value switch
    {
        null => "",
        { } number when Math.Abs(number) >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 1 => number.ToString("0.00", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
