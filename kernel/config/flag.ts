import { z } from 'zod';

export const flag = z
  .enum(['true', 'false', '1', '0'], 'is true or false')
  .transform((text) => text === 'true' || text === '1');
