/** Ways in beside the graph, met at the gateway and answered by the subgraph they belong to. */
import { systemActor } from '#kernel/access';
import type { Endpoint, EndpointAnswer, Subgraph } from '#kernel/graphql';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { request } from 'undici';
import { z } from 'zod';
import type { EndpointsOptions } from '../endpoints.ts';
import { LIMITS } from '../limits.ts';
import { sendJson } from '../listening.ts';
import { refused } from '../refusals.ts';
import { GATEWAY_JOB, type SignInternal } from './internal-token.ts';

const forwarded = z.object({
  path: z.string(),
  method: z.string(),
  query: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.base64(),
});

const answered = z.object({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
});

/** The same endpoints with the same bounds; what they answer comes from their process. */
export function forwardedEndpoints(
  { endpoints }: Pick<Subgraph, 'endpoints'>,
  { origin, sign }: { readonly origin: string; readonly sign: SignInternal },
): Endpoint[] {
  return endpoints.map((endpoint) => ({
    ...endpoint,
    async answer({ method, query, header, body }) {
      const headers = endpoint.headers.flatMap((name) => {
        const value = header(name);
        return value === undefined ? [] : [[name, value]];
      });
      const text = JSON.stringify({
        path: endpoint.path,
        method,
        query: query.toString(),
        headers: Object.fromEntries(headers) as Record<string, string>,
        body: body.toString('base64'),
      });
      return forward(`${origin}/endpoints`, text, sign);
    },
  }));
}

/** Nobody there, or none that can be used: whoever sends it may come again. */
const AWAY: EndpointAnswer = { status: 503, headers: { 'retry-after': '5' } };

async function forward(url: string, text: string, sign: SignInternal): Promise<EndpointAnswer> {
  const asking = { actor: systemActor(GATEWAY_JOB, []), requestId: randomUUID() };
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await sign(asking, text) },
      body: text,
      signal: AbortSignal.timeout(LIMITS.subgraph.timeoutMs),
    });
    const answer = answered.safeParse(parsed(await textOf(body)));
    if (statusCode !== 200 || !answer.success) return AWAY;
    const { status, headers, body: page } = answer.data;
    return {
      status,
      ...(headers === undefined ? {} : { headers }),
      ...(page === undefined ? {} : { body: page }),
    };
  } catch {
    return AWAY;
  }
}

/** @throws RangeError for an answer longer than one may be; what is left of it is not read */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LIMITS.subgraph.answerBytesMax) throw new RangeError('The answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** At the subgraph, for a body whose token was checked. @throws GraphQLError for another body */
export async function answerForwarded(
  { endpoints, contextIn }: Pick<EndpointsOptions, 'endpoints' | 'contextIn'>,
  response: ServerResponse,
  text: string,
): Promise<void> {
  const given = forwarded.safeParse(parsed(text));
  const endpoint = endpoints.find(({ path }) => path === given.data?.path);
  if (!given.success || endpoint === undefined) {
    throw refused('BAD_USER_INPUT', 'There is no such way in.');
  }
  const { method, query, headers, body } = given.data;
  const answer = await endpoint.answer(
    {
      method,
      query: new URLSearchParams(query),
      header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
      body: Buffer.from(body, 'base64'),
    },
    (territory) => contextIn(endpoint.job, territory),
  );
  sendJson(response, 200, answer);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
