# Builds on the builder's platform and runs on both: docker buildx build --platform linux/amd64,linux/arm64 .
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
ARG TARGETARCH
RUN dotnet publish host/ClaudeProxy.Host.csproj --configuration Release --arch $TARGETARCH --output /program -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /program /program

# A configuration file belongs into /data; compiled policies are kept in /cache, and nothing else is written.
RUN mkdir -p /data /cache && chown -R "$APP_UID" /data /cache
WORKDIR /data
USER $APP_UID

# In a container the port is published or it is of no use; without client keys the program says what to set instead of starting.
ENV HOST=0.0.0.0 PORT=8080 XDG_CACHE_HOME=/cache
EXPOSE 8080

# The image has no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '\"status\":\"ok\"' <&3"]

ENTRYPOINT ["dotnet", "/program/claude-proxy.dll"]
