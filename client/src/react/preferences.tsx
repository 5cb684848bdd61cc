'use client';

import { type ReactNode, useId, useRef, useState } from 'react';
import { Guard } from './guard.tsx';
import { defaultPreferenceLabels, type PreferenceLabels } from './preference-labels.ts';
import { preferencesCss } from './preference-styles.ts';
import { Promised } from './provider.tsx';
import { type InboxOptions, textsFrom } from './settings.tsx';
import { Styles } from './styles.tsx';
import { isText, outcome } from './usable.ts';
import { usePreferences } from './use-preferences.ts';
import { useTheme } from './use-theme.ts';

export { defaultPreferenceLabels, type PreferenceLabels } from './preference-labels.ts';
export type { PreferencesSnapshot } from './preference-store.ts';
export { type UsePreferences, usePreferences } from './use-preferences.ts';

/** A type of notifications in the panel. */
export interface PreferenceType {
  /** `metadata.type` of the notifications, as the service is configured with it. */
  type: string;
  /** Default: what the label `name` makes of the type. */
  label?: string | undefined;
  description?: ReactNode;
}

export interface NotificationPreferencesProps extends Pick<InboxOptions, 'theme' | 'nonce'> {
  /** The types to show, in this order. Those that the service does not know are left out. Default: all of the service. */
  types?: readonly PreferenceType[] | undefined;
  /** Your texts instead of the English ones. */
  labels?: Partial<PreferenceLabels> | undefined;
}

/**
 * A panel in which the user switches types of notifications on and off. A critical type is shown as always on. A change shows
 * at once; if it fails, it shows no longer, and the panel says so.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * <NotificationPreferences
 *   types={[
 *     { type: 'booking', label: 'Bookings', description: 'Confirmations, and changes to your seats' },
 *     { type: 'promo', label: 'Offers' },
 *   ]}
 * />
 */
export function NotificationPreferences(props: NotificationPreferencesProps) {
  return (
    <Promised>
      <Panel {...props} />
    </Promised>
  );
}

function Panel({ types: chosen, labels: given, theme: wanted, nonce }: NotificationPreferencesProps) {
  const root = useRef<HTMLElement>(null);
  const titleId = useId();
  const theme = useTheme(root, wanted);
  const labels = textsFrom(defaultPreferenceLabels, given);
  const { types, error, set, refresh } = usePreferences();
  /** The type that was switched last. */
  const [last, setLast] = useState('');
  // A map, because an app without types may name anything.
  const known = new Map<unknown, { enabled: boolean; critical: boolean }>(Object.entries(types ?? {}));
  const all = [...known.keys()].map((type) => ({ type }));
  const rows = (Array.isArray(chosen) ? chosen : all).flatMap((row) => {
    const { type, label, description }: PreferenceType = Object(row);
    const preference = known.get(type);
    if (!preference) return [];
    const name = outcome('label', () => label, isText) ?? labels.name(type);
    return [{ type, label: name, description, ...preference }];
  });
  const changed = rows.find(({ type }) => type === last);
  return (
    <section className="belfry belfry-page" data-theme={theme} aria-labelledby={titleId} ref={root}>
      <Styles nonce={nonce} />
      <Styles name="belfry-preferences" css={preferencesCss} nonce={nonce} />
      <div className="belfry-inbox">
        <div className="belfry-header">
          <h2 className="belfry-title" id={titleId}>
            {labels.title}
          </h2>
        </div>
        <div className="belfry-scroll" aria-busy={!types && !error}>
          {rows[0] ? (
            // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from lists without bullets
            <ul className="belfry-list" role="list" aria-labelledby={titleId}>
              {rows.map((row) => (
                <Row
                  key={row.type}
                  {...row}
                  critical={row.critical && labels.critical}
                  onChange={(enabled) => {
                    setLast(row.type);
                    set(row.type, enabled);
                  }}
                />
              ))}
            </ul>
          ) : types ? (
            <div className="belfry-state">{labels.empty}</div>
          ) : (
            !error && (
              <>
                <span className="belfry-hidden">{labels.loading}</span>
                <div className="belfry-skeleton" />
                <div className="belfry-skeleton" />
                <div className="belfry-skeleton" />
              </>
            )
          )}
        </div>
        <div role="alert" className="belfry-refused">
          {error &&
            (types ? (
              changed && <div className="belfry-notice">{labels.notChanged(changed.label, error)}</div>
            ) : (
              <div className="belfry-state">
                {labels.failed(error)}
                <button type="button" className="belfry-button" onClick={refresh}>
                  {labels.retry}
                </button>
              </div>
            ))}
        </div>
      </div>
    </section>
  );
}

interface RowProps {
  label: string;
  description?: ReactNode;
  enabled: boolean;
  /** Why it cannot be switched off. */
  critical: string | false;
  onChange(enabled: boolean): void;
}

function Row({ label, description, enabled, critical, onChange }: RowProps) {
  const id = useId();
  return (
    <li className="belfry-preference">
      <span className="belfry-choice">
        <label className="belfry-name" htmlFor={id} dir="auto">
          {label}
        </label>
        <span className="belfry-body" id={`${id}d`}>
          <Guard version={description}>
            <>{description}</>
          </Guard>
          {critical && <span className="belfry-body">{critical}</span>}
        </span>
      </span>
      {/* Not `disabled`, so that the keyboard reaches it, and screen readers say why it is on. */}
      <button
        type="button"
        id={id}
        className="belfry-switch"
        role="switch"
        aria-checked={enabled}
        aria-disabled={!!critical}
        aria-describedby={description || critical ? `${id}d` : undefined}
        onClick={() => critical || onChange(!enabled)}
      >
        <span className="belfry-thumb" />
      </button>
    </li>
  );
}
