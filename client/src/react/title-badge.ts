import { useEffect } from 'react';

/**
 * Puts `(text) ` before the page's title, and before each new title. An empty text changes nothing. A title that begins
 * with a number in parentheses stays as it is: it may be the badge of another bell, and two bells would change the title
 * for ever.
 */
export function useTitleBadge(text: string): void {
  useEffect(() => {
    if (!text) return;
    const badge = `(${text}) `;
    let shown: string | undefined;
    const show = () => {
      if (/^\(\d+\+?\)/.test(document.title)) return;
      document.title = badge + document.title;
      // Read back, because browsers remove the space before an empty title.
      shown = document.title;
    };
    show();
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === shown) document.title = shown.slice(badge.length);
    };
  }, [text]);
}
