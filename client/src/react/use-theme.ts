import { type RefObject, useEffect } from 'react';

/**
 * Lets `root` follow the system if neither the app nor the page says a theme. The app says it by the prop, and the page by
 * its `color-scheme`, both of which CSS follows. It is looked at again when `theme` or `isOpen` changes.
 */
export function useTheme(root: RefObject<HTMLElement | null>, theme: string | undefined, isOpen = false) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page may have changed before the popover opens
  useEffect(() => {
    const { current } = root;
    if (!current) return;
    const { style, ownerDocument } = current;
    style.colorScheme = '';
    if (
      getComputedStyle(current).colorScheme === 'normal' &&
      !ownerDocument.querySelector('meta[name=color-scheme]')
    )
      style.colorScheme = 'light dark';
  }, [root, theme, isOpen]);
}
