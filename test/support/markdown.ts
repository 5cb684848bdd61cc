/** The inline links of a document of Markdown, code left out. */
export function linksIn(markdown: string): { text: string; target: string }[] {
  const links = withoutCodeBlocks(markdown).matchAll(
    /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)\)/g,
  );
  return [...links].map(([, text = '', target = '']) => ({ text, target }));
}

/** The anchors of a document's headings, in order, as GitHub makes them. */
export function anchorsOf(markdown: string): string[] {
  const headings = withoutCodeBlocks(markdown).matchAll(/^#{1,6} (.+)$/gm);
  const seen = new Map<string, number>();
  return [...headings].map(([, heading = '']) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

const withoutCodeBlocks = (markdown: string): string => markdown.replace(/^ *```.*?^ *```$/gms, '');
