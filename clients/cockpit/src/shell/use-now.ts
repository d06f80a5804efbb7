import { useEffect, useState } from 'react';

const minuteMs = 60_000;

/** The time, moving on once a minute: enough for "3 minutes ago". */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const ticking = setInterval(() => setNow(new Date()), minuteMs);
    return () => clearInterval(ticking);
  }, []);
  return now;
}
