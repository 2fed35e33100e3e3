namespace FlagsService.Storage.ObjectStorage;

/// <summary>Where shared documents are kept beyond Redis. Section <c>FlagsService:ObjectStorage</c>; without a bucket the tier does not exist.</summary>
internal sealed class ObjectStorageSettings
{
    internal const string Section = "FlagsService:ObjectStorage";

    public string? Bucket { get; set; }

    /// <summary>Address of an S3-compatible server, addressed by path; null for the region's own.</summary>
    public string? Endpoint { get; set; }

    public string Region { get; set; } = "us-east-1";

    /// <summary>Null for the SDK's own chain of credentials.</summary>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>Stands before every object's name.</summary>
    public string Prefix { get; set; } = "";
}
