import { expect, test } from 'vitest';
import { subjectPage } from './subject-page.ts';

test('the page shows values with source, purpose and period, and markup as text', () => {
  const page = subjectPage({
    subjectId: 'id',
    kind: 'CONTACT',
    createdAt: '2025-09-26T20:00:00.000Z',
    answerBy: '2025-10-24T20:00:00.000Z',
    sources: [
      {
        module: 'leads',
        source: 'Vertrieb',
        purpose: 'Anbahnung',
        period: '60 Tage',
        facts: [
          {
            type: 'lead.contact.changed',
            time: '2025-09-26T20:00:00.000Z',
            data: { name: '<img src=x onerror=alert(1)>', phone: null },
          },
        ],
      },
    ],
  });
  expect(page).toContain('<dd>Anbahnung</dd><dt>Speicherdauer</dt><dd>60 Tage</dd>');
  expect(page).toContain('name: &lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toContain('<img');
  expect(page).not.toContain('phone');
  expect(page).toContain('2025-10-24');
});
