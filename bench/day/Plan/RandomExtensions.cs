namespace ClaudeProxy.Day.Plan;

/// <summary>The distributions that people and their tools follow.</summary>
internal static class RandomExtensions
{
    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Evenly between two values.</summary>
    public static double Between(this Random random, double least, double most) => least + ((most - least) * random.NextDouble());

    /// <summary>Mostly near the median, now and then far above it.</summary>
    public static double LogNormal(this Random random, double median, double sigma, double most)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Min(most, median * Math.Exp(sigma * normal));
    }

    /// <summary>One or more, so many on average.</summary>
    public static int Geometric(this Random random, double mean, int most) =>
        Math.Min(most, 1 + (int)(Math.Log(1 - random.NextDouble()) / Math.Log(1 - (1 / mean))));
}
