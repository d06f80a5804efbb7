import { describe, expect, it } from 'vitest';
import { given } from '#kernel/testing';
import type { PartnerEvent } from './events.ts';
import { FAILURES_MAX, restMs, waitMs } from './deliveries.ts';
import {
  change,
  disable,
  pause,
  redeliver,
  register,
  remove,
  resume,
  rotate,
  test,
  webhookAggregate,
  type Webhook,
} from './webhook.ts';

const at = '2025-09-26T20:00:00.000Z';
const webhookId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const partnerOrgId = '8d5e0c3a-6b1f-4c2d-8e7f-9a0b1c2d3e4f';
const url = 'https://hooks.partner.de/';
const registered: PartnerEvent = {
  type: 'partner.webhook.registered',
  data: { webhookId, partnerOrgId, url, topics: ['LEAD_STATUS_CHANGED'], at },
};
const paused: PartnerEvent = { type: 'partner.webhook.paused', data: { webhookId, at } };
const gone: PartnerEvent = {
  type: 'partner.webhook.disabled',
  data: { webhookId, reason: 'GONE', at },
};
const removed: PartnerEvent = { type: 'partner.webhook.removed', data: { webhookId, at } };
const history = (...events: PartnerEvent[]) =>
  given<Webhook, PartnerEvent>(webhookAggregate, registered, ...events);

describe('a receiver', () => {
  it('has each topic once and at least one', () => {
    const identity = { webhookId, partnerOrgId };
    const topics = ['LEAD_STATUS_CHANGED', 'LEAD_REGISTERED', 'LEAD_REGISTERED'] as const;
    given<Webhook, PartnerEvent>(webhookAggregate)
      .when(() => register(identity, { url, topics }, at))
      .records({
        ...registered,
        data: { ...registered.data, topics: ['LEAD_REGISTERED', 'LEAD_STATUS_CHANGED'] },
      });
    given<Webhook, PartnerEvent>(webhookAggregate)
      .when(() => register(identity, { url, topics: [] }, at))
      .refuses('BAD_USER_INPUT');
  });

  it('is paused while it is called, and resumed from a pause or when it was gone', () => {
    history()
      .when((webhook) => pause(webhook, at))
      .records(paused);
    history(paused)
      .when((webhook) => pause(webhook, at))
      .refuses('ILLEGAL_TRANSITION');
    for (const ended of [paused, gone]) {
      history(ended)
        .when((webhook) => resume(webhook, at))
        .records({ type: 'partner.webhook.resumed', data: { webhookId, at } });
    }
    history()
      .when((webhook) => resume(webhook, at))
      .refuses('ILLEGAL_TRANSITION');
  });

  it('that is gone is disabled once', () => {
    history()
      .when((webhook) => disable(webhook, at))
      .records(gone);
    history(gone)
      .when((webhook) => disable(webhook, at))
      .records();
    history(removed)
      .when((webhook) => disable(webhook, at))
      .records();
  });

  it('is changed to what it is not', () => {
    history()
      .when((webhook) => change(webhook, { url, topics: ['LEAD_STATUS_CHANGED'] }, at))
      .records();
    history(gone)
      .when((webhook) => change(webhook, { url, topics: ['LEAD_REGISTERED'] }, at))
      .records({
        type: 'partner.webhook.changed',
        data: { webhookId, url, topics: ['LEAD_REGISTERED'], at },
      });
  });

  it('is sent nothing by hand while nothing is sent there', () => {
    for (const ended of [paused, gone, removed]) {
      history(ended)
        .when((webhook) => test(webhook, webhookId, at))
        .refuses('ILLEGAL_TRANSITION');
      history(ended)
        .when((webhook) => redeliver(webhook, webhookId, at))
        .refuses('ILLEGAL_TRANSITION');
    }
  });

  it('that was removed knows no further step', () => {
    const wanted = { url, topics: ['LEAD_REGISTERED'] as const };
    for (const step of [
      () => history(removed).when((webhook) => remove(webhook, at)),
      () => history(removed).when((webhook) => resume(webhook, at)),
      () => history(removed).when((webhook) => rotate(webhook, at, at)),
      () => history(removed).when((webhook) => change(webhook, wanted, at)),
    ]) {
      step().refuses('ILLEGAL_TRANSITION');
    }
  });
});

it('a try waits four times as long as the one before, six hours at most, a fifth more or less', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempts) => waitMs(attempts, 0.5) / 1_000);
  expect(waits).toEqual([10, 40, 160, 640, 2_560, 10_240, 21_600, 21_600, 21_600]);
  expect([waitMs(1, 0), waitMs(1, 1)]).toEqual([8_000, 12_000]);
});

it('a receiver rests from the fifth failure in a row, ten minutes at most', () => {
  expect(restMs(FAILURES_MAX - 1)).toBe(0);
  const rests = [5, 6, 7, 8, 9, 10, 60].map((failures) => restMs(failures) / 1_000);
  expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600]);
});
