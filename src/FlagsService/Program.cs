using FlagsService;

await FlagsHost.Build(args).RunAsync();
