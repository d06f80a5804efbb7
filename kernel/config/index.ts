export {
  ConfigError,
  describeConfig,
  loadConfig,
  type Config,
  type ConfigFault,
  type ConfigSources,
} from './config.ts';
