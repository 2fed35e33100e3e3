using FlagsService.CommandLine;

return await CommandRoot.RunAsync(args);
