using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ClaudeProxy.Tests.Architecture;

/// <summary>Writes down what an assembly shows to others, one line for each member that somebody wrote.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>The whole surface, in order.</summary>
    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder($"{assembly.GetName().Name} {assembly.GetName().Version}\n");
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append($"\n{Heading(type)}\n");
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append($"    {line}\n");
            }
        }

        return text.ToString();
    }

    private static string Heading(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } when type.GetMethod("<Clone>$") is not null => "sealed record",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        IEnumerable<Type> bases = type.IsEnum ? [] : type.GetInterfaces().Except(inherited).OrderBy(each => each.Name, StringComparer.Ordinal);
        bases = type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? bases.Prepend(parent) : bases;
        return string.Join(" : ", new[] { $"{kind} {type.FullName}", string.Join(", ", bases.Select(Name)) }.Where(part => part.Length > 0));
    }

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}")
        :
        [
            .. type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $"{Modifiers(constructor)}new({Parameters(constructor)})"),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Describe),
            .. type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Describe),
            .. type.GetMethods(Declared).Where(method => IsVisible(method) && IsWritten(method)).Select(Describe),
        ];

    private static string Describe(FieldInfo field) =>
        $"{(field.IsLiteral ? "const" : field.IsStatic ? "static" : "field")} {Name(field.FieldType, s_nullability.Create(field))} {field.Name}"
        + (field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "");

    private static string Describe(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var setter = property.SetMethod is { } set && IsVisible(set) ? IsInit(set) ? "init; " : "set; " : "";
        return $"{Modifiers(accessors[0])}{required}{Name(property.PropertyType, s_nullability.Create(property))} {property.Name} {{ get; {setter}}}";
    }

    private static string Describe(MethodInfo method) =>
        $"{Modifiers(method)}{Name(method.ReturnType, s_nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})";

    private static string Modifiers(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsOut ? "out " : "") + $"{Name(parameter.ParameterType, s_nullability.Create(parameter))} {parameter.Name}"
        + (parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "default"}" : "")));

    // Neither the accessors of properties, nor what comes with every record or object.
    private static bool IsWritten(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.IsDefined(typeof(CompilerGeneratedAttribute))
        && method.GetBaseDefinition().DeclaringType != typeof(object);

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Name(value)}?";
        }

        var arguments = type.GetGenericArguments();
        var name = arguments.Length == 0 ? s_keywords.GetValueOrDefault(type, type.Name) : $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments.Select((argument, index) =>
            Name(argument, nullability is not null && index < nullability.GenericTypeArguments.Length ? nullability.GenericTypeArguments[index] : null)))}>";
        return name + (!type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "");
    }
}
