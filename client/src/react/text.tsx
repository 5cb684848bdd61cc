import type { HTMLAttributes } from 'react';

interface TextProps extends HTMLAttributes<HTMLSpanElement> {
  children: string;
}

/** A text that has the direction of its first letter. A text without letters is laid out as the page. */
export const Text = (props: TextProps) => (
  <span dir={/\p{L}/u.test(props.children) ? 'auto' : undefined} {...props} />
);
