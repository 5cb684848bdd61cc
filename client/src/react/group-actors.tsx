'use client';

import type { ReactNode } from 'react';
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
}

export const defaultGroupLabels: GroupLabels = {
  others: (count) => (count > 1 ? `${count} others` : '1 other'),
  times: (count) => `${count} times`,
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
 * others.
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

function Actors({ notification, nameOf, avatarOf, locale, isHydrated, texts }: ActorsProps) {
  const { actor_ids, group_count } = notification;
  const people = [...actor_ids].reverse().flatMap((id) => {
    const name = outcome('nameOf', () => nameOf(id), isText);
    return name ? [{ id, name, avatar: outcome('avatarOf', () => avatarOf?.(id)) }] : [];
  });
  const named = people.slice(0, people.length > 3 ? 2 : 3);
  // Fewer than the service keeps are all. Otherwise each create counts, because who is older is not known.
  const others = (actor_ids.length < most ? actor_ids.length : group_count) - named.length;
  // Who they all are is known, and so is that some of them did it again.
  const isRepeated = actor_ids.length < most && group_count > actor_ids.length;
  const words = [...named.map(({ name }) => name), ...(others > 0 ? [texts.others(others)] : [])];
  return (
    <div className="belfry-actors">
      {named[0] && (
        <>
          <span className="belfry-faces" aria-hidden="true">
            {named.map(({ id, name, avatar }) => (
              <span className="belfry-face" key={id}>
                <Guard version={avatar}>
                  <>{avatar ?? [...name][0]?.toLocaleUpperCase(locale)}</>
                </Guard>
              </span>
            ))}
            {others > 0 && <span className="belfry-face">+{others}</span>}
          </span>
          {/* How names are joined depends on the language, which a server may not know. */}
          <span dir="auto">{isHydrated ? new Intl.ListFormat(locale).format(words) : words.join(', ')}</span>
        </>
      )}
      {(isRepeated || !named[0]) && <span className="belfry-times">{texts.times(group_count)}</span>}
    </div>
  );
}

// Without quotes, ampersands and angle brackets, as in the styles of the bell, which may come later in the page.
const css =
  '.belfry .belfry-actors{gap:8px;padding:0 12px 10px;padding-inline-start:var(--belfry-indent,26px);margin-top:-4px;width:100%;display:flex;align-items:center;color:var(--belfry-muted)}' +
  // What follows something else.
  '.belfry .belfry-actors *+.belfry-times{padding-inline-start:8px;border-inline-start:1px solid var(--belfry-line)}' +
  '.belfry .belfry-faces{display:flex;flex:none}' +
  '.belfry .belfry-face{place-items:center;padding:0 4px;min-width:24px;height:24px;overflow:hidden;display:grid;border-radius:12px;border:2px solid var(--belfry-background);color:var(--belfry-text);font-size:11px;line-height:20px;font-weight:600;background:color-mix(in srgb,var(--belfry-accent) 18%,var(--belfry-background))}' +
  '.belfry .belfry-face+.belfry-face{margin-inline-start:-6px}' +
  '.belfry-face img{margin:0 -4px;width:20px;height:20px;object-fit:cover}';
