import { type RefObject, useEffect } from 'react';

/**
 * The theme of `root`, if the app says one. Otherwise CSS follows the `color-scheme` of the page, and that of the system if
 * the page says none. Each render looks at the page again.
 */
export function useTheme(root: RefObject<HTMLElement | null>, theme: string | undefined) {
  const own = theme === 'light' || theme === 'dark' ? theme : undefined;
  useEffect(() => {
    const { current } = root;
    const around = current?.parentElement ?? (current?.getRootNode() as Partial<ShadowRoot>)?.host;
    if (!current || !around) return;
    const isSilent =
      getComputedStyle(around).colorScheme === 'normal' &&
      !around.ownerDocument.querySelector('meta[name=color-scheme]');
    current.style.colorScheme = isSilent && !own ? 'light dark' : '';
  });
  return own;
}
