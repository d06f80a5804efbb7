/** Every bound of the edge, in one place; `docs/limits.md` is generated from it. */

export interface Limits {
  readonly tokensMax: number;
  /** Levels of fields. */
  readonly depthMax: number;
  /** `__schema` and `__type` nest types in types; their own cycles are bounded by validation. */
  readonly introspectionDepthMax: number;
  readonly aliasesMax: number;
  readonly directivesMax: number;
  readonly rootFieldsMax: number;
  readonly fragmentsMax: number;
  /** Fields of a document, fragments where they are used, and each pair of one field at one place. */
  readonly comparisonsMax: number;
  readonly pageSizeMax: number;
  readonly stringLengthMax: number;
  /** For reasons, notes and message texts. */
  readonly textLengthMax: number;
  readonly listLengthMax: number;
  readonly inputDepthMax: number;
  readonly inputNodesMax: number;
  readonly costMax: number;
  readonly partnerCostMax: number;
  readonly planFetchesMax: number;
  readonly planningTimeoutMs: number;
  readonly storedPlanningTimeoutMs: number;
  readonly operationTimeoutMs: number;
  readonly bodyBytesMax: number;
  readonly partnerBodyBytesMax: number;
  readonly connectionsMax: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly headerBytesMax: number;
  /** For so long the event loop is late before more is turned away, and on time before less is. */
  readonly sheddingStepMs: number;
  readonly inFlightMax: number;
  readonly inFlightPerUserMax: number;
  readonly documentsCachedMax: number;
  readonly socketPayloadBytesMax: number;
  readonly socketSubscriptionsMax: number;
  readonly socketsPerUserMax: number;
  readonly streamsPerUserMax: number;
  /** Results that wait for a slow one of those who share a source; past it he reads on alone. */
  readonly streamQueueMax: number;
  readonly socketMessagesPerSecondMax: number;
  readonly socketInitTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly stopTimeoutMs: number;
  /** Streams are planned anew within it when the supergraph changes. */
  readonly moveJitterMs: number;
  /** For so long the planner may have no room for one of them; shorter than the old supergraph stays open. */
  readonly movePatienceMs: number;
  readonly subgraph: SubgraphLimits;
  readonly rates: Rates;
}

/** On the way to a subgraph, and at its door where it is a process of its own. */
export interface SubgraphLimits {
  /** Entities of one fetch; more are asked for in several. */
  readonly representationsMax: number;
  readonly bodyBytesMax: number;
  readonly answerBytesMax: number;
  readonly timeoutMs: number;
  /** For so long a query waits for an equal one of its caller that is under way. */
  readonly equalWaitMs: number;
  /** Of one gateway to one subgraph, streams not counted. */
  readonly connectionsMax: number;
  /** Share of failed calls within the window, of at least so many, that opens the breaker. */
  readonly failureShareMax: number;
  readonly failureWindowMs: number;
  readonly failureCallsMin: number;
  /** How long it stays open before one call is let through to see. */
  readonly breakMs: number;
  /** How often the subgraph of a stream is asked whether it is there; it has as long to answer. */
  readonly pingMs: number;
  /** For how long a stream waits for the subgraph it comes from. */
  readonly resumeMs: number;
}

/** Per user and minute, but for the sign-in and the bucket of cost units. */
export interface Rates {
  readonly all: number;
  readonly reads: number;
  readonly writes: number;
  readonly searches: number;
  readonly registrations: number;
  /** Failed ones per login and 300 s. */
  readonly signIns: number;
  readonly bucketUnits: number;
  readonly bucketRefillPerSecond: number;
}

export const LIMITS: Limits = {
  tokensMax: 1_500,
  depthMax: 10,
  introspectionDepthMax: 16,
  aliasesMax: 30,
  directivesMax: 30,
  rootFieldsMax: 10,
  fragmentsMax: 50,
  comparisonsMax: 10_000,
  pageSizeMax: 100,
  stringLengthMax: 2_000,
  textLengthMax: 10_000,
  listLengthMax: 100,
  inputDepthMax: 10,
  inputNodesMax: 5_000,
  costMax: 2_000,
  partnerCostMax: 5_000,
  planFetchesMax: 20,
  planningTimeoutMs: 2_000,
  storedPlanningTimeoutMs: 10_000,
  operationTimeoutMs: 10_000,
  bodyBytesMax: 256 * 1024,
  partnerBodyBytesMax: 1024 * 1024,
  connectionsMax: 2_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  headerBytesMax: 16 * 1024,
  sheddingStepMs: 1_000,
  inFlightMax: 512,
  inFlightPerUserMax: 128,
  documentsCachedMax: 1_000,
  socketPayloadBytesMax: 64 * 1024,
  socketSubscriptionsMax: 50,
  socketsPerUserMax: 5,
  streamsPerUserMax: 50,
  streamQueueMax: 256,
  socketMessagesPerSecondMax: 20,
  socketInitTimeoutMs: 3_000,
  heartbeatMs: 15_000,
  stopTimeoutMs: 10_000,
  moveJitterMs: 1_000,
  movePatienceMs: 20_000,
  subgraph: {
    representationsMax: 500,
    bodyBytesMax: 4 * 1024 * 1024,
    answerBytesMax: 8 * 1024 * 1024,
    timeoutMs: 5_000,
    equalWaitMs: 50,
    connectionsMax: 64,
    failureShareMax: 0.5,
    failureWindowMs: 10_000,
    failureCallsMin: 20,
    breakMs: 10_000,
    pingMs: 10_000,
    resumeMs: 30_000,
  },
  rates: {
    all: 1_200,
    reads: 600,
    writes: 300,
    searches: 30,
    registrations: 60,
    signIns: 5,
    bucketUnits: 10_000,
    bucketRefillPerSecond: 200,
  },
};
