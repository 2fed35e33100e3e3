FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
ARG TARGETARCH=amd64
RUN dotnet publish src/FlagsService -c Release -a $TARGETARCH -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown app /data
WORKDIR /app
COPY --from=build /app .
USER app
ENV ASPNETCORE_URLS=http://0.0.0.0:8000 FlagsService__Storage__Path=/data/flags.db
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["dotnet", "FlagsService.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "FlagsService.dll"]
