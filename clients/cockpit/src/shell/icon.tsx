import type { ReactElement } from 'react';

const paths = {
  alert: 'M12 3 2 20h20zM12 10v4M12 17.5v.01',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  arrowLeft: 'M19 12H5M11 6l-6 6 6 6',
  arrowRight: 'M5 12h14M13 6l6 6-6 6',
  arrowUp: 'M12 19V5M6 11l6-6 6 6',
  building: 'M4 21V5l9-2v18M13 9h7v12M3 21h18M8 8v.01M8 12v.01M8 16v.01M17 13v.01M17 17v.01',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'M5 13l4 4L19 7',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2',
  cross: 'M6 6l12 12M18 6 6 18',
  flag: 'M5 21V4h13l-2 4 2 4H5',
  globe:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3',
  leaf: 'M5 19c0-9 5-14 15-14 0 10-5 15-13 14M5 21c2-6 5-9 9-11',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  logout: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  mail: 'M3 6h18v13H3zM3 7l9 7 9-7',
  minus: 'M5 12h14',
  moon: 'M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10',
  note: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h5',
  pause: 'M8 5v14M16 5v14',
  pencil: 'M4 20l1-5L16 4l4 4L9 19z',
  people:
    'M9 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M2 20c0-4 3-6 7-6s7 2 7 6M16 4a4 4 0 0 1 0 8M18 14c3 .7 4 3 4 6',
  phone:
    'M5 4h4l2 5-2.500 1.500a12 12 0 0 0 5 5L15 13l5 2v4c0 1-1 2-2 2C10 20.500 3.500 14 3 6c0-1 1-2 2-2',
  plus: 'M12 5v14M5 12h14',
  refresh: 'M20 11a8 8 0 1 0-2 6M20 5v6h-6',
  search: 'M10 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13M15 15l6 6',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6z',
  star: 'M12 4l2.500 5 5.500.8-4 3.900.9 5.500-4.900-2.600-4.900 2.600.9-5.500-4-3.900 5.500-.8z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M19 5l-1.500 1.500M6.500 17.500 5 19',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-4 3.500-6 8-6s8 2 8 6',
} as const;

export type IconName = keyof typeof paths;

/** Always decoration: the meaning stands in words beside it. */
export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
