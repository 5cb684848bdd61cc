import { useEffect } from 'react';

/**
 * Puts `(text) ` before the page's title, and again before each new title of the page; nothing for an empty text. A title
 * that begins like that stays as it is: it may have the badge of another bell, and two that both insist would never end.
 */
export function useTitleBadge(text: string): void {
  useEffect(() => {
    if (!text) return;
    const badge = `(${text}) `;
    let shown: string | undefined;
    const show = () => {
      if (/^\(\d+\+?\)/.test(document.title)) return;
      document.title = badge + document.title;
      // Read back: browsers cut the space before an empty title.
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
