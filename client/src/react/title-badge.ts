import { useEffect } from 'react';

/** Puts `(text) ` before the page's title, and again before each new title of the page; nothing for an empty text. */
export function useTitleBadge(text: string): void {
  useEffect(() => {
    if (!text) return;
    const badge = `(${text}) `;
    const own = () => document.title.replace(badge, '');
    const show = () => {
      if (document.title !== badge + own()) document.title = badge + own();
    };
    show();
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      document.title = own();
    };
  }, [text]);
}
