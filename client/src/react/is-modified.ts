import type { KeyboardEvent, MouseEvent } from 'react';

/** Whether the browser gives the key or the click another meaning. */
export function isModified(event: KeyboardEvent | MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
