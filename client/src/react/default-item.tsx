import { type RefObject, useEffect, useRef, useState } from 'react';
import { Icon } from './icons.tsx';
import type { ItemProps } from './item-props.ts';
import { Text } from './text.tsx';

/** The default part `Item`. */
export function DefaultItem({
  notification: { title, body, status },
  labels,
  icon,
  time,
  tabIndex,
  open,
  actions,
  act,
  tools,
  below,
}: ItemProps) {
  const end = useRef<HTMLSpanElement>(null);
  const [isExpanded, setIsExpanded] = useState(false);
  const isLong = useIsCut(end, !isExpanded && title + body);
  return (
    <>
      {open(
        <>
          {icon && (
            <span className="belfry-avatar" aria-hidden="true">
              {icon}
            </span>
          )}
          <span className="belfry-line">
            {status === 'unread' && <span className="belfry-dot">{labels.views.unread} </span>}
            <Text className="belfry-name">{title}</Text>
            {time}
          </span>
          {body && !isExpanded && <Text className="belfry-body">{body}</Text>}
        </>,
      )}
      {/* Outside of the link, so that it can be selected, and scrolled by keyboard. */}
      {body && isExpanded && (
        <Text className="belfry-body belfry-full" tabIndex={tabIndex}>
          {body}
        </Text>
      )}
      {isLong && (
        <button
          type="button"
          className="belfry-button belfry-expand"
          aria-expanded={isExpanded}
          tabIndex={tabIndex}
          onClick={() => setIsExpanded(!isExpanded)}
        >
          {isExpanded ? labels.less : labels.more}
        </button>
      )}
      {below}
      <span className="belfry-actions" ref={end}>
        {tools}
        {actions.map((action, index) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: what is pressed keeps the focus when another takes its place
            key={index}
            type="button"
            className="belfry-action"
            aria-label={labels[action]}
            title={labels[action]}
            tabIndex={tabIndex}
            onClick={() => act(action)}
          >
            <Icon name={action} />
          </button>
        ))}
      </span>
    </>
  );
}

/** Whether the title or the body of the item that ends with `end` is cut off, or was, if there is no text now. */
function useIsCut(end: RefObject<HTMLElement | null>, text: string | false) {
  const [isCut, setIsCut] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text may need more room in a box of the same size
  useEffect(() => {
    const item = end.current?.parentElement;
    if (!item || text === false || !window.ResizeObserver) return;
    const observer = new ResizeObserver(() =>
      setIsCut(
        [...item.querySelectorAll('.belfry-name,.belfry-body')].some(
          ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight,
        ),
      ),
    );
    observer.observe(item);
    return () => observer.disconnect();
  }, [text]);
  return isCut;
}
