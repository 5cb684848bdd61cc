import { useEffect, useRef, useState } from 'react';
import { Icon } from './icons.tsx';
import type { ItemProps } from './item-props.ts';

/** The default part `Item`. */
export function DefaultItem(props: ItemProps) {
  const { notification, labels, icon, time, tabIndex, open, actions, act } = props;
  const { title, body, status } = notification;
  const { titleRef, bodyRef, isLong, isExpanded, toggle } = useClamp(title + body);
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
            {status === 'unread' && (
              <span className="belfry-dot">
                <span className="belfry-hidden">{labels.views.unread} </span>
              </span>
            )}
            <span ref={titleRef} className="belfry-name" dir={directionOf(title)}>
              {title}
            </span>
            {time}
          </span>
          {body && !isExpanded && (
            <span ref={bodyRef} className="belfry-body" dir={directionOf(body)}>
              {body}
            </span>
          )}
        </>,
      )}
      {/* Outside of the link, so that it can be selected, and scrolled by keyboard. */}
      {body && isExpanded && (
        <div className="belfry-body belfry-full" dir={directionOf(body)} tabIndex={tabIndex}>
          {body}
        </div>
      )}
      {isLong && (
        <button
          type="button"
          className="belfry-button belfry-expand"
          aria-expanded={isExpanded}
          tabIndex={tabIndex}
          onClick={toggle}
        >
          {isExpanded ? labels.less : labels.more}
        </button>
      )}
      <span className="belfry-actions">
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

/** That of its first letter. A text without letters is laid out as the page. */
export const directionOf = (text: string) => (/\p{L}/u.test(text) ? 'auto' : undefined);

/** Whether the title or the body is cut off, and whether the user has opened the whole text. */
function useClamp(text: string) {
  const titleRef = useRef<HTMLSpanElement>(null);
  const bodyRef = useRef<HTMLSpanElement>(null);
  const [isCut, setIsCut] = useState(false);
  const [isExpanded, setIsExpanded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text may need more room in a box of the same size
  useEffect(() => {
    if (isExpanded || !window.ResizeObserver) return;
    const texts = [titleRef.current, bodyRef.current].filter((element) => element !== null);
    const observer = new ResizeObserver(() =>
      setIsCut(texts.some(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)),
    );
    for (const element of texts) observer.observe(element);
    return () => observer.disconnect();
  }, [isExpanded, text]);
  return { titleRef, bodyRef, isLong: isCut, isExpanded, toggle: () => setIsExpanded(!isExpanded) };
}
