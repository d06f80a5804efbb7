/** A JSON body up to a limit: what lies beyond it is not read. */
import type { IncomingMessage } from 'node:http';
import { refused } from './refusals.ts';

/** @throws `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `BAD_USER_INPUT` */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  requireJson(request);
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  return parseJson(await readText(request, bytesMax));
}

/** @throws `BAD_USER_INPUT` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refused('BAD_USER_INPUT', 'The body is not valid JSON.');
  }
}

function requireJson({ headers }: IncomingMessage): void {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const encoding = headers['content-encoding'];
  if (type !== 'application/json' || (encoding !== undefined && encoding !== 'identity')) {
    throw refused('UNSUPPORTED_MEDIA_TYPE', 'Send plain application/json.');
  }
}

export async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  return (await readBytes(request, bytesMax)).toString('utf8');
}

/** @throws `PAYLOAD_TOO_LARGE`, `BAD_USER_INPUT` when it was cut off */
export function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let only: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) {
        request.pause();
        reject(tooLarge(bytesMax));
      } else if (only === undefined) only = chunk;
      else (chunks ??= [only]).push(chunk);
    });
    request.on('end', () => {
      resolve(chunks === undefined ? (only ?? Buffer.alloc(0)) : Buffer.concat(chunks, length));
    });
    request.on('error', reject);
    request.on('aborted', () => reject(refused('BAD_USER_INPUT', 'The body is incomplete.')));
  });
}

function tooLarge(bytesMax: number): Error {
  return refused('PAYLOAD_TOO_LARGE', `A body has at most ${bytesMax} bytes.`);
}
