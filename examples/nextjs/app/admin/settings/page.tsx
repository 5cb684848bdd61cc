import { Settings } from '../../../components/notifications.tsx';

export default function Page() {
  return (
    <>
      <h1>Settings</h1>
      <div className="card ticket">
        <Settings />
      </div>
    </>
  );
}
