using System.CommandLine;
using System.CommandLine.Parsing;

namespace ClaudeProxy.Cli;

/// <summary>The options of <c>policy test</c>: one for each fact of an outcome.</summary>
internal sealed class PolicyTestOptions
{
    private readonly Option<int> _status = new("--status") { Description = "Status of the answer; 0 for none." };
    private readonly Option<FailureKind> _failure = new("--failure") { Description = "How the attempt failed apart from its status." };
    private readonly Option<string?> _errorType = new("--error-type") { Description = "error.type of the body." };
    private readonly Option<string?> _errorCode = new("--error-code") { Description = "error.details.error_code of the body." };
    private readonly Option<string?> _message = new("--message") { Description = "error.message of the body." };
    private readonly Option<TimeSpan?> _retryAfter = Duration("--retry-after", "The wait that the answer asks for, such as 30 or 5m.");
    private readonly Option<TimeSpan?> _resetAfter = Duration("--reset-after", "Time until the exhausted rate limit of the answer resets.");
    private readonly Option<TimeSpan?> _resumesAfter = Duration("--resumes-after", "Time until a spend limit ends.");
    private readonly Option<bool> _notSent = new("--not-sent") { Description = "Nothing of the request had been sent." };
    private readonly Option<int?> _attempt = new("--attempt") { Description = "Which attempt it was, from 1." };
    private readonly Option<int> _repeats = new("--repeats") { Description = "Repeats on this account that went before." };
    private readonly Option<int[]> _previous = new("--previous")
    {
        Description = "Statuses of earlier attempts of the request.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _failures = new("--failures") { Description = "Failures of the account in a row before this one." };
    private readonly Option<int?> _rateLimits = new("--rate-limits") { Description = "Answers 429 in a row, this one included." };
    private readonly Option<TimeSpan?> _cooldown = Duration("--cooldown", "The configured cooldown; 60s unless given.");
    private readonly Option<bool> _viaRelay = new("--via-relay") { Description = "A relay keeps the account." };
    private readonly Option<string?> _account = new("--account") { Description = "The account's id." };
    private readonly Option<string?> _model = new("--model") { Description = "The model that the request names." };
    private readonly Option<string?> _path = new("--path") { Description = "The path of the request." };

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All =>
    [
        _status, _failure, _errorType, _errorCode, _message, _retryAfter, _resetAfter, _resumesAfter, _notSent, _attempt, _repeats, _previous,
        _failures, _rateLimits, _cooldown, _viaRelay, _account, _model, _path,
    ];

    /// <summary>Refuses an outcome of which nobody knows how it ended.</summary>
    public void Check(CommandResult command)
    {
        if (All.Any(option => IsGiven(command, option)) && !IsGiven(command, _status) && !IsGiven(command, _failure))
        {
            command.AddError("How did the attempt end? Add --status, such as --status 429, or --failure, such as --failure Connect.");
        }
    }

    /// <summary>The outcome that was described; <see langword="null"/> if none was.</summary>
    public AttemptOutcome? OutcomeOf(ParseResult parsed) => !All.Any(option => IsGiven(parsed.CommandResult, option))
        ? null
        : new AttemptOutcome
        {
            Status = parsed.GetValue(_status),
            Failure = parsed.GetValue(_failure),
            ErrorType = parsed.GetValue(_errorType),
            ErrorCode = parsed.GetValue(_errorCode),
            ErrorMessage = parsed.GetValue(_message) ?? "",
            RetryAfter = parsed.GetValue(_retryAfter),
            ResumesAfter = parsed.GetValue(_resumesAfter),
            Limits = parsed.GetValue(_resetAfter) is { } reset
                ? new RateLimits { Requests = new RateLimit(null, 0, reset) }
                : RateLimits.None,
            Sent = !parsed.GetValue(_notSent),
            Attempt = parsed.GetValue(_attempt) ?? 1,
            Repeats = parsed.GetValue(_repeats),
            PreviousStatuses = parsed.GetValue(_previous) ?? [],
            ConsecutiveFailures = parsed.GetValue(_failures),
            ConsecutiveRateLimits = parsed.GetValue(_rateLimits) ?? (parsed.GetValue(_status) == 429 ? 1 : 0),
            Cooldown = parsed.GetValue(_cooldown) ?? TimeSpan.FromSeconds(60),
            ViaRelay = parsed.GetValue(_viaRelay),
            Account = parsed.GetValue(_account) ?? "",
            Model = parsed.GetValue(_model),
            Path = parsed.GetValue(_path) ?? "",
        };

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };

    private static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = ReadDuration,
    };

    private static TimeSpan? ReadDuration(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (DurationText.TryParse(text, out var duration))
        {
            return duration;
        }

        result.AddError($"'{text}' is no duration; write a number of seconds or a text such as 500ms, 30s, 5m, 1h.");
        return null;
    }
}
