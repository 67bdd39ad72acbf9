using System.Net.Sockets;

namespace ClaudeProxy.Tests.Support;

/// <summary>A client that sends bytes as they are.</summary>
public static class RawClient
{
    /// <summary>Connects to <paramref name="address"/>.</summary>
    public static async Task<RawConnection> ConnectAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).InTime();
        return new RawConnection(client);
    }

    /// <summary>Sends <paramref name="request"/> over a new connection and reads one answer.</summary>
    public static async Task<RawMessage> SendAsync(Uri address, string request)
    {
        using var connection = await ConnectAsync(address);
        await connection.SendAsync(request);
        return await connection.ReadMessageAsync();
    }
}
