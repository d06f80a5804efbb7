import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breaches, unclassified, type JsonSchema, type Release } from '#kernel/events';
import { createSubgraphs } from '#subgraphs';
import { announcementsOf } from './event-catalog.ts';
import { asyncApiOf } from './event-async-api.ts';
import { eventsPage, fieldsOf } from './event-page.ts';

const announcements = announcementsOf(createSubgraphs({}));
const release = JSON.parse(readFileSync('docs/events.released.json', 'utf8')) as Release;
const of = (type: string) => announcements.find((each) => each.type === type);

describe('the catalog', () => {
  it('only grows against the last release', () => {
    expect(Object.keys(release).length).toBeGreaterThan(0);
    expect(breaches(release, announcements)).toEqual([]);
  });

  it('has no text of which nobody says what it is', () => {
    expect(unclassified(announcements)).toEqual([]);
    const stripped = announcements.map((each) => ({ ...each, schema: unmarked(each.schema) }));
    expect(unclassified(stripped)).toContain('lead.registered: season is a text without a class');
  });

  it('knows who publishes, who subscribes, and whose a value is', () => {
    expect(of('lead.status_changed')).toMatchObject({
      module: 'leads',
      aggregate: 'lead',
      isOnCompatibilityChannel: true,
    });
    expect(of('lead.registered')?.subscribers).toEqual(
      expect.arrayContaining(['leads.leads', 'admin.audit_trail']),
    );
    const fields = fieldsOf(of('lead.registered')?.schema ?? {});
    expect(fields.find(({ path }) => path === 'email')).toMatchObject({ subject: 'leadId' });
    expect(fields.find(({ path }) => path === 'leadId')?.subject).toBeUndefined();
  });

  it('is written for people, with a part for every type', () => {
    const page = eventsPage(announcements);
    for (const { type, version } of announcements)
      expect(page).toContain(`### \`${type}\` v${version}`);
    expect(page).toContain('personal, of `leadId`');
  });

  it('is written for tools, each reference leading somewhere', () => {
    const document = asyncApiOf(announcements);
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, path = ''] of references) {
      const target = path
        .split('/')
        .reduce<unknown>(
          (node, step) => (node as Record<string, unknown> | undefined)?.[step],
          document,
        );
      expect(target, path).toBeDefined();
    }
    expect(Object.keys(document['channels'] as object)).toHaveLength(announcements.length);
  });
});

/** The schema as if nobody had said what a value is. */
function unmarked(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'x-class' ? undefined : value,
  );
  return JSON.parse(text) as JsonSchema;
}
