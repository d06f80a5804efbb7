import firstScreen from './examples/first-screen.graphql?raw';
import leadsAcrossContexts from './examples/leads-across-contexts.graphql?raw';
import leadsLive from './examples/leads-live.graphql?raw';
import registerLead from './examples/register-lead.graphql?raw';

/** Tabs of a first visit. */
export const examples = [firstScreen, leadsAcrossContexts, leadsLive, registerLead].map(
  (query) => ({ query }),
);
