import { useState } from 'react';

/** Whether the pointer or the focus is on an element with the given props. What disappears by time waits for them. */
export function useHeld() {
  const [isUnderPointer, setIsUnderPointer] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);
  const props = {
    onMouseEnter: () => setIsUnderPointer(true),
    onMouseLeave: () => setIsUnderPointer(false),
    onFocus: () => setHasFocus(true),
    onBlur: () => setHasFocus(false),
  };
  return [isUnderPointer || hasFocus, props] as const;
}
