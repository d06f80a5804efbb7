export {
  ConfigError,
  describeConfig,
  loadConfig,
  type Config,
  type ConfigFault,
} from './config.ts';
