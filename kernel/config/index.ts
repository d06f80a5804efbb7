export {
  ConfigError,
  describeConfig,
  describeSettings,
  loadConfig,
  type Config,
  type ConfigFault,
  type ConfigSources,
} from './config.ts';
export { isWithinMachine } from './addresses.ts';
