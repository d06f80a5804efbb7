import type { IconName } from '../shell/icon.tsx';

/** Parts of a kind's name that say what it looks like; the first that fits wins. */
const icons: [part: string, icon: IconName][] = [
  ['call', 'phone'],
  ['mail', 'mail'],
  ['message', 'mail'],
  ['follow', 'calendar'],
  ['note', 'note'],
  ['meeting', 'people'],
  ['demo', 'people'],
  ['presentation', 'people'],
  ['first_contact', 'people'],
  ['reaction', 'chat'],
  ['feedback', 'chat'],
  ['sample', 'leaf'],
  ['assign', 'user'],
  ['clock', 'pause'],
  ['grace', 'clock'],
  ['remind', 'clock'],
  ['expir', 'alert'],
  ['lost', 'cross'],
  ['delete', 'cross'],
  ['won', 'star'],
  ['qualif', 'star'],
  ['convert', 'star'],
  ['created', 'plus'],
  ['register', 'plus'],
  ['status', 'flag'],
  ['stage', 'flag'],
  ['protection', 'shield'],
  ['integration', 'link'],
];

/** Works for activity kinds (`CALL`) and kinds of the timeline (`call_logged`) alike. */
export function kindIcon(kind: string): IconName {
  const name = kind.toLowerCase();
  return icons.find(([part]) => name.includes(part))?.[1] ?? 'note';
}
