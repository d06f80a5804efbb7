import type { AnyEvent, Recorded } from './catalog.ts';
import type { CloudEvent } from './cloud-event.ts';

/** A fact on its way to other machines. */
export interface OutgoingFact {
  readonly event: Recorded<AnyEvent>;
  /** Checked against its schema. */
  readonly envelope: CloudEvent;
  /** Position of the fact before it in the log, 0 for the first. */
  readonly previous: number;
}

/** Where facts leave for other machines: a copy of the log, in its order and without a gap. */
export interface Outlet {
  /** The newest fact it holds of a module; undefined when it holds none. */
  newest(module: string): Promise<{ readonly position: number; readonly id: string } | undefined>;
  /**
   * Adds facts behind what `newest` answered or the last call added; settles once all are kept. After
   * a failure some may be kept: `newest` tells.
   *
   * @throws OutletRefusal for what no repetition cures; any other error is worth another try
   */
  add(module: string, facts: readonly OutgoingFact[]): Promise<void>;
}

/** The other side will not take it, however often it is tried. */
export class OutletRefusal extends Error {
  readonly code = 'OUTLET_REFUSAL';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutletRefusal';
  }
}
