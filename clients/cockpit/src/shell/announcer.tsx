import { createContext, use, useCallback, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** One polite live region for the whole app; screen readers miss regions that come and go. */
export function AnnouncerProvider({ children }: { children: ReactNode }): ReactElement {
  const [text, setText] = useState('');
  const announce = useCallback((words: string) => {
    // The same words twice in a row would not be read again.
    setText((current) => (current === words ? `${words}\u00A0` : words));
  }, []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div className="hidden-visually" aria-live="polite" data-testid="announcements">
        {text}
      </div>
    </AnnouncerContext>
  );
}

export const useAnnounce = (): ((text: string) => void) => use(AnnouncerContext);
