import { type RefObject, useEffect, useState } from 'react';

/**
 * The theme of `root`: the app's, or `system` if neither the app nor the page says one. A page says it by `color-scheme`,
 * which CSS follows. It is looked at again when `isOpen` changes.
 */
export function useTheme(root: RefObject<HTMLElement | null>, theme: string | undefined, isOpen = false) {
  const [isSilent, setIsSilent] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page may have changed before the popover opens
  useEffect(() => {
    const element = root.current;
    const around = element?.parentElement ?? (element?.getRootNode() as Partial<ShadowRoot>)?.host;
    setIsSilent(
      !!around &&
        getComputedStyle(around).colorScheme === 'normal' &&
        !around.ownerDocument.querySelector('meta[name=color-scheme]'),
    );
  }, [root, isOpen]);
  return theme === 'light' || theme === 'dark' ? theme : isSilent ? 'system' : undefined;
}
