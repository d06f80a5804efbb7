/** Files for the browser: the cockpit with its own routes, GraphiQL, nothing from elsewhere. */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { contentPolicy } from './plugins/security-headers.ts';

export interface Pages {
  /** True when answered. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): boolean;
}

export interface PagesOptions {
  /** The cockpit's build; without one only GraphiQL's own small page is served. */
  readonly staticDirectory: string | undefined;
  readonly graphiql: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The build writes the hash of a file's content into its name; such a file never changes. */
const HASHED = /[-.][\w-]{8,}\.\w+$/;
/** Replaced in pages for each answer; lets the page's own style elements pass the policy. */
const NONCE = '__CSP_NONCE__';

export function createPages({ staticDirectory, graphiql }: PagesOptions): Pages {
  const own = join(import.meta.dirname, 'graphiql');
  const isBuilt = (name: string): boolean =>
    staticDirectory !== undefined && existsSync(join(staticDirectory, name));
  return {
    serve(request, response, path) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const isEditor = path === '/graphiql' || path.startsWith('/graphiql/');
      if (isEditor || path === '/graphiql.html') {
        if (!graphiql) return false;
        if (path === '/graphiql' || path === '/graphiql.html') {
          const page = isBuilt('graphiql.html')
            ? join(staticDirectory as string, 'graphiql.html')
            : join(own, 'index.html');
          return sendPage(response, page, true);
        }
        const file = fileIn(own, path.slice('/graphiql/'.length));
        if (file !== undefined) return sendFile(request, response, file, false);
      }
      if (staticDirectory === undefined) return false;
      const file = fileIn(staticDirectory, path.slice(1));
      if (file !== undefined && extname(file) !== '.html') {
        return sendFile(request, response, file, path.startsWith('/assets/') && HASHED.test(path));
      }
      // A route of the cockpit's own; a missing file stays missing.
      if (extname(path) !== '' && file === undefined) return false;
      return (
        isBuilt('index.html') && sendPage(response, join(staticDirectory, 'index.html'), false)
      );
    },
  };
}

/** The file of that name inside the folder, never one outside. */
function fileIn(folder: string, name: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const file = normalize(join(folder, decoded));
  if (!file.startsWith(normalize(folder) + sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}

function sendPage(response: ServerResponse, file: string, isEditor: boolean): true {
  const nonce = randomBytes(16).toString('base64');
  const body = readFileSync(file, 'utf8').replaceAll(NONCE, nonce);
  response.setHeader('content-security-policy', contentPolicy({ nonce, isEditor }));
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache',
  });
  response.end(body);
  return true;
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  isImmutable: boolean,
): true {
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': statSync(file).size,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  return true;
}
