import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import type { OutputStore } from './output-store.ts';

export interface S3Settings {
  /** Undefined: that of AWS. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** What the names of files begin with. */
  readonly prefix: string;
  /** Undefined: as the SDK finds it. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** Bytes of one part; S3 takes 10,000 of 5 MiB to 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART = 8 * 1024 * 1024;

/** Files in a bucket of S3, or of what speaks its protocol. What was begun and not completed is nowhere to be seen. */
export function createS3Store({ endpoint, region, bucket, prefix, credentials }: S3Settings): OutputStore {
  const client = new S3Client({
    region,
    // Stores of others know no checksums behind a body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const keyOf = (work: string, name: string): string => `${prefix}${work}/${name}`;

  async function putParts(place: { readonly Bucket: string; readonly Key: string }, file: FileHandle): Promise<void> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(place));
    const upload = { ...place, UploadId };
    try {
      const parts: CompletedPart[] = [];
      for (let bytes = await read(file); bytes.length > 0; bytes = await read(file)) {
        const PartNumber = parts.length + 1;
        const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: bytes }));
        parts.push({ ETag, PartNumber });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }

  return {
    async put(work, name, path) {
      const place = { Bucket: bucket, Key: keyOf(work, name) };
      const file = await open(path);
      try {
        const { size } = await file.stat();
        if (size > PART) await putParts(place, file);
        else await client.send(new PutObjectCommand({ ...place, Body: await file.readFile() }));
      } finally {
        await file.close();
      }
    },
    open: (work, name) =>
      Readable.from(bytesOf(client, { Bucket: bucket, Key: keyOf(work, name) }), { objectMode: false }),
    async drop(work) {
      for (;;) {
        const { Contents = [] } = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}${work}/` }),
        );
        for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
        if (Contents.length === 0) return;
      }
    },
    close: () => client.destroy(),
  };
}

async function read(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(PART);
  let length = 0;
  while (length < PART) {
    const { bytesRead } = await file.read(buffer, length, PART - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

async function* bytesOf(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand(place));
  if (Body instanceof Readable) yield* Body as AsyncIterable<Uint8Array>;
}
