import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of S3 as the store speaks, over HTTP, with buckets in memory. */
export async function startS3(bucket: string) {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const authorizations: (string | undefined)[] = [];
  let largestBody = 0;
  let ids = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const [, named = '', ...rest] = decodeURIComponent(pathname).split('/');
    const key = rest.join('/');
    const chunks: Buffer[] = [];
    authorizations.push(request.headers.authorization);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      largestBody = Math.max(largestBody, body.length);
      const answer = (status: number, text: string | Buffer = '') =>
        response
          .writeHead(status, { etag: '"1"', 'content-length': Buffer.byteLength(text) })
          .end(text);
      const refuse = (code: string) => answer(404, `<Error><Code>${code}</Code></Error>`);
      const upload = searchParams.get('uploadId');
      if (named !== bucket) return refuse('NoSuchBucket');
      if (request.method === 'POST' && searchParams.has('uploads')) {
        ids += 1;
        uploads.set(String(ids), new Map());
        const result = `<UploadId>${ids}</UploadId>`;
        return answer(
          200,
          `<InitiateMultipartUploadResult>${result}</InitiateMultipartUploadResult>`,
        );
      }
      if (upload !== null) {
        const parts = uploads.get(upload);
        if (parts === undefined) return refuse('NoSuchUpload');
        if (request.method === 'PUT') {
          parts.set(Number(searchParams.get('partNumber')), body);
          return answer(200);
        }
        uploads.delete(upload);
        if (request.method === 'DELETE') return answer(204);
        const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
        objects.set(key, Buffer.concat(ordered));
        const result = '<ETag>"1"</ETag>';
        return answer(
          200,
          `<CompleteMultipartUploadResult>${result}</CompleteMultipartUploadResult>`,
        );
      }
      if (request.method === 'GET' && searchParams.get('list-type') === '2') {
        // Two pages, as a bucket with many objects has.
        const keys = [...objects.keys()].sort();
        const half = Math.ceil(keys.length / 2);
        const isSecond = searchParams.has('continuation-token');
        const page = isSecond ? keys.slice(half) : keys.slice(0, half);
        const entries = page.map(
          (one) =>
            `<Contents><Key>${one}</Key><LastModified>${new Date().toISOString()}</LastModified></Contents>`,
        );
        const more = isSecond
          ? '<IsTruncated>false</IsTruncated>'
          : '<IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken>';
        return answer(200, `<ListBucketResult>${entries.join('')}${more}</ListBucketResult>`);
      }
      switch (request.method) {
        case 'PUT':
          objects.set(key, body);
          return answer(200);
        case 'DELETE':
          objects.delete(key);
          return answer(204);
        default: {
          const found = objects.get(key);
          return found === undefined ? refuse('NoSuchKey') : answer(200, found);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    authorizations,
    largestBody: () => largestBody,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
