global using ClaudeProxy.Abstractions;
