'use client';

import { Fragment, type ReactElement, useState } from 'react';
import { press, unpress } from '../actions.ts';
import type { Button } from '../wire.ts';
import { Icon } from './icons.tsx';
import type { ItemPart, ItemPartProps } from './item-part.ts';
import { textsFrom } from './settings.tsx';

/** Every text of the buttons but their own. */
export interface ActionLabels {
  /** Screen readers read it in place of the label of the button that was pressed. */
  pressed(label: string): string;
  undo: string;
  /** Beside the button that was pressed first, on another device, after another one was pressed here. */
  taken: string;
  failed: string;
}

export const defaultActionLabels: ActionLabels = {
  pressed: (label) => `Your answer: ${label}`,
  undo: 'Undo',
  taken: 'Answered on another device',
  failed: 'That did not work. Try again.',
};

export interface ActionOptions {
  /** Your texts instead of the English ones. */
  labels?: Partial<ActionLabels> | undefined;
}

/**
 * For the prop `itemParts` of the bell and the inbox: the buttons of a notification, its `actions`. A button with a link opens
 * it as the notification's own link is opened. The one that was pressed shows as the outcome, beside a button that takes it
 * back. The first one counts, on whatever device.
 *
 * @example
 * <NotificationBell itemParts={[actionButtons()]} />
 */
export function actionButtons({ labels }: ActionOptions = {}): ItemPart {
  const texts = textsFrom(defaultActionLabels, labels);
  return {
    name: 'belfry-actions',
    css,
    below: (props) => !!props.notification.actions?.[0] && <Buttons {...props} texts={texts} />,
  };
}

function Buttons({ notification, client, tabIndex, link, texts }: ItemPartProps & { texts: ActionLabels }) {
  const { id, actions, action_id, status } = notification;
  /** What was pressed or taken back here, until the service has answered. */
  const [pending, setPending] = useState<{ buttonId: string | null }>();
  const [problem, setProblem] = useState('');
  const pressedId = pending ? pending.buttonId : action_id;
  const pressed = actions?.find((button) => button.id === pressedId);

  async function send(buttonId: string | null, request: Promise<boolean>): Promise<void> {
    setProblem('');
    setPending({ buttonId });
    const isDone = await request;
    setPending(undefined);
    if (isDone) return;
    const isTaken = client.getSnapshot().error?.code === 'action_taken';
    setProblem(isTaken ? texts.taken : texts.failed);
    // Which one was pressed shows when it is known.
    if (isTaken) client.refresh();
  }

  /** A link, if the button has a safe one. */
  function choice({ id: buttonId, label, route, url }: Button): ReactElement {
    const onOpen = () => send(buttonId, press(client, id, buttonId));
    const text = <span dir="auto">{label}</span>;
    const { href, open } = link({ route, url }, onOpen);
    if (href) return open(text);
    return (
      <button type="button" className="belfry-choose" tabIndex={tabIndex} onClick={onOpen}>
        {text}
      </button>
    );
  }

  const undo = (buttonId: string) => (
    <button
      type="button"
      className="belfry-button"
      tabIndex={tabIndex}
      onClick={() => send(null, unpress(client, id, buttonId))}
    >
      {texts.undo}
    </button>
  );

  return (
    <div className="belfry-choices">
      {/* It is there before, so that screen readers read what comes into it. */}
      <span className="belfry-outcome" role="status">
        {pressed && (
          <>
            <Icon name="markAsRead" />
            <span className="belfry-hidden">{texts.pressed(pressed.label)}</span>
            <span dir="auto" aria-hidden="true">
              {pressed.label}
            </span>
          </>
        )}
        {problem && <span className="belfry-problem">{problem}</span>}
      </span>
      {/* While it sleeps, the service takes no answer. What undoes a button is in its place, and so keeps the focus. */}
      {status !== 'snoozed' &&
        actions?.map((button) => (
          <Fragment key={button.id}>
            {pressedId ? button === pressed && undo(button.id) : choice(button)}
          </Fragment>
        ))}
    </div>
  );
}

// Without quotes, ampersands and angle brackets, as in the styles of the bell, which may come later in the page.
const css =
  '.belfry .belfry-choices{gap:8px;padding:0 12px 12px;padding-inline-start:var(--belfry-indent,26px);width:100%;display:flex;flex-flow:wrap;align-items:center}' +
  '.belfry-choices .belfry-choose,.belfry-choices .belfry-open{padding:5px 11px;width:auto;color:var(--belfry-accent);font-weight:500;line-height:18px;border:1px solid var(--belfry-line);background:var(--belfry-background);overflow-wrap:anywhere}' +
  '.belfry-choices .belfry-choose:hover,.belfry-choices .belfry-open:hover{color:var(--belfry-accent);border-color:var(--belfry-accent)}' +
  '.belfry-choices .belfry-outcome+*{color:var(--belfry-background);border-color:transparent;background:var(--belfry-accent)}' +
  '.belfry-choices .belfry-outcome+:hover{color:var(--belfry-background);border-color:transparent;background:color-mix(in srgb,var(--belfry-accent) 88%,var(--belfry-text))}' +
  '.belfry .belfry-outcome{gap:2px 6px;color:var(--belfry-text);font-weight:500;display:flex;flex-flow:wrap;align-items:center}' +
  '.belfry .belfry-outcome:empty{position:absolute}' +
  '.belfry-outcome .belfry-icon{color:var(--belfry-accent)}' +
  '.belfry-outcome [aria-hidden=true]{overflow-wrap:anywhere}' +
  '.belfry .belfry-problem{color:var(--belfry-muted);font-weight:400}' +
  '.belfry-choices .belfry-outcome+.belfry-button{margin:0 -6px;padding:0 6px;color:var(--belfry-accent);background:none}' +
  '.belfry-choices .belfry-outcome+.belfry-button:hover{background:var(--belfry-hover)}' +
  '@media (any-pointer:coarse){.belfry-choices .belfry-open{place-items:center;min-height:44px}}';
