import { requireScope } from '#kernel/access';
import type { Context } from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';
import { GraphQLError } from 'graphql';
import { readWidget } from './queries.ts';
import type { LeadWidget, Resolvers } from './schema.generated.ts';
import { scopeOf } from './widget.ts';
import type { WidgetCache } from './widget-cache.ts';
import type { WidgetMetrics } from './widget-metrics.ts';
import { widgetChanges } from './widget-stream.ts';

export interface Wiring {
  readonly cache: WidgetCache;
  readonly metrics: WidgetMetrics;
  readonly isLeadWidgetEnabled: () => boolean;
}

export function resolversWith({ cache, metrics, isLeadWidgetEnabled }: Wiring): Resolvers {
  const checked = (context: Context): void => {
    requireScope(context.actor, 'widget:read');
    if (isLeadWidgetEnabled()) return;
    throw new GraphQLError('Die Übersicht ist zurzeit abgeschaltet.', {
      extensions: { code: 'FEATURE_DISABLED' },
    });
  };
  const widget = (context: ResolverContext): Promise<LeadWidget> => {
    checked(context);
    const scope = scopeOf(context.actor);
    // Without news nobody would tell that it is old.
    if (!context.feed.isLive()) cache.forget(scope.userId);
    return cache.load(scope, context.clock.now().getTime(), () => readWidget(context, scope));
  };
  async function* changes(context: ResolverContext) {
    checked(context);
    metrics.active.inc({ type: 'lead' });
    try {
      yield* widgetChanges(context, () => {
        // Where the projection runs in another process, its notice may still be on the way.
        cache.forget(context.actor.userId);
        return widget(context);
      });
    } finally {
      metrics.active.dec({ type: 'lead' });
    }
  }
  return {
    Query: { leadWidget: (_, _arguments, context) => widget(context) },
    Subscription: {
      leadWidgetChanged: { subscribe: (_, _arguments, context) => changes(context) },
    },
  };
}
