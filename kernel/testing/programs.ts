/** What a program needs that a test starts, and nothing of what would steer it. */
export function programEnvironment(): Record<string, string> {
  const names = ['PATH', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Settings of a server that is killed: what a process has written survives it, only a machine that falls needs more. */
export const UNSYNCED = { fsync: 'off' };
