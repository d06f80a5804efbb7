import { writeFileSync } from 'node:fs';
import { describeConfig } from './config.ts';

writeFileSync(new URL('../../.env.example', import.meta.url), describeConfig());
