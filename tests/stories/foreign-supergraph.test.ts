import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { freePort } from './system.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const PRODUCTS = `${LINK}
  type Query { product(id: ID!): Product }
  type Product @key(fields: "id") { id: ID! name: String! }`;
const STOCK = `${LINK}
  type Product @key(fields: "id") { id: ID! inStock: Int }`;

const STOCK_LATER = STOCK.replace('inStock: Int', 'inStock: Int shelf: Int');

const directory = mkdtempSync(join(tmpdir(), 'foreign-'));
const file = join(directory, 'supergraph.graphql');
let urls = { products: '', stock: '' };
const servers: Server[] = [];
let gateway: ChildProcess;
let url: string;
let output = '';

function compose(stock: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'products', url: urls.products, typeDefs: parse(PRODUCTS) },
    { name: 'stock', url: urls.stock, typeDefs: parse(stock) },
  ]);
  expect(errors).toBeUndefined();
  return supergraphSdl ?? '';
}

async function ask(query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function serve(typeDefs: string, resolvers: object): Promise<string> {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(typeDefs), resolvers: resolvers as never },
  ]);
  const server = createServer(createYoga({ schema, logging: false }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

beforeAll(async () => {
  const products = await serve(PRODUCTS, {
    Query: { product: (_: unknown, { id }: { id: string }) => ({ id, name: `Produkt ${id}` }) },
  });
  const stock = await serve(STOCK_LATER, {
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id, inStock: Number(id) * 10, shelf: 7 }),
    },
  });
  urls = { products, stock };
  writeFileSync(file, compose(STOCK));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  gateway = spawn('node', ['gateway/main.ts', '--supergraph', file, '--port', String(port)]);
  gateway.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  gateway.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await eventually(() => expect(output).toContain('ready'), { timeoutMs: 30_000 });
});

afterAll(async () => {
  gateway.kill('SIGTERM');
  await new Promise((resolve) => gateway.once('exit', resolve));
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});

it('a foreign supergraph without rights is served to everybody, over its HTTP subgraphs', async () => {
  expect(await ask('{ product(id: "4") { name inStock } }')).toEqual({
    data: { product: { name: 'Produkt 4', inStock: 40 } },
  });
});

it('a changed supergraph serves without a restart, a broken one is refused and named', async () => {
  writeFileSync(file, compose(STOCK_LATER));
  await eventually(async () =>
    expect(await ask('{ product(id: "4") { shelf } }')).toEqual({
      data: { product: { shelf: 7 } },
    }),
  );
  writeFileSync(file, 'type Query { broken');
  await eventually(() => expect(output).toContain('supergraph refused'));
  expect(await ask('{ product(id: "4") { inStock } }')).toEqual({
    data: { product: { inStock: 40 } },
  });
});

it('a supergraph that cannot be read is named, and the gateway does not start', async () => {
  const child = spawn('node', ['gateway/main.ts', '--supergraph', '/nowhere.graphql']);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).toBe(1);
  expect(errors).toContain('/nowhere.graphql cannot be read');
});
