using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using FlagsService.Storage.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace FlagsService.Storage.ObjectStorage;

/// <summary>Documents keyed by team id in a bucket. A write compares the revision that it replaces and goes through only if nobody came between.</summary>
internal sealed class ObjectDocumentTier : IDocumentTier, IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ObjectStorageSettings settings;
    private readonly AmazonS3Client client;
    private readonly ResiliencePipeline pipeline;

    internal ObjectDocumentTier(ObjectStorageSettings settings, TimeProvider time)
    {
        this.settings = settings;
        client = Connect(settings);
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(StorePipelines.Breaker(new PredicateBuilder().Handle<Exception>(exception => IsTrouble(exception) && StatusOf(exception) is not (HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict))))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = Patience })
            .Build();
    }

    public string Name => "s3";

    public bool Holds(DocumentKind kind) => kind.IsKeyedByTeam;

    public async ValueTask<StoreAnswer<CacheEntry>> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadAsync(key, cancellationToken) is not { } found)
            {
                return StoreAnswers.Miss<CacheEntry>();
            }

            if (CacheEnvelope.TryRead(found.Envelope) is { IsAbsence: false } entry)
            {
                return StoreAnswers.Hit(entry);
            }
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            return StoreAnswers.Unavailable<CacheEntry>("object_storage_unavailable");
        }

        await DeleteAsync(key, cancellationToken);
        return StoreAnswers.Miss<CacheEntry>();
    }

    public async ValueTask<bool> SetAsync(DocumentKey key, CacheEntry entry, TimeSpan age, CancellationToken cancellationToken)
    {
        if (entry.IsAbsence)
        {
            return await DeleteAsync(key, cancellationToken);
        }

        var envelope = CacheEnvelope.Write(entry);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var held = await ReadAsync(key, cancellationToken);
                if (held is { } found && CacheEnvelope.ReadRevision(found.Envelope) > entry.Revision)
                {
                    return true;
                }

                if (await TryPutAsync(key, envelope, held?.Tag, cancellationToken))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            return false;
        }
    }

    public async ValueTask<bool> DeleteAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.ExecuteAsync(
                static async (call, token) => await call.Self.client.DeleteObjectAsync(call.Self.settings.Bucket, call.Name, token), (Self: this, Name: NameOf(key)), cancellationToken);
            return true;
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            return StatusOf(exception) == HttpStatusCode.NotFound;
        }
    }

    public void Dispose() => client.Dispose();

    private async ValueTask<(byte[] Envelope, string Tag)?> ReadAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                static async (call, token) =>
                {
                    using var response = await call.Self.client.GetObjectAsync(call.Self.settings.Bucket, call.Name, token);
                    using var body = new MemoryStream();
                    await response.ResponseStream.CopyToAsync(body, token);
                    return (body.ToArray(), response.ETag);
                },
                (Self: this, Name: NameOf(key)),
                cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>False when somebody else wrote since the object was read.</summary>
    private async ValueTask<bool> TryPutAsync(DocumentKey key, byte[] envelope, string? tag, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.ExecuteAsync(
                static async (call, token) =>
                {
                    using var body = new MemoryStream(call.Envelope, writable: false);
                    await call.Self.client.PutObjectAsync(
                        new PutObjectRequest
                        {
                            BucketName = call.Self.settings.Bucket,
                            Key = call.Name,
                            InputStream = body,
                            ContentType = "application/octet-stream",
                            UseChunkEncoding = false,
                            IfMatch = call.Tag,
                            IfNoneMatch = call.Tag is null ? "*" : null,
                        },
                        token);
                },
                (Self: this, Name: NameOf(key), Envelope: envelope, Tag: tag),
                cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private string NameOf(DocumentKey key) => settings.Prefix + key.Path;

    private static HttpStatusCode? StatusOf(Exception exception) => (exception as AmazonServiceException)?.StatusCode;

    // What the client throws while it waits is not foreseeable; a bug of ours is none of these.
    private static bool IsTrouble(Exception exception) => exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException
        or TimeoutException or TimeoutRejectedException or BrokenCircuitException or OperationCanceledException or ObjectDisposedException;

    private static AmazonS3Client Connect(ObjectStorageSettings settings)
    {
        var configuration = new AmazonS3Config
        {
            MaxErrorRetry = 0,
            AuthenticationRegion = settings.Region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (string.IsNullOrWhiteSpace(settings.Endpoint))
        {
            configuration.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        }
        else
        {
            configuration.ServiceURL = settings.Endpoint;
            configuration.ForcePathStyle = true;
        }

        return string.IsNullOrWhiteSpace(settings.AccessKey) ? new AmazonS3Client(configuration) : new AmazonS3Client(settings.AccessKey, settings.SecretKey, configuration);
    }
}
