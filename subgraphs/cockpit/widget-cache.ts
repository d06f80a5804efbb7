import type { LeadWidget } from './schema.generated.ts';
import type { Scope } from './widget.ts';
import type { WidgetChange } from './widget-change.ts';

/** Widgets as they were read, for a minute or until something relevant happens. */
export interface WidgetCache {
  /** What is kept for the scope, else what `read` answers; calls meanwhile share one read. */
  load(scope: Scope, nowMs: number, read: () => Promise<LeadWidget>): Promise<LeadWidget>;
  /** Drops the widgets of everybody concerned; answers how many there were. */
  drop(change: Pick<WidgetChange, 'territory' | 'previousTerritory' | 'userIds'>): number;
  /** Drops all widgets of a person. */
  forget(userId: string): number;
  clear(): void;
}

interface Entry {
  readonly scope: Scope;
  readonly untilMs: number;
  readonly widget: Promise<LeadWidget>;
}

const KEPT_MS = 60_000;
const ENTRIES_MAX = 10_000;

export function createWidgetCache({ entriesMax = ENTRIES_MAX } = {}): WidgetCache {
  const entries = new Map<string, Entry>();
  const keysOfPeople = new Map<string, Set<string>>();
  const managers = new Set<string>();

  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    managers.delete(key);
    const keys = keysOfPeople.get(entry.scope.userId);
    keys?.delete(key);
    if (keys?.size === 0) keysOfPeople.delete(entry.scope.userId);
  };
  const add = (key: string, entry: Entry): void => {
    const { userId, isManagerView } = entry.scope;
    entries.set(key, entry);
    if (isManagerView) managers.add(key);
    const keys = keysOfPeople.get(userId) ?? new Set();
    keysOfPeople.set(userId, keys.add(key));
    const [oldest] = entries.keys();
    if (entries.size > entriesMax && oldest !== undefined) remove(oldest);
  };
  const forget = (userId: string): number => {
    const keys = [...(keysOfPeople.get(userId) ?? [])];
    keys.forEach(remove);
    return keys.length;
  };

  return {
    load(scope, nowMs, read) {
      const key = keyOf(scope);
      const known = entries.get(key);
      if (known !== undefined && known.untilMs > nowMs) return known.widget;
      remove(key);
      // Kept before it is read: a change during the read drops it, so nothing stale can stay.
      const entry: Entry = { scope, untilMs: nowMs + KEPT_MS, widget: read() };
      add(key, entry);
      entry.widget.catch(() => {
        if (entries.get(key) === entry) remove(key);
      });
      return entry.widget;
    },
    drop({ territory, previousTerritory, userIds }) {
      let dropped = 0;
      for (const userId of userIds) dropped += forget(userId);
      for (const key of managers) {
        const territories = entries.get(key)?.scope.territories ?? [];
        const isConcerned = territories.some(
          (each) => each === territory || each === previousTerritory,
        );
        if (!isConcerned) continue;
        remove(key);
        dropped += 1;
      }
      return dropped;
    },
    forget,
    clear: () => [...entries.keys()].forEach(remove),
  };
}

/** The person with his territory context: a right that came or went never meets an older widget. */
function keyOf({ userId, isManagerView, territories }: Scope): string {
  return `lead-widget:${userId}|${isManagerView ? 'territory' : 'own'}|${territories.join()}`;
}
