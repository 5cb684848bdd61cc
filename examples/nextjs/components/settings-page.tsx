import { Settings } from './notifications.tsx';

/** The page of the settings, the same in each app. */
export function SettingsPage() {
  return (
    <>
      <h1>Settings</h1>
      <div className="card ticket">
        <Settings />
      </div>
    </>
  );
}
