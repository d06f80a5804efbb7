/** Apollo Server with Apollo Gateway over the supergraph file given; tells its parent the URL. */
import { readFileSync } from 'node:fs';

process.env.NODE_ENV = 'production';
process.env.APOLLO_TELEMETRY_DISABLED = '1';

const { ApolloServer } = await import('@apollo/server');
const { startStandaloneServer } = await import('@apollo/server/standalone');
const { ApolloGateway } = await import('@apollo/gateway');

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(process.argv[2], 'utf8') });
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: 0 },
});
process.send({ url: new URL('/graphql', url).href });
process.on('disconnect', () => process.exit());
