'use client';

import { Fragment, type ReactNode, useId, useRef, useState } from 'react';
import { ActivityList } from './activity-list.tsx';
import { Guard } from './guard.tsx';
import type { ItemPart, ItemPartProps } from './item-part.ts';
import { textsFrom } from './settings.tsx';
import { isText, outcome } from './usable.ts';

/** Every text of a group but the names. */
export interface GroupLabels {
  /** After the names, as one more of them. */
  others(count: number): string;
  /** How often, if the same people did it more than once, or no actor is named. */
  times(count: number): string;
  /** In the list of everybody, in place of a name that is not known. */
  someone: string;
}

export const defaultGroupLabels: GroupLabels = {
  others: (count) => (count > 1 ? `${count} others` : '1 other'),
  times: (count) => `${count} times`,
  someone: 'Someone',
};

export interface GroupOptions {
  /** Answers the name of an actor. Undefined if it is not known: then the actor is one of the others. */
  nameOf(actorId: string): string | undefined;
  /** Answers the picture of an actor, for decoration. Default: the first letter of the name. */
  avatarOf?: ((actorId: string) => ReactNode) | undefined;
  /** Your texts instead of the English ones. */
  labels?: Partial<GroupLabels> | undefined;
}

/** The service keeps the last five. */
const most = 5;

/**
 * For the prop `itemParts` of the bell and the inbox: who has caused a grouped notification, the newest first, and how many
 * others. That number is a button, which opens the list of everybody.
 *
 * @example
 * <NotificationBell itemParts={[groupActors({ nameOf: (id) => people.get(id)?.name })]} />
 */
export function groupActors({ labels, ...options }: GroupOptions): ItemPart {
  const texts = textsFrom(defaultGroupLabels, labels);
  return {
    name: 'belfry-groups',
    css,
    below: (props) => props.notification.group_count > 1 && <Actors {...props} {...options} texts={texts} />,
  };
}

type ActorsProps = ItemPartProps & Omit<GroupOptions, 'labels'> & { texts: GroupLabels };

interface Person {
  id: string;
  name: string;
  avatar: ReactNode;
}

function Actors(props: ActorsProps) {
  const { notification, nameOf, avatarOf, locale, isHydrated, tabIndex, texts } = props;
  const { actor_ids, group_count } = notification;
  const toggle = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const listId = useId();

  function personOf(id: string): Person | undefined {
    const name = outcome('nameOf', () => nameOf(id), isText);
    return name ? { id, name, avatar: outcome('avatarOf', () => avatarOf?.(id)) } : undefined;
  }

  const faceOf = (person?: Person) => (
    <span className="belfry-face" key={person?.id} aria-hidden="true">
      <Guard version={person?.avatar}>
        <>{person && (person.avatar ?? [...person.name][0]?.toLocaleUpperCase(locale))}</>
      </Guard>
    </span>
  );

  /** A button that opens the list of everybody, which no server knows. */
  const opener = (text: string) =>
    isHydrated ? (
      <button
        ref={toggle}
        type="button"
        className="belfry-others"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        tabIndex={tabIndex}
        onClick={() => setIsOpen(!isOpen)}
      >
        {text}
      </button>
    ) : (
      text
    );

  const people = [...actor_ids].reverse().flatMap((id) => personOf(id) ?? []);
  const named = people.slice(0, people.length > 3 ? 2 : 3);
  // Fewer than the service keeps are all. Otherwise each create counts, because who is older is not known.
  const others = named[0] ? (actor_ids.length < most ? actor_ids.length : group_count) - named.length : 0;
  // Who they all are is known, and so is that some of them did it again.
  const isRepeated = actor_ids.length < most && group_count > actor_ids.length;
  const words = joined(
    [...named.map(({ name }) => name), ...(others > 0 ? [texts.others(others)] : [])],
    props,
  );
  const last = words.map(({ type }) => type).lastIndexOf('element');
  return (
    <>
      <div className="belfry-actors">
        {named[0] && (
          <>
            <span className="belfry-faces" aria-hidden="true">
              {named.map(faceOf)}
              {others > 0 && <span className="belfry-face">+{others}</span>}
            </span>
            <span dir="auto">
              {words.map(({ value }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
                <Fragment key={index}>{others > 0 && index === last ? opener(value) : value}</Fragment>
              ))}
            </span>
          </>
        )}
        {(isRepeated || !named[0]) && (
          <span className="belfry-times">
            {others > 0 ? texts.times(group_count) : opener(texts.times(group_count))}
          </span>
        )}
      </div>
      {isOpen && (
        <ActivityList
          {...props}
          listId={listId}
          close={(hasFocus) => {
            if (hasFocus) toggle.current?.focus();
            setIsOpen(false);
          }}
          draw={(actorId) => {
            const person = actorId === null ? undefined : personOf(actorId);
            return (
              <>
                {faceOf(person)}
                <span className="belfry-person" dir="auto">
                  {person?.name ?? texts.someone}
                </span>
              </>
            );
          }}
        />
      )}
    </>
  );
}

/** How words are joined depends on the language, which a server may not know. */
const joined = (words: string[], { isHydrated, locale }: Pick<ItemPartProps, 'isHydrated' | 'locale'>) =>
  isHydrated
    ? new Intl.ListFormat(locale).formatToParts(words)
    : [{ type: 'literal', value: words.join(', ') }];

// Without quotes, ampersands and angle brackets, as in the styles of the bell, which may come later in the page.
const css =
  '.belfry .belfry-actors{gap:8px;padding:0 12px 10px;padding-inline-start:var(--belfry-indent,26px);margin-top:-4px;width:100%;display:flex;align-items:center;color:var(--belfry-muted)}' +
  // What follows something else.
  '.belfry .belfry-actors *+.belfry-times{padding-inline-start:8px;border-inline-start:1px solid var(--belfry-line)}' +
  '.belfry .belfry-faces{display:flex;flex:none}' +
  '.belfry .belfry-face{place-items:center;padding:0 4px;min-width:24px;height:24px;overflow:hidden;display:grid;border-radius:12px;border:2px solid var(--belfry-background);color:var(--belfry-text);font-size:11px;line-height:20px;font-weight:600;background:color-mix(in srgb,var(--belfry-accent) 18%,var(--belfry-background))}' +
  '.belfry .belfry-face+.belfry-face{margin-inline-start:-6px}' +
  '.belfry-face img{margin:0 -4px;width:20px;height:20px;object-fit:cover}' +
  // What opens the list is a word in a sentence. A finger needs more room than the word has.
  '.belfry-actors .belfry-others{padding:0;display:inline;color:var(--belfry-accent);border-radius:4px}' +
  '.belfry-actors .belfry-others:is(:hover,[aria-controls]){color:var(--belfry-accent);text-decoration:underline;background:none}' +
  '@media (any-pointer:coarse){.belfry-actors .belfry-others{padding:12px 8px;margin:-12px -8px;min-height:44px;display:inline-block}}' +
  '.belfry .belfry-everybody{padding:0 12px 12px;padding-inline-start:var(--belfry-indent,26px);width:100%;color:var(--belfry-muted)}' +
  '.belfry .belfry-activity{gap:8px;padding:3px 0;display:flex;align-items:center}' +
  '.belfry .belfry-person{color:var(--belfry-text);overflow-wrap:anywhere;flex:1}' +
  '.belfry .belfry-moment{font-variant-numeric:tabular-nums}' +
  '.belfry-everybody .belfry-button{padding:5px 0;margin:0}';
