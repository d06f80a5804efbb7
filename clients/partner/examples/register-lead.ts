/**
 * Registers one lead and prints how all leads of the own firm stand.
 *
 *   FRESHPLAN_URL=http://localhost:4000 PARTNER_ID=partner-distributor PARTNER_SECRET=demo \
 *     node examples/register-lead.ts "Gasthaus Sonne" Hamburg
 */
import {
  Refused,
  RegisterLeadDocument,
  accepted,
  clientCredentials,
  createPartnerClient,
  leadsOf,
} from '@freshplan/partner';

const { FRESHPLAN_URL, PARTNER_ID, PARTNER_SECRET, PARTNER_ISSUER } = process.env;
const [companyName, city] = process.argv.slice(2);
if (!FRESHPLAN_URL || !PARTNER_ID || !PARTNER_SECRET || !companyName || !city) {
  console.error(
    'Usage: FRESHPLAN_URL=… PARTNER_ID=… PARTNER_SECRET=… node register-lead.ts <company> <city>',
  );
  process.exit(2);
}

const client = createPartnerClient({
  url: new URL('/graphql', FRESHPLAN_URL).href,
  tokens: clientCredentials({
    issuer: PARTNER_ISSUER ?? new URL('/oidc', FRESHPLAN_URL).href,
    clientId: PARTNER_ID,
    clientSecret: PARTNER_SECRET,
  }),
});

try {
  const input = { companyName, city, source: 'PARTNER' as const };
  const { lead } = accepted((await client.run(RegisterLeadDocument, { input })).leadRegister);
  console.log(`registered ${lead?.id ?? ''} ${lead?.companyName ?? ''}`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(`refused ${error.message}`);
  process.exitCode = 1;
}
for await (const each of leadsOf(client)) {
  console.log(`${each.status} ${each.stage} ${each.companyName}, ${each.city}`);
}
