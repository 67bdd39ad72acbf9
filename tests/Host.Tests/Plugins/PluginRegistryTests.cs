using ClaudeProxy.Plugins;

namespace ClaudeProxy.Tests.Plugins;

public sealed class PluginRegistryTests
{
    private readonly PluginRegistry _registry = new("/plugins/X/X.dll");

    [Theory]
    [InlineData("least_requests")]
    [InlineData("a")]
    [InlineData("p2c")]
    public void AddLoadBalancer_SnakeCase_IsTaken(string name)
    {
        _registry.AddLoadBalancer(name, _ => null!);

        Assert.Equal(new OfferKey(OfferKey.LoadBalancer, name), Assert.Single(_registry.Close().Keys));
    }

    [Theory]
    [InlineData("")]
    [InlineData("LeastRequests")]
    [InlineData("least-requests")]
    [InlineData("2_choices")]
    [InlineData("least_requests.csx")]
    [InlineData("least_requests\n")]
    public void AddLoadBalancer_OtherName_SaysTheRule(string name)
    {
        var exception = Assert.Throws<PluginException>(() => _registry.AddLoadBalancer(name, _ => null!));

        Assert.Equal($"Plugin '/plugins/X/X.dll' offers the load balancer '{name}'; a name is made of a to z, 0 to 9 and _, and begins with a letter.", exception.Message);
    }

    [Fact]
    public void AddLoadBalancer_SameNameTwice_IsRefused()
    {
        _registry.AddLoadBalancer("mine", _ => null!);

        var exception = Assert.Throws<PluginException>(() => _registry.AddLoadBalancer("mine", _ => null!));

        Assert.Equal("Plugin '/plugins/X/X.dll' offers the load balancer mine twice; remove one of them.", exception.Message);
    }

    [Fact]
    public void Add_SameNameForAnotherKind_IsAnother()
    {
        _registry.AddLoadBalancer("mine", _ => null!);
        _registry.AddAccountSource("mine", _ => null!);
        _registry.AddFailoverPolicy("mine", _ => null!);

        Assert.Equal(3, _registry.Close().Count);
    }

    [Fact]
    public void AddFailoverPolicy_NameOfTheBuiltInOne_IsRefused()
    {
        var exception = Assert.Throws<PluginException>(() => _registry.AddFailoverPolicy("built_in", _ => null!));

        Assert.Contains("built_in", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_AfterRegisterHasReturned_IsRefused()
    {
        _registry.Close();

        Assert.Throws<InvalidOperationException>(() => _registry.AddLoadBalancer("late", _ => null!));
    }
}
