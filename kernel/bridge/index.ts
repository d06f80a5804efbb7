export { createBridgeLink, type BridgeLink, type BridgeLinkOptions } from './nats.ts';
export { type StreamLimits } from './streams.ts';
