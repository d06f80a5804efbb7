/** What a process of the backbone is started with. */
export interface NodeSettings {
  /** Begins the names of its connections. */
  readonly name: string;
  /** As the runtime role, usually through the proxy. */
  readonly url: string;
  readonly keysUrl: string;
  /** Where effects outside the database go. */
  readonly outsideUrl: string;
  readonly sealDirectory: string;
  readonly poolSizeMax?: number;
  readonly attemptsMax?: number;
  /** Dies after its consumer `tallies.fragile` wrote its n-th row and before the checkpoint. */
  readonly diesAfterEffects?: number;
  /** An older release writes facts in their first version; a repaired one reads what others cannot. */
  readonly release?: 'OLDER' | 'USUAL' | 'REPAIRED';
}

/** What a process is told to do. */
export type Call =
  | {
      readonly do: 'command';
      readonly number: number;
      readonly key: string;
      readonly userId: string;
      readonly counterId: string;
      readonly territory: string;
      /** Territory of the one who commands, when he has no rights on the counter's. */
      readonly asTerritory?: string | undefined;
      readonly amounts: readonly number[];
      readonly expectedVersion: number | null;
      readonly person?: { readonly id: string; readonly note: string } | undefined;
      /** The transaction stays open until a release. */
      readonly isHeld?: boolean | undefined;
    }
  | {
      readonly do: 'raw';
      readonly number: number;
      readonly userId: string;
      readonly counterId: string;
      readonly territory: string;
      readonly schemaVersion: number;
      readonly data: unknown;
      readonly inlineAmount: number;
    }
  | {
      readonly do: 'subscribe';
      readonly name: string;
      readonly territory: string;
      readonly from: number;
    }
  | { readonly do: 'switch'; readonly isOn: boolean }
  | { readonly do: 'pause' | 'resume'; readonly consumer: string }
  | { readonly do: 'rebuild'; readonly projection: string }
  | {
      readonly do: 'redrive';
      readonly consumer: string;
      readonly aggregateIds: readonly string[];
      readonly by: string;
    }
  | { readonly do: 'settled'; readonly timeoutMs: number }
  | {
      readonly do:
        | 'ping'
        | 'release'
        | 'deadLetters'
        | 'unlogged'
        | 'seal'
        | 'verify'
        | 'listening'
        | 'metrics'
        | 'total'
        | 'stop';
    };

/** What a process answers to a call. */
export interface Reply {
  readonly id: number;
  readonly ok?: unknown;
  /** Code of a refusal: it did not happen. */
  readonly refused?: string;
  /** Whether it happened is not known. */
  readonly failed?: string;
}

/** A fact as a subscriber received it; without an id one he may not see, or a gap he was told of. */
export interface RecordLine {
  readonly record: string;
  readonly position: number;
  readonly aggregateId?: string;
  readonly version?: number;
  readonly id?: string;
  readonly gap?: true;
}
