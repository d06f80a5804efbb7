/**
 * Mercurius, compiling queries, over the subgraphs of the supergraph file given. It speaks the first
 * version of federation, so their schemas are written here in its terms; tells its parent the URL.
 */
import { readFileSync } from 'node:fs';

process.env.NODE_ENV = 'production';

const { default: Fastify } = await import('fastify');
const { default: mercuriusGateway } = await import('@mercuriusjs/gateway');

const schemas = {
  accounts: `
    type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }
    extend type Query { me: User user(id: ID!): User users: [User] }`,
  products: `
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
    extend type Query { topProducts(first: Int = 5): [Product] }`,
  inventory: `
    extend type Product @key(fields: "upc") {
      upc: String! @external
      weight: Int @external
      price: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight")
    }`,
  reviews: `
    type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
    extend type User @key(fields: "id") { id: ID! @external reviews: [Review] }
    extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }
    extend type Query { review(id: ID!): Review }`,
};

const supergraph = readFileSync(process.argv[2], 'utf8');
const urlOf = (name) => new RegExp(`name: "${name}", url: "([^"]+)"`).exec(supergraph)[1];
const services = Object.entries(schemas).map(([name, schema]) => ({
  name,
  schema,
  url: urlOf(name),
}));

const app = Fastify();
await app.register(mercuriusGateway, { gateway: { services }, jit: 1 });
await app.listen({ host: '127.0.0.1', port: 0 });
process.send({ url: `http://127.0.0.1:${app.server.address().port}/graphql` });
process.on('disconnect', () => process.exit());
