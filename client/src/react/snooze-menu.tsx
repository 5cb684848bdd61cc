'use client';

import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { snooze, unsnooze } from '../snooze.ts';
import type { ItemPart, ItemPartProps } from './item-part.ts';
import { useTopLayer } from './popover.tsx';
import { textsFrom } from './settings.tsx';
import { type SnoozeChoice, snoozeTimes, wakeTime } from './snooze-times.ts';

/** Every text of the menu, and of a notification that is snoozed. Times come from `Intl`, in the language of the bell. */
export interface SnoozeLabels extends Record<SnoozeChoice, string> {
  /** The name of the button and of its menu. */
  snooze: string;
  /** Says that a notification was snoozed, beside the button that undoes it. */
  snoozed(time: string): string;
  /** At a notification that is snoozed. */
  until(time: string): string;
  wake: string;
}

export const defaultSnoozeLabels: SnoozeLabels = {
  snooze: 'Snooze',
  hour: 'In an hour',
  evening: 'This evening',
  tomorrow: 'Tomorrow',
  week: 'Next week',
  snoozed: (time) => `Snoozed until ${time}`,
  until: (time) => `Snoozed until ${time}`,
  wake: 'Wake now',
};

export interface SnoozeOptions {
  /** Your texts instead of the English ones. */
  labels?: Partial<SnoozeLabels> | undefined;
}

type Props = ItemPartProps & { texts: SnoozeLabels };

/**
 * For the prop `itemParts` of the bell and the inbox: a menu with which the user puts a notification off until later, in the
 * time zone of the browser, and the filter “Snoozed”, where it says when it wakes, and can be woken. With filters of your
 * own, add one of the status `snoozed`.
 *
 * @example
 * <NotificationBell itemParts={[snoozeMenu()]} />
 */
export function snoozeMenu({ labels }: SnoozeOptions = {}): ItemPart {
  const texts = textsFrom(defaultSnoozeLabels, labels);
  return {
    name: 'belfry-snooze',
    css,
    view: 'snoozed',
    tool: (props) => props.notification.status !== 'archived' && <Snooze {...props} texts={texts} />,
    below: (props) => props.notification.status === 'snoozed' && <Asleep {...props} texts={texts} />,
  };
}

function Snooze(props: Props) {
  const { tabIndex, texts } = props;
  const root = useRef<HTMLSpanElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <span className="belfry-snooze" ref={root}>
      <button
        type="button"
        className="belfry-action"
        aria-label={texts.snooze}
        title={texts.snooze}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        tabIndex={tabIndex}
        // A press would take the focus from the menu, which closes it, and the click would open it again.
        onMouseDown={(event) => isOpen && event.preventDefault()}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Clock />
      </button>
      {isOpen && <Menu {...props} {...{ id, root }} close={() => setIsOpen(false)} />}
    </span>
  );
}

interface MenuProps extends Props {
  id: string;
  root: RefObject<HTMLElement | null>;
  close(): void;
}

/** By the pattern of a menu: the arrows, Home and End move, Escape and Tab close it, and so does a focus elsewhere. */
function Menu({ id, root, close, notification, client, locale, texts, offerUndo }: MenuProps) {
  const [panel, setPanel] = useState<HTMLElement | null>(null);
  // The times stay as they are while they are read.
  const [now] = useState(client.now);
  useTopLayer(panel, root);
  useLayoutEffect(() => panel?.querySelector<HTMLElement>('button')?.focus(), [panel]);

  function choose(until: Date): void {
    close();
    const outcome = snooze(client, notification.id, until);
    const undo = () => unsnooze(client, notification.id);
    offerUndo(texts.snoozed(wakeTime(until, now, locale)), undo, outcome);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { key, currentTarget, target } = event;
    // The keys of the list and of the popover are not meant.
    event.stopPropagation();
    // The cast: keys go to elements.
    const choices = [...currentTarget.querySelectorAll('button')];
    const index = choices.indexOf(target as HTMLButtonElement);
    const next = { ArrowDown: (index + 1) % choices.length, ArrowUp: index - 1, Home: 0, End: -1 }[key];
    if (next !== undefined) choices.at(next)?.focus();
    else if (/^(Escape|Tab)$/.test(key)) {
      root.current?.querySelector('button')?.focus();
      close();
    } else return;
    // Tab goes on from the button.
    if (key !== 'Tab') event.preventDefault();
  }

  return (
    <div
      ref={setPanel}
      id={id}
      className="belfry-menu"
      role="menu"
      tabIndex={-1}
      aria-label={texts.snooze}
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget, relatedTarget }: FocusEvent) => {
        // A window that loses the focus keeps its menu.
        if (!currentTarget.contains(relatedTarget) && currentTarget.ownerDocument.hasFocus()) close();
      }}
    >
      {snoozeTimes(now).map(([choice, until]) => (
        <button
          key={choice}
          type="button"
          role="menuitem"
          className="belfry-later"
          tabIndex={-1}
          onClick={() => choose(until)}
        >
          <span>{texts[choice]}</span>{' '}
          <time dateTime={until.toISOString()}>{wakeTime(until, now, locale)}</time>
        </button>
      ))}
    </div>
  );
}

/** When a notification wakes, and a button that wakes it now. */
function Asleep({ notification, client, locale, isHydrated, tabIndex, texts }: Props) {
  const { id, snoozed_until } = notification;
  return (
    <div className="belfry-asleep">
      {/* Until the service has answered, nothing says when it wakes. */}
      {snoozed_until && isHydrated && (
        <time dateTime={snoozed_until}>
          {texts.until(wakeTime(new Date(snoozed_until), client.now(), locale))}
        </time>
      )}
      <button
        type="button"
        className="belfry-button"
        tabIndex={tabIndex}
        onClick={() => unsnooze(client, id)}
      >
        {texts.wake}
      </button>
    </div>
  );
}

const Clock = () => (
  <svg className="belfry-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 4a8 8 0 1 0 .1 0M12 8v4.500l3 2" />
  </svg>
);

// Without quotes, ampersands and angle brackets, as in the styles of the bell, which may come later in the page.
const css =
  '.belfry .belfry-menu{padding:4px;width:max-content;min-width:208px;max-width:95%;box-shadow:0 8px 32px var(--belfry-shadow,#0003);position:fixed;z-index:99;overflow:auto;animation:belfry-in .1s;border-radius:12px;border:1px solid var(--belfry-line);color:var(--belfry-text);background:var(--belfry-background)}' +
  '.belfry-menu .belfry-later{gap:24px;padding:7px 11px;width:100%;display:flex;justify-content:space-between;align-items:center;border-radius:8px}' +
  '.belfry-later time{color:var(--belfry-muted);font-variant-numeric:tabular-nums}' +
  '.belfry-menu .belfry-later:focus{background:var(--belfry-hover)}' +
  '.belfry-menu .belfry-later:focus-visible{outline-offset:-2px}' +
  // What is in the top layer counts neither as hovered nor as focused within its item.
  '.belfry-item:has(.belfry-menu){background:var(--belfry-hover)}' +
  '@media not (any-pointer:coarse){.belfry .belfry-item:has(.belfry-menu) .belfry-actions{opacity:1}.belfry-item:has(.belfry-menu) .belfry-time{opacity:0}}' +
  '.belfry .belfry-asleep{gap:0 18px;padding:0 12px 10px;padding-inline-start:var(--belfry-indent,26px);margin-top:-6px;width:100%;display:flex;flex-flow:wrap;align-items:center}' +
  '.belfry-asleep .belfry-button{padding-block:0}';
